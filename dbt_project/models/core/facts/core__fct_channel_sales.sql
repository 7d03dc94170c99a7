{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['sales_channel_key']}]
) }}

{{ observations(ref('stg_county_forms__sales_channels')) }}
