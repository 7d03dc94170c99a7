-- Marts whose totals are not those of the facts below them, county by county.
with compared as (
    select
        'household_awards' as form,
        county_code,
        award_amount_yuan as mart_value,
        null::numeric as fact_value
    from marts.mart_household_support
    union all
    select 'household_awards', county_code, null, award_amount_yuan from marts.fct_household_awards
    union all
    select 'fund_projects', county_code, planned_yuan, null from marts.mart_fund_execution
    union all
    select 'fund_projects', county_code, null, amount_yuan from marts.fct_fund_allocations where is_latest_period
    union all
    select 'sales_channels', county_code, sales_amount_yuan, null from marts.mart_sales_channels
    union all
    select 'sales_channels', county_code, null, sales_amount_yuan from marts.fct_channel_sales where is_latest_period
    union all
    select form, county_code, rows_published, null from marts.mart_data_quality
    union all
    select vp.form, vp.county_code, null, rp.n_rows
    from ops.visible_parts as vp
    inner join ops.reading_parts as rp on vp.reading_id = rp.reading_id and vp.part_code = rp.part_code
)

select
    c.county_code,
    c.form,
    1 as violations
from compared as c
group by c.county_code, c.form
having coalesce(sum(c.mart_value), 0) <> coalesce(sum(c.fact_value), 0)
