-- How far each problem of the newest ledgers has come. A time limit is overdue where its day has passed before the
-- publication's and the problem is neither done nor closed nor a matter of lasting care.
with ordered as (
    select
        r.*,
        min(r.period_end) over (partition by r.county_code, r.problem_key) as first_period_end,
        min(case when r.is_closed then r.period_end end) over (partition by r.county_code, r.problem_key)
            as closed_period_end
    from {{ ref('fct_rectifications') }} as r
),

judged as (
    select
        o.*,
        v.as_of_date,
        coalesce(
            o.deadline_date < v.as_of_date and not coalesce(o.is_closed, false) and o.done_date is null
            and o.rectification_progress in ('未启动', '整改中'), false
        ) as is_overdue
    from ordered as o
    cross join {{ ref('dim_publication') }} as v
    where o.is_latest_period
)

select
    j.publication_id,
    j.county_code,
    j.reading_id,
    j.sheet_no,
    j.row_no,
    j.problem_key,
    j.problem_source,
    j.problem_no,
    j.problem_type,
    j.involved_place,
    j.problem_amount_yuan,
    j.owner_unit,
    j.raised_date,
    j.deadline_date,
    j.deadline_text,
    j.has_measure,
    j.done_date,
    j.is_closed,
    case
        when j.is_closed then '已销号'
        when j.rectification_progress = '已完成' or j.done_date is not null then '已完成未销号'
        else j.rectification_progress
    end as rectification_stage,
    j.is_overdue,
    case when j.is_overdue then j.as_of_date - j.deadline_date end as days_overdue,
    coalesce(j.is_closed and not j.has_evidence, false) as is_closed_without_evidence,
    j.period,
    j.first_period_end,
    j.closed_period_end
from judged as j
