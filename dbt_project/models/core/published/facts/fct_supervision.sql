{{ published_fact(ref('core__fct_supervision'), 'supervision') }}
