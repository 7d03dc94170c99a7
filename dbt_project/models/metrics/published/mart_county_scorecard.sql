{{ published_rows(ref('metrics__mart_county_scorecard')) }}
