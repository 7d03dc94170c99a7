{{ published_rows(ref('metrics__mart_village_profile')) }}
