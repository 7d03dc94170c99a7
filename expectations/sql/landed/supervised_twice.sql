-- Targets that stand in more than one row of a county and period: villages by their code, the rest by their text.
select
    d.county_code,
    '{form}' as form,
    sum(d.times - 1)::bigint as violations
from (
    select
        b.county_code,
        count(*) as times
    from {batch} as b
    group by b.county_code, b.period, coalesce(b.village_codes, b.supervision_target)
    having count(*) > 1
) as d
group by d.county_code
