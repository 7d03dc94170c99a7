-- T09 to T12 per county: premiums, insured households, poor ones among them, and willing households that are covered.
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'insurance_policies') as has_policies,
        bool_or(f.form = 'household_awards') as has_awards
    from {{ ref('fct_form_readings') }} as f
    where f.form in ('insurance_policies', 'household_awards')
    group by f.county_code
),

policies as (
    select
        p.county_code,
        sum(p.premium_yuan) as premium_yuan,
        count(distinct p.household_key) filter (where p.household_key <> -1) as insured_households,
        count(distinct p.household_key) filter (where p.is_poor and p.household_key <> -1) as insured_poor_households
    from {{ ref('fct_insurance_policies') }} as p
    where extract(year from p.period_end) = {{ var('programme_year') }}
    group by p.county_code
),

willing as (
    select
        w.county_code,
        count(*) as willing_households,
        count(*) filter (where w.is_covered) as covered_households
    from {{ ref('metrics__int_willing_households') }} as w
    group by w.county_code
)

select
    l.target_code,
    c.county_code,
    true as is_expected,
    coalesce(l.has_reported, false) as has_reported,
    (case when l.has_reported then l.numerator_value end)::numeric(20, 4) as numerator_value,
    (case when l.has_reported then l.denominator_value end)::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join reported as r on c.county_code = r.county_code
left join policies as p on c.county_code = p.county_code
left join willing as w on c.county_code = w.county_code
cross join
    lateral (
        values
        ('T09', r.has_policies, coalesce(p.premium_yuan, 0), null),
        ('T10', r.has_policies, coalesce(p.insured_households, 0), null),
        ('T11', r.has_policies, coalesce(p.insured_poor_households, 0), null),
        (
            'T12',
            r.has_policies and r.has_awards,
            coalesce(w.covered_households, 0),
            coalesce(w.willing_households, 0)
        )
    ) as l (target_code, has_reported, numerator_value, denominator_value)
where c.region_level = 'county' and c.is_listed
