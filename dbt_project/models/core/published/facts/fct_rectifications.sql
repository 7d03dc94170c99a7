{{ published_fact(ref('core__fct_rectifications'), 'rectifications') }}
