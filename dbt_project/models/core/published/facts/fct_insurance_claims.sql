{{ published_fact(
    ref('core__fct_insurance_claims'), 'insurance_claims', households=ref('core__household_aliases')
) }}
