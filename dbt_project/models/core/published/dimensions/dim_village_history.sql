{{ published_rows(ref('core__dim_village_history')) }}
