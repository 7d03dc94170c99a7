{{ published_rows(ref('metrics__mart_cold_store_counties')) }}
