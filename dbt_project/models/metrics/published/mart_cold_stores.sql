{{ published_rows(ref('metrics__mart_cold_stores')) }}
