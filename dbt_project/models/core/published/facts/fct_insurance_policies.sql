{{ published_fact(
    ref('core__fct_insurance_policies'), 'insurance_policies', households=ref('core__household_aliases')
) }}
