{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['entity_alias_key']}]
) }}

{{ observations(ref('stg_county_forms__cold_stores')) }}
