{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['sales_channel_key']}]
) }}

select
    s.reading_id,
    s.sheet_no,
    s.row_no,
    s.part_code,
    s.county_code,
    s.region_key,
    s.sales_channel_key,
    s.entity_alias_key,
    {{ date_key('s.start_date') }} as start_date_key,
    s.product_name,
    s.is_ganwei,
    s.cert_type,
    s.qty,
    s.qty_unit,
    s.sales_amount_yuan,
    s.signed_amount_yuan,
    s.driven_poor_households,
    s.award_amount_yuan
from {{ ref('stg_county_forms__sales_channels') }} as s
