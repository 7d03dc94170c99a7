-- T13 to T15 per county: persons who passed a course for skilled farmers or for leaders of cooperatives in the year,
-- and households of whom somebody passed as 科技明白人 without having been trained in the two years before. A person
-- or household in two courses counts once.
with reported as (
    select distinct f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form = 'training_attendance'
),

passed as (
    select
        a.county_code,
        count(distinct a.person_key) filter (where c.course_type in ('高素质农民', '合作社带头人')) as farmers,
        count(distinct a.person_key) filter (where c.course_type = '合作社带头人') as leaders,
        count(distinct a.household_key) filter (
            where c.course_type = '科技明白人' and a.was_trained_before is not true and a.household_key <> -1
        ) as households
    from {{ ref('fct_training_attendance') }} as a
    inner join {{ ref('dim_training_course') }} as c on a.training_course_key = c.training_course_key
    where a.result = '合格' and a.training_start_date_key / 10000 = {{ var('programme_year') }} and a.person_key <> -1
    group by a.county_code
)

select
    l.target_code,
    c.county_code,
    true as is_expected,
    r.county_code is not null as has_reported,
    (case when r.county_code is not null then coalesce(l.numerator_value, 0) end)::numeric(20, 4) as numerator_value,
    null::numeric(20, 4) as denominator_value
from {{ ref('dim_region') }} as c
left join reported as r on c.county_code = r.county_code
left join passed as p on c.county_code = p.county_code
cross join
    lateral (
        values ('T13', p.farmers), ('T14', p.leaders), ('T15', p.households)
    ) as l (target_code, numerator_value)
where c.region_level = 'county' and c.is_listed
