{{ published_rows(ref('core__dim_household_history')) }}
