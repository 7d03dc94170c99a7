-- Rows of a household, body and dividend period that another report period has too: reports add up.
select
    t.county_code,
    '{form}' as form,
    sum(t.n_rows) as violations
from (
    select
        b.county_code,
        count(*) as n_rows
    from {batch} as b
    group by b.county_code, b.head_id_token, b.entity_name, b.entity_name_token, b.dividend_period
    having count(distinct b.period) > 1
) as t
group by t.county_code
