{{ published_rows(ref('metrics__mart_cross_checks')) }}
