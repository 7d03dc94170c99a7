with named as (
    select
        r.*,
        {{ normalised_name('r.channel_name') }} as channel_name_normalised,
        {{ normalised_name('r.operator_name') }} as entity_name_normalised
    from {{ source('raw', 'sales_channels') }} as r
)

select
    n.reading_id,
    n.sheet_no,
    n.row_no,
    n.part_code,
    n.county_code,
    n.county_code as region_key,
    coalesce(
        {{ hashed_key("'channel:' || n.county_code || ':' || coalesce(n.channel_type, '') || ':' "
            ~ "|| n.channel_name_normalised") }}, -1
    ) as sales_channel_key,
    coalesce(
        {{ hashed_key(entity_natural_key('null::text', 'n.entity_name_normalised', 'n.county_code')) }}, -1
    ) as entity_alias_key,
    n.channel_type,
    n.channel_name,
    n.city_text,
    n.market_region,
    n.operator_name as entity_name,
    n.entity_name_normalised,
    n.start_date,
    {{ date_key('n.start_date') }} as start_date_key,
    n.product_name,
    n.is_ganwei,
    n.cert_type,
    n.qty,
    n.qty_unit,
    n.sales_amount_yuan,
    n.signed_amount_yuan,
    n.driven_poor_households,
    n.award_amount_yuan
from named as n
