-- What each county adds to each target that the connected forms can answer.
with counties as (
    select
        r.publication_id,
        r.county_code,
        r.prefecture_code,
        r.is_poor_county
    from {{ ref('dim_region') }} as r
    where r.region_level = 'county' and r.is_listed
),

reported as (
    select
        f.county_code,
        bool_or(f.form = 'village_base') as has_village_base,
        bool_or(f.form = 'village_income') as has_village_income,
        bool_or(f.form = 'cooperatives') as has_cooperatives
    from {{ ref('fct_form_readings') }} as f
    group by f.county_code
),

villages as (
    select
        v.county_code,
        count(*) filter (where v.is_in_base) as base_villages,
        count(*) filter (where v.is_unexited_at_start) as unexited_villages,
        count(*) filter (where v.is_exited_in_programme_year) as exited_villages,
        count(*) filter (where v.is_poor_in_income_ledger and v.is_2wan_met) as villages_with_income
    from {{ ref('metrics__int_poor_villages') }} as v
    group by v.county_code
),

-- A cooperative in two townships' files counts once.
cooperatives as (
    select
        c.county_code,
        count(distinct c.entity_key) as new_provincial_demos
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period and c.demo_level = '省级' and c.demo_year = {{ var('programme_year') }}
    group by c.county_code
)

select
    c.publication_id,
    l.target_code,
    c.county_code,
    c.prefecture_code,
    l.is_expected or (coalesce(l.has_reported, false) and l.target_code <> 'T06') as is_expected,
    coalesce(l.has_reported, false) as has_reported,
    case when l.has_target then l.target_value end as target_value,
    case when l.has_reported then l.actual_value end as actual_value
from counties as c
left join reported as r on c.county_code = r.county_code
left join villages as v on c.county_code = v.county_code
left join cooperatives as d on c.county_code = d.county_code
cross join lateral (
    values
    (
        'T02', c.is_poor_county, r.has_village_base, r.has_village_base,
        coalesce(v.unexited_villages, 0), coalesce(v.exited_villages, 0)
    ),
    ('T05', true, r.has_cooperatives, false, 0, coalesce(d.new_provincial_demos, 0)),
    (
        'T06', c.is_poor_county, r.has_cooperatives, false, 0,
        case when c.is_poor_county then coalesce(d.new_provincial_demos, 0) else 0 end
    ),
    (
        'T08', c.is_poor_county, r.has_village_income, r.has_village_base,
        coalesce(v.base_villages, 0), coalesce(v.villages_with_income, 0)
    )
) as l (target_code, is_expected, has_reported, has_target, target_value, actual_value)
