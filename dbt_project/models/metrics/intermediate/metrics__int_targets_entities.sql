-- T05 and T06 per county: new provincial demonstration cooperatives. One in two townships' files counts once.
with reported as (
    select distinct f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form = 'cooperatives'
),

cooperatives as (
    select
        c.county_code,
        count(distinct c.entity_key) as new_provincial_demos
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period and c.demo_level = '省级' and c.demo_year = {{ var('programme_year') }}
    group by c.county_code
)

select
    l.target_code,
    c.county_code,
    l.is_expected,
    r.county_code is not null as has_reported,
    (case when r.county_code is not null then l.numerator_value end)::numeric(20, 4) as numerator_value,
    null::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join reported as r on c.county_code = r.county_code
left join cooperatives as d on c.county_code = d.county_code
cross join
    lateral (
        values
        ('T05', true, coalesce(d.new_provincial_demos, 0)),
        ('T06', c.is_poor_county, case when c.is_poor_county then coalesce(d.new_provincial_demos, 0) else 0 end)
    ) as l (target_code, is_expected, numerator_value)
where c.region_level = 'county' and c.is_listed
