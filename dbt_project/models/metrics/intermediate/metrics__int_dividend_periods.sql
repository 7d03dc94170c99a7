-- What one household has from one body for one dividend period, over all reports: due, paid, how late. A payment that
-- came in parts is one here; the row named is the last that speaks of it.
with told as (
    select
        p.*,
        sum(p.dividend_due_yuan) over same as due_yuan,
        sum(p.dividend_paid_yuan) over same as paid_yuan,
        max(p.paid_date) filter (where p.dividend_paid_yuan > 0) over same as last_paid_date,
        row_number() over (
            partition by p.county_code, p.household_key, p.entity_key, p.dividend_period
            order by p.reading_id desc, p.sheet_no desc, p.row_no desc
        ) as preference
    from {{ ref('fct_dividend_payments') }} as p
    window same as (partition by p.county_code, p.household_key, p.entity_key, p.dividend_period)
),

judged as (
    select
        t.*,
        t.due_yuan - t.paid_yuan > m.dividend_tolerance_yuan as is_short,
        case
            when t.due_yuan - t.paid_yuan > m.dividend_tolerance_yuan then v.as_of_date
            else t.last_paid_date
        end - t.dividend_period_end_date as days_after,
        v.as_of_date - t.dividend_period_end_date > m.dividend_overdue_days as is_past
    from told as t
    inner join {{ ref('metrics__int_share_parameters') }} as m on t.county_code = m.county_code
    cross join {{ ref('dim_publication') }} as v
    where t.preference = 1
)

select
    j.county_code,
    j.household_key,
    j.entity_key,
    j.dividend_period,
    j.dividend_period_end_date,
    j.reading_id,
    j.sheet_no,
    j.row_no,
    j.due_yuan::numeric(20, 4) as dividend_due_yuan,
    j.paid_yuan::numeric(20, 4) as dividend_paid_yuan,
    (case when j.is_short then j.due_yuan - j.paid_yuan else 0 end)::numeric(20, 4) as arrears_yuan,
    greatest(j.days_after, 0)::integer as dividend_days_late,
    j.is_short and j.is_past as is_dividend_overdue
from judged as j
