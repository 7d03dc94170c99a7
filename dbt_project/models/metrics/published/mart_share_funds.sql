{{ published_rows(ref('metrics__mart_share_funds')) }}
