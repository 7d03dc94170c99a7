{{ published_fact(ref('core__fct_channel_sales'), 'sales_channels', entities=ref('core__entity_aliases')) }}
