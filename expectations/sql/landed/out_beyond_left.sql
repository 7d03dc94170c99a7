-- Targets of whom more people got out by industry than the first report had poor and out together.
with reports as (
    select
        b.county_code,
        coalesce(b.village_codes, b.supervision_target) as target,
        b.period_end,
        max(b.left_people) as left_people,
        max(b.people_out_by_industry) as people_out
    from {batch} as b
    group by b.county_code, coalesce(b.village_codes, b.supervision_target), b.period_end
),

compared as (
    select
        r.county_code,
        r.people_out,
        first_value(r.left_people + coalesce(r.people_out, 0)) over (
            partition by r.county_code, r.target
            order by r.period_end
        ) as poor_at_first
    from reports as r
)

select
    c.county_code,
    '{form}' as form,
    count(*) as violations
from compared as c
where c.people_out > c.poor_at_first
group by c.county_code
