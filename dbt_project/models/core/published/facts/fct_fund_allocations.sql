{{ published_fact(ref('core__fct_fund_allocations'), 'fund_projects') }}
