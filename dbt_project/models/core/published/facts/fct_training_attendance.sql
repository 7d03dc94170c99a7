{{ published_fact(
    ref('core__fct_training_attendance'), 'training_attendance', households=ref('core__household_aliases')
) }}
