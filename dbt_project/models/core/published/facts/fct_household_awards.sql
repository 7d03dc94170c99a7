{{ published_fact(ref('core__fct_household_awards'), 'household_awards') }}
