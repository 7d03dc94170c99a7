{{ published_fact(
    ref('core__fct_household_awards'), 'household_awards', entities=ref('core__entity_aliases'),
    households=ref('core__household_aliases'), entity='custody_entity'
) }}
