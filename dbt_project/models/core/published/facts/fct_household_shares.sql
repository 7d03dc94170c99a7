{{ published_fact(
    ref('core__fct_household_shares'), 'household_shares', entities=ref('core__entity_aliases'),
    households=ref('core__household_aliases'), progress=ref('core__share_progress'),
    progressed=['dividend_due_yuan', 'dividend_paid_yuan', 'last_due_date_key', 'last_paid_date_key', 'stage_text']
) }}
