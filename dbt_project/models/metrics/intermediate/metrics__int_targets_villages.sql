-- T02 and T08 per county: poor villages that exited, and those whose collective income reaches the line.
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'village_base') as has_village_base,
        bool_or(f.form = 'village_income') as has_village_income
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
)

select
    l.target_code,
    c.county_code,
    c.is_poor_county or coalesce(l.has_reported, false) as is_expected,
    coalesce(l.has_reported, false) as has_reported,
    (case when l.has_reported then l.numerator_value end)::numeric(20, 4) as numerator_value,
    (case when r.has_village_base then l.denominator_value end)::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join reported as r on c.county_code = r.county_code
left join villages as v on c.county_code = v.county_code
cross join
    lateral (
        values
        ('T02', r.has_village_base, coalesce(v.exited_villages, 0), coalesce(v.unexited_villages, 0)),
        ('T08', r.has_village_income, coalesce(v.villages_with_income, 0), coalesce(v.base_villages, 0))
    ) as l (target_code, has_reported, numerator_value, denominator_value)
where c.region_level = 'county' and c.is_listed
