-- Rows of a period that begins after the publication's date.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
inner join ops.readings as r on b.reading_id = r.reading_id
inner join ops.visible as v on r.period_start > v.as_of_date
group by b.county_code
