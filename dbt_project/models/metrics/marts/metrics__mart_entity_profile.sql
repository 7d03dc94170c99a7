{{ config(unique_key=['entity_key'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- Everything about one body that any form tells, whatever kind it is of. Each fact is summed up by body first.
with coops as (
    select distinct on (c.entity_key) c.*
    from {{ ref('metrics__int_cooperatives') }} as c
    order by c.entity_key asc, c.period desc, c.county_code asc
),

firms as (
    select distinct on (e.entity_key) e.*
    from {{ ref('metrics__int_lead_enterprises') }} as e
    order by e.entity_key asc, e.period desc, e.county_code asc
),

farms as (
    select
        f.entity_key,
        max(f.village_key) as village_key,
        sum(f.area_mu)::numeric(14, 4) as area_mu,
        sum(f.custody_households)::integer as custody_households
    from {{ ref('fct_farms_growers') }} as f
    where f.is_latest_period
    group by f.entity_key
),

history as (
    select
        h.entity_key,
        count(*)::integer as history_runs
    from {{ ref('dim_entity_history') }} as h
    group by h.entity_key
),

sales as (
    select
        s.entity_key,
        count(distinct s.sales_channel_key)::integer as channels,
        sum(s.sales_amount_yuan) as sales_amount_yuan
    from {{ ref('fct_channel_sales') }} as s
    where s.is_latest_period
    group by s.entity_key
),

shares as (
    select
        h.entity_key,
        sum(h.share_households)::integer as share_households,
        sum(h.share_amount_yuan)::numeric(20, 4) as share_amount_yuan,
        sum(h.in_force_yuan)::numeric(20, 4) as in_force_yuan,
        sum(h.dividend_due_yuan)::numeric(20, 4) as dividend_due_yuan,
        sum(h.dividend_paid_yuan)::numeric(20, 4) as dividend_paid_yuan
    from {{ ref('metrics__int_entity_shares') }} as h
    group by h.entity_key
),

stores as (
    select
        t.entity_key,
        count(*)::integer as stores,
        sum(t.capacity_tonnes)::numeric(14, 4) as capacity_tonnes,
        count(*) filter (where t.operation_status = '闲置')::integer as idle_stores
    from {{ ref('fct_cold_stores') }} as t
    where t.is_latest_period
    group by t.entity_key
),

forms as (
    select
        e.entity_key,
        string_agg(f.form_name, '；' order by f.form_code) as named_by_form_names
    from {{ ref('dim_entity') }} as e
    cross join lateral unnest(string_to_array(e.named_by_forms, ';')) as n (form)
    inner join {{ ref('dim_form') }} as f on n.form = f.form
    group by e.entity_key
)

select
    e.publication_id,
    e.entity_key,
    e.entity_name,
    e.credit_code,
    e.entity_type,
    e.entity_level,
    coalesce(h.history_runs, 0) as history_runs,
    e.operation_status,
    coalesce(c.is_operating, l.is_operating) as is_operating,
    e.main_product,
    e.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    e.region_key,
    r.township_name,
    coalesce(c.village_key, g.village_key, '-1') as village_key,
    v.village_name,
    e.is_registered,
    e.is_inferred,
    e.is_in_several_counties,
    n.named_by_form_names,
    c.member_count,
    c.poor_member_count,
    coalesce(c.driven_poor_households, l.driven_poor_households) as driven_poor_households,
    g.area_mu,
    g.custody_households,
    coalesce(c.share_fund_total_yuan, l.share_fund_total_yuan) as share_fund_total_yuan,
    case
        when not coalesce(c.is_operating, l.is_operating) and i.in_force_yuan > 0 then true
        else coalesce(c.is_holding_shares_while_not_operating, l.is_holding_shares_while_not_operating)
    end as is_holding_shares_while_not_operating,
    l.is_dividend_on_time,
    c.fiscal_support_yuan,
    l.award_amount_yuan,
    coalesce(s.channels, 0) as channels,
    s.sales_amount_yuan::numeric(20, 4) as sales_amount_yuan,
    i.share_households,
    i.share_amount_yuan,
    i.in_force_yuan,
    i.dividend_due_yuan,
    i.dividend_paid_yuan,
    coalesce(t.stores, 0) as stores,
    t.capacity_tonnes,
    coalesce(t.idle_stores, 0) as idle_stores
from {{ ref('dim_entity') }} as e
left join {{ ref('dim_region') }} as r on e.region_key = r.region_key
left join history as h on e.entity_key = h.entity_key
left join coops as c on e.entity_key = c.entity_key
left join firms as l on e.entity_key = l.entity_key
left join farms as g on e.entity_key = g.entity_key
left join sales as s on e.entity_key = s.entity_key
left join forms as n on e.entity_key = n.entity_key
left join {{ ref('dim_village') }} as v on coalesce(c.village_key, g.village_key) = v.village_key
left join shares as i on e.entity_key = i.entity_key
left join stores as t on e.entity_key = t.entity_key
where e.entity_key <> -1
