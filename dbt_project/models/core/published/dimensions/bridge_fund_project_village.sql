{{ published_rows(ref('core__bridge_fund_project_village')) }}
