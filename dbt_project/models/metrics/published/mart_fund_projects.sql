{{ published_rows(ref('metrics__mart_fund_projects')) }}
