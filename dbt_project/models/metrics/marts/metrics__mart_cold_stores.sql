{{ config(
    unique_key=['reading_id', 'sheet_no', 'row_no'], indexes=[{'columns': ['publication_id', 'county_code']}]
) }}

{{ observations(ref('metrics__int_cold_stores')) }}
