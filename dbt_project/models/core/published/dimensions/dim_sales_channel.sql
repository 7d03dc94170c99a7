select
    d.publication_id,
    d.sales_channel_key,
    d.channel_type,
    d.channel_name,
    d.city_text,
    d.market_region,
    d.start_date,
    d.entity_key,
    d.is_in_latest_ledger,
    d.county_code,
    d.region_key
from {{ ref('core__dim_sales_channel') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
