select
    d.publication_id,
    d.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    d.market_region,
    d.channel_type,
    d.channels,
    d.sales_amount_yuan,
    d.signed_amount_yuan,
    d.ganwei_sales_yuan,
    d.ganwei_share_pct,
    d.award_amount_yuan,
    d.driven_poor_households
from {{ ref('metrics__mart_sales_channels') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
