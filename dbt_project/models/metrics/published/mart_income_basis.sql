{{ published_rows(ref('metrics__mart_income_basis')) }}
