{{ published_fact(ref('core__fct_lead_enterprises'), 'lead_enterprises', entities=ref('core__entity_aliases')) }}
