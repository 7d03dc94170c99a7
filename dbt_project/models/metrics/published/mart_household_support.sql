{{ published_rows(ref('metrics__mart_household_support')) }}
