{{ config(unique_key=['training_course_key'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- A course is what its rows say of it in all periods: the place that most of them give, the first and the last day. Its
-- number as the newest of them writes it.
with attendance as (
    select
        s.training_course_key,
        s.county_code,
        s.course_type,
        s.course_no,
        s.venue,
        s.training_start_date,
        s.training_end_date,
        s.training_days,
        s.person_key,
        p.period_end
    from {{ ref('stg_county_forms__training_attendance') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'training_attendance'
    where s.training_course_key <> -1
)

select
    {{ visible_publication() }} as publication_id,
    a.training_course_key,
    a.course_type,
    (array_agg(a.course_no order by a.period_end desc, a.course_no asc))[1] as course_no,
    mode() within group (order by a.venue) as venue,
    min(a.training_start_date) as training_start_date,
    max(a.training_end_date) as training_end_date,
    mode() within group (order by a.training_days) as training_days,
    count(distinct a.person_key)::integer as attendees,
    a.county_code,
    a.county_code as region_key
from attendance as a
group by a.training_course_key, a.course_type, a.county_code
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as training_course_key,
    '未知' as course_type,
    '未知班次' as course_no,
    null as venue,
    null as training_start_date,
    null as training_end_date,
    null as training_days,
    0 as attendees,
    '-1' as county_code,
    '-1' as region_key
