{{ published_fact(ref('core__fct_east_west_projects'), 'east_west_projects', entities=ref('core__entity_aliases')) }}
