{{ published_rows(ref('metrics__mart_rectification_counties')) }}
