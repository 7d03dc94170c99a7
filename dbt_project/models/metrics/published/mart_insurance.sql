{{ published_rows(ref('metrics__mart_insurance')) }}
