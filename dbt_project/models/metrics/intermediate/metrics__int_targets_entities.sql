-- Per county: new provincial demonstration cooperatives (T05, of poor counties T06), leading products with a lead
-- enterprise (T07), and whether the county is a national or a provincial pilot (T17, T18).
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'cooperatives') as has_cooperatives,
        bool_or(f.form = 'lead_enterprises') and bool_or(f.form = 'village_base') as has_products
    from {{ ref('fct_form_readings') }} as f
    group by f.county_code
),

-- One in two townships' files counts once.
cooperatives as (
    select
        c.county_code,
        count(distinct c.entity_key) filter (
            where c.demo_level = '省级' and c.demo_year = {{ var('programme_year') }}
        ) as new_provincial_demos,
        bool_or(c.pilot_level is not null) as has_pilot_level,
        coalesce(bool_or(c.pilot_level = '国家级'), false) as is_national_pilot,
        coalesce(bool_or(c.pilot_level = '省级'), false) as is_provincial_pilot
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period
    group by c.county_code
),

products as (
    select
        p.county_code,
        count(*) as leading_products,
        count(*) filter (where p.enterprises > 0) as covered_products
    from {{ ref('metrics__int_product_coverage') }} as p
    group by p.county_code
)

select
    l.target_code,
    c.county_code,
    l.is_expected,
    coalesce(l.has_reported, false) as has_reported,
    (case when l.has_reported then l.numerator_value end)::numeric(20, 4) as numerator_value,
    (case when l.has_reported then l.denominator_value end)::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join reported as r on c.county_code = r.county_code
left join cooperatives as d on c.county_code = d.county_code
left join products as p on c.county_code = p.county_code
cross join
    lateral (
        values
        ('T05', true, r.has_cooperatives, coalesce(d.new_provincial_demos, 0), null),
        (
            'T06', c.is_poor_county, r.has_cooperatives,
            case when c.is_poor_county then coalesce(d.new_provincial_demos, 0) else 0 end, null
        ),
        (
            'T07', c.is_poor_county, c.is_poor_county and r.has_products,
            coalesce(p.covered_products, 0), coalesce(p.leading_products, 0)
        ),
        ('T17', true, d.has_pilot_level, d.is_national_pilot::integer, null),
        ('T18', true, d.has_pilot_level, d.is_provincial_pilot::integer, null)
    ) as l (target_code, is_expected, has_reported, numerator_value, denominator_value)
where c.region_level = 'county' and c.is_listed
