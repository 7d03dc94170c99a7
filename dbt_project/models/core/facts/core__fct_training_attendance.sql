{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[
        {'columns': ['reading_id', 'part_code']}, {'columns': ['person_key']}, {'columns': ['training_course_key']}
    ]
) }}

{{ observations(ref('stg_county_forms__training_attendance')) }}
