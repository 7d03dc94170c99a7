-- Legal bodies, stores, sales and projects of each county.
with reported as (
    {{ reported_forms([
        'cooperatives', 'lead_enterprises', 'farms_growers', 'cold_stores',
        'sales_channels', 'fund_projects', 'east_west_projects', 'village_base',
    ]) }}
),

coops as (
    select
        c.county_code,
        count(*) as cooperatives,
        count(*) filter (where c.is_operating) as coops_operating,
        count(*) filter (where c.is_new_provincial_demo) as new_provincial_demos
    from {{ ref('metrics__int_cooperatives') }} as c
    group by c.county_code
),

firms as (
    select
        e.county_code,
        count(*) as enterprises,
        count(*) filter (where not e.is_operating) as enterprises_stopped
    from {{ ref('metrics__int_lead_enterprises') }} as e
    group by e.county_code
),

farms as (
    select
        f.county_code,
        count(distinct f.entity_key) as farms
    from {{ ref('fct_farms_growers') }} as f
    where f.is_latest_period
    group by f.county_code
),

products as (
    select
        p.county_code,
        count(*) as leading_products,
        count(*) filter (where p.enterprises > 0) as covered_products
    from {{ ref('metrics__int_product_coverage') }} as p
    group by p.county_code
),

stores as (
    select
        s.county_code,
        count(*) as stores,
        count(*) filter (where s.operation_status = '闲置') as idle_stores,
        sum(s.capacity_tonnes) as capacity_tonnes
    from {{ ref('fct_cold_stores') }} as s
    where s.is_latest_period
    group by s.county_code
),

sales as (
    select
        x.county_code,
        count(distinct x.sales_channel_key) as channels,
        sum(x.sales_amount_yuan) as sales_amount_yuan,
        sum(x.sales_amount_yuan) filter (where x.is_ganwei) as ganwei_sales_yuan
    from {{ ref('fct_channel_sales') }} as x
    where x.is_latest_period
    group by x.county_code
),

funds as (
    select
        f.county_code,
        count(distinct f.fund_project_key) as county_projects,
        sum(f.amount_yuan) as planned_yuan,
        sum(f.spent_yuan) as spent_yuan
    from {{ ref('fct_fund_allocations') }} as f
    where f.is_latest_period
    group by f.county_code
),

grants as (
    select
        w.county_code,
        count(distinct w.fund_project_key) as east_west_projects,
        sum(w.grant_yuan) as grant_yuan,
        sum(w.spent_yuan) as grant_spent_yuan
    from {{ ref('fct_east_west_projects') }} as w
    where w.is_latest_period
    group by w.county_code
)

select
    r.county_code,
    (case when r.has_cooperatives then coalesce(c.cooperatives, 0) end)::integer as cooperatives,
    (case when r.has_cooperatives then coalesce(c.coops_operating, 0) end)::integer as coops_operating,
    (case when r.has_cooperatives then coalesce(c.new_provincial_demos, 0) end)::integer as new_provincial_demos,
    (case when r.has_lead_enterprises then coalesce(e.enterprises, 0) end)::integer as enterprises,
    (case when r.has_lead_enterprises then coalesce(e.enterprises_stopped, 0) end)::integer as enterprises_stopped,
    (case when r.has_farms_growers then coalesce(g.farms, 0) end)::integer as farms,
    (case when r.has_village_base then coalesce(p.leading_products, 0) end)::integer as leading_products,
    (case when r.has_lead_enterprises then p.covered_products end)::integer as covered_products,
    (case when r.has_cold_stores then coalesce(s.stores, 0) end)::integer as stores,
    (case when r.has_cold_stores then coalesce(s.idle_stores, 0) end)::integer as idle_stores,
    (case when r.has_cold_stores then coalesce(s.capacity_tonnes, 0) end)::numeric(20, 4) as capacity_tonnes,
    (case when r.has_sales_channels then coalesce(x.channels, 0) end)::integer as channels,
    (case when r.has_sales_channels then coalesce(x.sales_amount_yuan, 0) end)::numeric(20, 4) as sales_amount_yuan,
    (
        case when r.has_sales_channels then coalesce(x.ganwei_sales_yuan, 0) / nullif(x.sales_amount_yuan, 0) * 100 end
    )::numeric(12, 2) as ganwei_share_pct,
    (case when r.has_fund_projects then coalesce(f.county_projects, 0) end)::integer as county_projects,
    (case when r.has_fund_projects then coalesce(f.planned_yuan, 0) end)::numeric(20, 4) as planned_yuan,
    (case when r.has_fund_projects then f.spent_yuan end)::numeric(20, 4) as spent_yuan,
    (case when r.has_fund_projects then f.spent_yuan / nullif(f.planned_yuan, 0) * 100 end)::numeric(12, 2)
        as spend_rate_pct,
    (case when r.has_east_west_projects then coalesce(w.east_west_projects, 0) end)::integer as east_west_projects,
    (case when r.has_east_west_projects then coalesce(w.grant_yuan, 0) end)::numeric(20, 4) as grant_yuan,
    (case when r.has_east_west_projects then w.grant_spent_yuan end)::numeric(20, 4) as grant_spent_yuan,
    (case when r.has_east_west_projects then w.grant_spent_yuan / nullif(w.grant_yuan, 0) * 100 end)::numeric(12, 2)
        as grant_spend_rate_pct
from reported as r
left join coops as c on r.county_code = c.county_code
left join firms as e on r.county_code = e.county_code
left join farms as g on r.county_code = g.county_code
left join products as p on r.county_code = p.county_code
left join stores as s on r.county_code = s.county_code
left join sales as x on r.county_code = x.county_code
left join funds as f on r.county_code = f.county_code
left join grants as w on r.county_code = w.county_code
