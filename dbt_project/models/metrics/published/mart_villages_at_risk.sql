{{ published_rows(ref('metrics__mart_villages_at_risk')) }}
