{{ config(unique_key=['county_code', 'course_type']) }}

-- Rows of the rosters, and beside them persons and households, each once. Who passed is counted once however many
-- courses of the kind were attended.
with attended as (
    select
        a.publication_id,
        a.county_code,
        c.course_type,
        count(distinct a.training_course_key)::integer as training_courses,
        count(*)::integer as attendances,
        count(distinct a.person_key) filter (where a.person_key <> -1)::integer as persons,
        count(distinct a.household_key) filter (where a.household_key <> -1)::integer as households,
        count(distinct a.person_key) filter (where a.result = '合格')::integer as passed_persons,
        count(distinct a.household_key) filter (where a.result = '合格' and a.household_key <> -1)::integer
            as passed_households,
        count(distinct a.person_key) filter (where a.is_poor)::integer as poor_persons,
        count(distinct a.person_key) filter (where a.was_trained_before)::integer as persons_trained_before
    from {{ ref('fct_training_attendance') }} as a
    left join {{ ref('dim_training_course') }} as c on a.training_course_key = c.training_course_key
    group by a.publication_id, a.county_code, c.course_type
)

select
    t.publication_id,
    t.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    t.course_type,
    t.training_courses,
    t.attendances,
    t.persons,
    t.attendances - t.persons as repeated_attendances,
    t.households as trained_households,
    t.passed_persons,
    t.passed_households,
    t.poor_persons,
    t.persons_trained_before
from attended as t
left join {{ ref('dim_region') }} as r on t.county_code = r.region_key
