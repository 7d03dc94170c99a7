-- Two rows of one county and period that agree in name, place, document and amount.
select
    d.county_code,
    '{form}' as form,
    sum(d.times - 1)::bigint as violations
from (
    select
        b.county_code,
        count(*) as times
    from {batch} as b
    group by b.county_code, b.period, b.project_name, b.place_text, b.doc_no, b.amount_yuan
    having count(*) > 1
) as d
group by d.county_code
