{{ published_fact(ref('core__fct_cooperatives'), 'cooperatives', entities=ref('core__entity_aliases')) }}
