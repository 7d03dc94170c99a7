{{ config(unique_key=['county_code', 'market_region', 'channel_type']) }}

with sales as (
    select
        s.publication_id,
        s.county_code,
        coalesce(c.market_region, '其他') as market_region,
        coalesce(c.channel_type, '未填') as channel_type,
        count(distinct s.sales_channel_key) as channels,
        sum(s.sales_amount_yuan) as sales_amount_yuan,
        sum(s.signed_amount_yuan) as signed_amount_yuan,
        sum(s.sales_amount_yuan) filter (where s.is_ganwei) as ganwei_sales_yuan,
        sum(s.award_amount_yuan) as award_amount_yuan,
        sum(s.driven_poor_households) as driven_poor_households
    from {{ ref('fct_channel_sales') }} as s
    left join {{ ref('dim_sales_channel') }} as c on s.sales_channel_key = c.sales_channel_key
    where s.is_latest_period
    group by s.publication_id, s.county_code, coalesce(c.market_region, '其他'), coalesce(c.channel_type, '未填')
)

select
    s.publication_id,
    s.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    s.market_region,
    s.channel_type,
    s.channels::integer as channels,
    s.sales_amount_yuan::numeric(20, 4) as sales_amount_yuan,
    s.signed_amount_yuan::numeric(20, 4) as signed_amount_yuan,
    coalesce(s.ganwei_sales_yuan, 0)::numeric(20, 4) as ganwei_sales_yuan,
    (coalesce(s.ganwei_sales_yuan, 0) / nullif(s.sales_amount_yuan, 0) * 100)::numeric(12, 2) as ganwei_share_pct,
    s.award_amount_yuan::numeric(20, 4) as award_amount_yuan,
    s.driven_poor_households::integer as driven_poor_households
from sales as s
left join {{ ref('dim_region') }} as r on s.county_code = r.region_key
