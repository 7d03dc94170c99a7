{{ published_fact(
    ref('core__fct_dividend_payments'), 'dividend_payments', entities=ref('core__entity_aliases'),
    households=ref('core__household_aliases')
) }}
