-- Capacity is that of all units of a row: the cap is what its tonnes are given for, and at most so much per store.
with needs as (
    select
        b.village_key,
        bool_or(b.has_store_need) as has_store_need
    from {{ ref('fct_village_base') }} as b
    where b.is_latest_period
    group by b.village_key
),

stores as (
    select
        s.*,
        case
            when s.is_mobile then r.store_mobile_max_yuan * s.unit_count
            else least(r.store_subsidy_per_100t_yuan * s.capacity_tonnes / 100, r.store_subsidy_max_yuan * s.unit_count)
        end as subsidy_cap_yuan,
        r.store_idle_months
    from {{ ref('fct_cold_stores') }} as s
    left join {{ ref('metrics__int_store_rules') }} as r on s.county_code = r.county_code
    where s.is_latest_period
)

select
    s.publication_id,
    s.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    d.township_name,
    s.village_key,
    v.village_name,
    n.has_store_need,
    s.reading_id,
    s.sheet_no,
    s.row_no,
    s.entity_key,
    e.entity_name,
    e.entity_type,
    s.store_type,
    s.is_mobile,
    s.unit_count,
    s.capacity_tonnes::numeric(20, 4) as capacity_tonnes,
    s.volume_m3::numeric(20, 4) as volume_m3,
    s.invest_total_yuan,
    s.subsidy_yuan,
    s.self_fund_yuan,
    s.subsidy_cap_yuan::numeric(20, 4) as subsidy_cap_yuan,
    (s.subsidy_yuan - s.subsidy_cap_yuan)::numeric(20, 4) as subsidy_gap_yuan,
    s.subsidy_yuan > s.subsidy_cap_yuan as is_above_subsidy_cap,
    s.operation_status,
    s.idle_months,
    coalesce(s.operation_status = '闲置' and s.idle_months >= s.store_idle_months, false) as is_long_idle,
    s.throughput_tonnes::numeric(20, 4) as throughput_tonnes,
    (s.throughput_tonnes / nullif(s.capacity_tonnes, 0) * 100)::numeric(12, 2) as use_rate_pct,
    s.driven_poor_households,
    s.stage_text,
    s.begun_date,
    s.built_date,
    s.accepted_date,
    s.paid_date,
    s.built_date - s.begun_date as days_to_build,
    s.accepted_date - s.built_date as days_to_accept,
    s.paid_date - s.accepted_date as days_to_pay
from stores as s
left join {{ ref('dim_region') }} as d on s.region_key = d.region_key
left join {{ ref('dim_village') }} as v on s.village_key = v.village_key
left join {{ ref('dim_entity') }} as e on s.entity_key = e.entity_key
left join needs as n on s.village_key = n.village_key
