-- Cumulative sales that fall from one month to the next of the same year: per channel, and for the county as a whole.
with monthly as (
    select
        b.county_code,
        b.channel_type || ' ' || b.channel_name as channel,
        b.period_end,
        sum(b.sales_amount_yuan) as sales_yuan
    from {batch} as b
    where b.period ~ '^[0-9]{{4}}-[0-9]{{2}}$'
    group by b.county_code, b.channel_type, b.channel_name, b.period_end
),

series as (
    select county_code, channel, period_end, sales_yuan from monthly
    union all
    select county_code, '' as channel, period_end, sum(sales_yuan) as sales_yuan
    from monthly
    group by county_code, period_end
),

compared as (
    select
        s.county_code,
        s.sales_yuan,
        lag(s.sales_yuan) over (
            partition by s.county_code, s.channel, extract(year from s.period_end) order by s.period_end
        ) as before_yuan
    from series as s
)

select
    c.county_code,
    '{form}' as form,
    count(*) as violations
from compared as c
where c.sales_yuan < c.before_yuan
group by c.county_code
