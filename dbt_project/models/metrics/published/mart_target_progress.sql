{{ published_rows(ref('metrics__mart_target_progress')) }}
