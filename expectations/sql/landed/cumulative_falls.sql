-- A figure that runs up over the year falls from one period to the next of the same year: for one key of the form, and
-- for the part as a whole. Two periods may end on one day (December and the year); the greater figure stands for it.
with keyed as (
    select
        b.county_code,
        b.part_code,
        {key_text} as key_text,
        b.period,
        b.period_end,
        {cumulative} as amount
    from {batch} as b
),

series as (
    select
        k.county_code,
        k.part_code,
        k.key_text,
        k.period,
        k.period_end,
        sum(k.amount) as amount
    from keyed as k
    where k.key_text <> ''
    group by k.county_code, k.part_code, k.key_text, k.period, k.period_end
    union all
    select
        k.county_code,
        k.part_code,
        '' as key_text,
        k.period,
        k.period_end,
        sum(k.amount) as amount
    from keyed as k
    group by k.county_code, k.part_code, k.period, k.period_end
),

compared as (
    select
        s.county_code,
        max(s.amount) as amount,
        lag(max(s.amount)) over (
            partition by s.county_code, s.part_code, s.key_text, extract(year from s.period_end)
            order by s.period_end
        ) as before_amount
    from series as s
    group by s.county_code, s.part_code, s.key_text, s.period_end
)

select
    c.county_code,
    '{form}' as form,
    count(*) as violations
from compared as c
where c.amount < c.before_amount
group by c.county_code
