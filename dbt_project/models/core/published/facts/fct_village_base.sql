{{ published_fact(ref('core__fct_village_base'), 'village_base') }}
