{{ published_rows(ref('core__dim_fund_programme')) }}
