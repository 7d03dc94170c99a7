-- Insurance, training, rectification and supervision of each county.
with reported as (
    {{ reported_forms([
        'insurance_policies', 'insurance_claims', 'training_attendance', 'rectifications', 'supervision',
    ]) }}
),

policies as (
    select
        p.county_code,
        sum(p.premium_yuan) as premium_yuan,
        count(distinct p.household_key) as insured_households,
        count(distinct p.household_key) filter (where p.is_poor) as insured_poor_households,
        count(*) filter (where p.is_policy_delivered) * 100.0 / nullif(count(p.is_policy_delivered), 0)
            as delivered_policies_pct
    from {{ ref('fct_insurance_policies') }} as p
    group by p.county_code
),

claims as (
    select
        c.county_code,
        sum(c.payout_yuan) as payout_yuan,
        avg(c.paid_days) as paid_days_mean
    from {{ ref('fct_insurance_claims') }} as c
    group by c.county_code
),

training as (
    select
        a.county_code,
        count(distinct a.person_key) filter (where a.person_key <> -1) as trained_people,
        count(distinct a.person_key) filter (where a.person_key <> -1 and a.result = '合格') as passed_persons,
        count(distinct a.household_key) filter (
            where a.household_key <> -1 and a.result = '合格' and d.course_type = '科技明白人'
        ) as savvy_households
    from {{ ref('fct_training_attendance') }} as a
    left join {{ ref('dim_training_course') }} as d on a.training_course_key = d.training_course_key
    group by a.county_code
),

rectified as (
    select
        r.county_code,
        count(*) as problems,
        count(*) filter (where r.is_closed) as closed_problems,
        count(*) filter (where r.is_overdue) as overdue_problems
    from {{ ref('metrics__int_rectifications') }} as r
    group by r.county_code
),

supervised as (
    select
        s.county_code,
        count(*) as supervision_targets,
        count(*) filter (where s.exit_date is not null) as supervision_exited
    from {{ ref('fct_supervision') }} as s
    where s.is_latest_period
    group by s.county_code
)

select
    r.county_code,
    (case when r.has_insurance_policies then coalesce(p.premium_yuan, 0) end)::numeric(20, 4) as premium_yuan,
    (case when r.has_insurance_policies then coalesce(p.insured_households, 0) end)::integer as insured_households,
    (case when r.has_insurance_policies then coalesce(p.insured_poor_households, 0) end)::integer
        as insured_poor_households,
    (case when r.has_insurance_policies then p.delivered_policies_pct end)::numeric(12, 2) as delivered_policies_pct,
    (case when r.has_insurance_claims then coalesce(c.payout_yuan, 0) end)::numeric(20, 4) as payout_yuan,
    (
        case when r.has_insurance_claims then coalesce(c.payout_yuan, 0) / nullif(p.premium_yuan, 0) * 100 end
    )::numeric(12, 2) as loss_ratio_pct,
    (case when r.has_insurance_claims then c.paid_days_mean end)::numeric(12, 1) as paid_days_mean,
    (case when r.has_training_attendance then coalesce(t.trained_people, 0) end)::integer as trained_people,
    (case when r.has_training_attendance then coalesce(t.passed_persons, 0) end)::integer as passed_persons,
    (case when r.has_training_attendance then coalesce(t.savvy_households, 0) end)::integer as savvy_households,
    (case when r.has_rectifications then coalesce(q.problems, 0) end)::integer as problems,
    (case when r.has_rectifications then coalesce(q.closed_problems, 0) end)::integer as closed_problems,
    (case when r.has_rectifications then coalesce(q.overdue_problems, 0) end)::integer as overdue_problems,
    (case when r.has_supervision then coalesce(s.supervision_targets, 0) end)::integer as supervision_targets,
    (case when r.has_supervision then coalesce(s.supervision_exited, 0) end)::integer as supervision_exited
from reported as r
left join policies as p on r.county_code = p.county_code
left join claims as c on r.county_code = c.county_code
left join training as t on r.county_code = t.county_code
left join rectified as q on r.county_code = q.county_code
left join supervised as s on r.county_code = s.county_code
