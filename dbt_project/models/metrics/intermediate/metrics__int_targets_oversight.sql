-- T01 per county: whether one of the counties that had not exited when the year began has declared its exit.
with reported as (
    select distinct f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form = 'supervision'
),

exited as (
    select distinct s.county_code
    from {{ ref('fct_supervision') }} as s
    where s.is_latest_period and s.target_kind = '县' and s.exit_date is not null
)

select
    'T01' as target_code,
    c.county_code,
    coalesce(c.is_unexited_at_2020_start, false) as is_expected,
    r.county_code is not null as has_reported,
    (
        case
            when r.county_code is not null
                then (coalesce(c.is_unexited_at_2020_start, false) and e.county_code is not null)::integer
        end
    )::numeric(20, 4) as numerator_value,
    (case when c.is_unexited_at_2020_start then 1 end)::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join reported as r on c.county_code = r.county_code
left join exited as e on c.county_code = e.county_code
where c.region_level = 'county' and c.is_listed
