-- T03 and T04 per county, from the newest register: who was poor at the start of the programme's year, and who has left
-- poverty in it by the household's own industry. A register that never says by what means is no register for T04.
with persons as (
    select
        f.county_code,
        count(distinct f.person_key) filter (
            where
            f.exit_status in ('未脱贫', '返贫')
            or (f.exit_status = '已脱贫' and f.exit_status_year = {{ var('programme_year') }})
        ) as poor_at_start,
        count(distinct f.person_key) filter (
            where
            f.exit_status = '已脱贫' and f.exit_status_year = {{ var('programme_year') }} and f.is_exit_by_industry
        ) as left_by_industry,
        count(f.is_exit_by_industry) > 0 as says_by_what
    from {{ ref('fct_registered_persons') }} as f
    where f.is_latest_period and f.person_key <> -1
    group by f.county_code
)

select
    l.target_code,
    c.county_code,
    c.is_poor_county or coalesce(l.has_reported, false) as is_expected,
    coalesce(l.has_reported, false) as has_reported,
    (case when l.has_reported then l.numerator_value end)::numeric(20, 4) as numerator_value,
    null::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join persons as p on c.county_code = p.county_code
cross join
    lateral (
        values
        ('T03', p.county_code is not null, coalesce(p.poor_at_start, 0)),
        ('T04', p.says_by_what, coalesce(p.left_by_industry, 0))
    ) as l (target_code, has_reported, numerator_value)
where c.region_level = 'county' and c.is_listed
