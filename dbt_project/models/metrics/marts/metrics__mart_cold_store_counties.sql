{{ config(unique_key=['county_code', 'store_type']) }}

with needs as (
    select
        b.county_code,
        count(distinct b.village_key) as need_villages
    from {{ ref('fct_village_base') }} as b
    where b.is_latest_period and b.has_store_need and b.village_key <> '-1'
    group by b.county_code
),

-- A rate of use counts only stores that say how much went in.
stores as (
    select
        s.publication_id,
        s.county_code,
        s.store_type,
        count(*) as stores,
        sum(s.unit_count) as store_units,
        sum(s.capacity_tonnes) as capacity_tonnes,
        count(*) filter (where s.operation_status = '闲置') as idle_stores,
        count(*) filter (where s.is_long_idle) as long_idle_stores,
        count(*) filter (where s.operation_status = '在建') as building_stores,
        sum(s.capacity_tonnes) filter (where s.operation_status in ('运营', '季节性')) as used_capacity_tonnes,
        sum(s.throughput_tonnes) as throughput_tonnes,
        sum(s.throughput_tonnes) / nullif(sum(s.capacity_tonnes) filter (where s.throughput_tonnes is not null), 0)
        * 100 as use_rate_pct,
        sum(s.invest_total_yuan) as invest_total_yuan,
        sum(s.subsidy_yuan) as subsidy_yuan,
        count(*) filter (where s.is_above_subsidy_cap) as stores_above_cap,
        coalesce(sum(s.subsidy_gap_yuan) filter (where s.is_above_subsidy_cap), 0) as above_cap_yuan,
        sum(s.driven_poor_households) as driven_poor_households,
        count(distinct s.village_key) filter (
            where s.has_store_need and s.operation_status not in ('在建', '报废')
        ) as served_villages
    from {{ ref('metrics__int_cold_stores') }} as s
    group by s.publication_id, s.county_code, s.store_type
)

select
    s.publication_id,
    s.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    s.store_type,
    s.stores::integer as stores,
    s.store_units::integer as store_units,
    s.capacity_tonnes::numeric(20, 4) as capacity_tonnes,
    s.idle_stores::integer as idle_stores,
    s.long_idle_stores::integer as long_idle_stores,
    s.building_stores::integer as building_stores,
    coalesce(s.used_capacity_tonnes, 0)::numeric(20, 4) as used_capacity_tonnes,
    s.throughput_tonnes::numeric(20, 4) as throughput_tonnes,
    s.use_rate_pct::numeric(12, 2) as use_rate_pct,
    s.invest_total_yuan::numeric(20, 4) as invest_total_yuan,
    s.subsidy_yuan::numeric(20, 4) as subsidy_yuan,
    s.stores_above_cap::integer as stores_above_cap,
    s.above_cap_yuan::numeric(20, 4) as above_cap_yuan,
    s.driven_poor_households::integer as driven_poor_households,
    n.need_villages::integer as need_villages,
    s.served_villages::integer as served_villages
from stores as s
left join {{ ref('dim_region') }} as r on s.county_code = r.region_key
left join needs as n on s.county_code = n.county_code
