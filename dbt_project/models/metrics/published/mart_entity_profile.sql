{{ published_rows(ref('metrics__mart_entity_profile')) }}
