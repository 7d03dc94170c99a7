{{ published_fact(ref('core__fct_cold_stores'), 'cold_stores', entities=ref('core__entity_aliases')) }}
