{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[
        {'columns': ['reading_id', 'part_code']}, {'columns': ['household_alias_key']}, {'columns': ['entity_alias_key']}
    ]
) }}

{{ observations(ref('stg_county_forms__dividend_payments')) }}
