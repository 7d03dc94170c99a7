-- Two rows of one county and period that agree in channel, product, date and money.
select
    d.county_code,
    '{form}' as form,
    sum(d.times - 1)::bigint as violations
from (
    select
        b.county_code,
        count(*) as times
    from {batch} as b
    group by
        b.county_code, b.period, b.channel_type, b.channel_name, b.product_name, b.start_date,
        b.sales_amount_yuan, b.signed_amount_yuan
    having count(*) > 1
) as d
group by d.county_code
