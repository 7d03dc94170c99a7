{{ config(unique_key=['county_code']) }}

-- Of each county's registered households: who has a 科技明白人, who was trained before, who still has none. What a form
-- that was not sent would say is unknown.
with reported as (
    select
        f.publication_id,
        f.county_code,
        bool_or(f.form = 'registered_persons') as has_register_reported,
        bool_or(f.form = 'training_attendance') as has_training_reported
    from {{ ref('fct_form_readings') }} as f
    where f.form in ('registered_persons', 'training_attendance')
    group by f.publication_id, f.county_code
),

trained as (
    select
        a.household_key,
        min(a.county_code) as county_code,
        bool_or(a.result = '合格') as has_savvy,
        bool_or(a.was_trained_before is true) as was_trained_before
    from {{ ref('fct_training_attendance') }} as a
    inner join {{ ref('dim_training_course') }} as c on a.training_course_key = c.training_course_key
    where c.course_type = '科技明白人' and a.household_key <> -1
    group by a.household_key
),

registered as (
    select
        h.county_code,
        count(*)::integer as registered_households,
        count(*) filter (where t.has_savvy)::integer as registered_savvy_households,
        count(*) filter (where t.was_trained_before)::integer as registered_trained_before,
        count(*) filter (where t.has_savvy is not true and t.was_trained_before is not true)::integer as without_savvy
    from {{ ref('dim_household') }} as h
    left join trained as t on h.household_key = t.household_key
    where h.is_registered
    group by h.county_code
),

all_trained as (
    select
        t.county_code,
        count(*) filter (where t.has_savvy)::integer as savvy_households
    from trained as t
    group by t.county_code
)

select
    p.publication_id,
    p.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    p.has_register_reported,
    p.has_training_reported,
    case when p.has_register_reported then coalesce(g.registered_households, 0) end as registered_households,
    case when p.has_training_reported then coalesce(t.savvy_households, 0) end as savvy_households,
    case when p.has_register_reported and p.has_training_reported then coalesce(g.registered_savvy_households, 0) end
        as registered_savvy_households,
    case when p.has_register_reported and p.has_training_reported then coalesce(g.registered_trained_before, 0) end
        as households_trained_before,
    case when p.has_register_reported and p.has_training_reported then coalesce(g.without_savvy, 0) end
        as households_without_savvy
from reported as p
left join registered as g on p.county_code = g.county_code
left join all_trained as t on p.county_code = t.county_code
left join {{ ref('dim_region') }} as r on p.county_code = r.region_key
