{{ published_rows(ref('metrics__mart_data_quality')) }}
