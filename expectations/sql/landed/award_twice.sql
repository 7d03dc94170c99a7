-- One household paid twice for one product and mode of support in one period, whichever files the rows came in.
select
    d.county_code,
    '{form}' as form,
    sum(d.times - 1)::bigint as violations
from (
    select
        b.county_code,
        count(*) as times
    from {batch} as b
    group by b.county_code, b.period, b.head_id_token, b.product_code, b.support_mode
    having count(*) > 1
) as d
group by d.county_code
