{{ config(unique_key=['county_code', 'period']) }}

-- The forms state what was sold since the year began; a period's own sales are what it adds to the one before. Of the
-- first that a county reports in a year only January's is known by itself.
with cumulated as (
    select
        s.publication_id,
        s.county_code,
        s.period,
        s.period_end,
        extract(year from s.period_end)::integer as year_no,
        extract(month from s.period_end)::integer as month_no,
        bool_or(s.is_latest_period) as is_latest_period,
        count(distinct s.sales_channel_key) as channels,
        sum(s.sales_amount_yuan) as cumulative_sales_yuan,
        coalesce(sum(s.sales_amount_yuan) filter (where s.is_ganwei), 0) as cumulative_ganwei_yuan
    from {{ ref('fct_channel_sales') }} as s
    group by s.publication_id, s.county_code, s.period, s.period_end
),

owned as (
    select
        c.*,
        lag(c.period_end) over of_year as previous_period_end,
        c.month_no - lag(c.month_no, 1, 0) over of_year as months_covered,
        case
            when lag(c.period_end) over of_year is not null
                then c.cumulative_sales_yuan - lag(c.cumulative_sales_yuan) over of_year
            when c.month_no = 1 then c.cumulative_sales_yuan
        end as own_sales_yuan
    from cumulated as c
    window of_year as (partition by c.county_code, c.year_no order by c.period_end, c.period)
),

compared as (
    select
        o.*,
        case
            when
                o.months_covered = 1 and lag(o.months_covered) over by_time = 1
                and lag(o.year_no * 12 + o.month_no) over by_time = o.year_no * 12 + o.month_no - 1
                then lag(o.own_sales_yuan) over by_time
        end as previous_own_sales_yuan
    from owned as o
    window by_time as (partition by o.county_code order by o.period_end, o.period)
)

select
    c.publication_id,
    c.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    c.period,
    c.period_end,
    c.year_no,
    c.month_no,
    c.is_latest_period,
    c.channels::integer as channels,
    c.cumulative_sales_yuan::numeric(20, 4) as cumulative_sales_yuan,
    c.cumulative_ganwei_yuan::numeric(20, 4) as cumulative_ganwei_yuan,
    (c.cumulative_ganwei_yuan / nullif(c.cumulative_sales_yuan, 0) * 100)::numeric(12, 2) as ganwei_share_pct,
    c.previous_period_end,
    c.months_covered::integer as months_covered,
    c.own_sales_yuan::numeric(20, 4) as own_sales_yuan,
    c.previous_own_sales_yuan::numeric(20, 4) as previous_own_sales_yuan,
    ((c.own_sales_yuan - c.previous_own_sales_yuan) / nullif(c.previous_own_sales_yuan, 0) * 100)::numeric(12, 2)
        as month_on_month_pct
from compared as c
left join {{ ref('dim_region') }} as r on c.county_code = r.region_key
