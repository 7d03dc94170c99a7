{{ published_fact(ref('core__fct_farms_growers'), 'farms_growers', entities=ref('core__entity_aliases')) }}
