{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['fund_project_key']}]
) }}

{{ observations(ref('stg_county_forms__east_west_projects')) }}
