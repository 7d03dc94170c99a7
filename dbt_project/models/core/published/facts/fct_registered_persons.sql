{{ published_fact(
    ref('core__fct_registered_persons'), 'registered_persons', households=ref('core__household_aliases')
) }}
