{{ published_fact(ref('core__fct_village_income'), 'village_income') }}
