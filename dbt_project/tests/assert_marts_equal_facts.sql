-- What the marts show in all is what the facts hold, measure by measure.
with compared as (
    select
        'household_support.award_amount_yuan' as measure,
        (select sum(m.award_amount_yuan) from {{ ref('mart_household_support') }} as m) as in_mart,
        (select sum(f.award_amount_yuan) from {{ ref('fct_household_awards') }} as f) as in_fact
    union all
    select
        'fund_execution.planned_yuan' as measure,
        (select sum(m.planned_yuan) from {{ ref('mart_fund_execution') }} as m) as in_mart,
        (select sum(f.amount_yuan) from {{ ref('fct_fund_allocations') }} as f where f.is_latest_period) as in_fact
    union all
    select
        'fund_execution.spent_yuan' as measure,
        (select sum(m.spent_yuan) from {{ ref('mart_fund_execution') }} as m) as in_mart,
        (select sum(f.spent_yuan) from {{ ref('fct_fund_allocations') }} as f where f.is_latest_period) as in_fact
    union all
    select
        'sales_channels.sales_amount_yuan' as measure,
        (select sum(m.sales_amount_yuan) from {{ ref('mart_sales_channels') }} as m) as in_mart,
        (select sum(f.sales_amount_yuan) from {{ ref('fct_channel_sales') }} as f where f.is_latest_period) as in_fact
    union all
    select
        'data_quality.rows_published' as measure,
        (select sum(m.rows_published) from {{ ref('mart_data_quality') }} as m) as in_mart,
        (select sum(f.rows_published) from {{ ref('fct_form_readings') }} as f) as in_fact
)

select
    c.measure,
    c.in_mart,
    c.in_fact
from compared as c
where c.in_mart is distinct from c.in_fact
