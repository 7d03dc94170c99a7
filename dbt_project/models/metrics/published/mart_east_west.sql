{{ published_rows(ref('metrics__mart_east_west')) }}
