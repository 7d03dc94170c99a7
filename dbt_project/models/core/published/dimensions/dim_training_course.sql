{{ published_rows(ref('core__dim_training_course')) }}
