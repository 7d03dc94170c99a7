{{ published_rows(ref('core__dim_entity_history')) }}
