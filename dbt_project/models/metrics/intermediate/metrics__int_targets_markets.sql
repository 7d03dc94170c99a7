-- T16 per county: villages of the village base that need a store, and those of them with one that stands and is in
-- order, used or not.
with reported as (
    select f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form in ('village_base', 'cold_stores')
    group by f.county_code
    having count(distinct f.form) = 2
),

served as (
    select distinct s.village_key
    from {{ ref('fct_cold_stores') }} as s
    where s.is_latest_period and s.operation_status not in ('在建', '报废')
),

villages as (
    select
        b.county_code,
        count(distinct b.village_key) as need_villages,
        count(distinct s.village_key) as served_villages
    from {{ ref('fct_village_base') }} as b
    left join served as s on b.village_key = s.village_key
    where b.is_latest_period and b.has_store_need and b.village_key <> '-1'
    group by b.county_code
)

select
    'T16' as target_code,
    c.county_code,
    c.is_poor_county or r.county_code is not null as is_expected,
    r.county_code is not null as has_reported,
    (case when r.county_code is not null then coalesce(v.served_villages, 0) end)::numeric(20, 4) as numerator_value,
    (case when r.county_code is not null then coalesce(v.need_villages, 0) end)::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join reported as r on c.county_code = r.county_code
left join villages as v on c.county_code = v.county_code
where c.region_level = 'county' and c.is_listed
