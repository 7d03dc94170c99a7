-- Names, masks and tokens of persons stay in the raw layer. Who attended leads to the household: as its member, as its
-- head, or by the household's number. A course is known by its kind and number within the county.
with named as (
    select
        r.*,
        {{ normalised_name('r.course_no') }} as course_no_normalised
    from {{ source('raw', 'training_attendance') }} as r
)

select
    n.reading_id,
    n.sheet_no,
    n.row_no,
    n.part_code,
    n.county_code,
    coalesce(n.township_code, n.county_code) as region_key,
    coalesce(n.village_code, '-1') as village_key,
    coalesce({{ person_key('n.person_id_token') }}, -1) as person_key,
    coalesce(
        {{ person_key('n.person_id_token') }}, {{ household_code_key('n.household_code', 'n.county_code') }}, -1
    ) as household_alias_key,
    {{ hashed_key("'token:' || n.person_id_token") }} as household_token_key,
    {{ household_code_key('n.household_code', 'n.county_code') }} as household_code_key,
    coalesce(
        {{ hashed_key("'course:' || n.county_code || ':' || n.course_type || ':' || n.course_no_normalised") }}, -1
    ) as training_course_key,
    n.sex,
    n.nation,
    n.education,
    n.is_poor,
    coalesce(nullif(n.product_code, '其他'), '-1') as product_key,
    n.product_name,
    n.course_type,
    n.course_no,
    n.venue,
    n.training_start_date,
    {{ date_key('n.training_start_date') }} as training_start_date_key,
    n.training_end_date,
    {{ date_key('n.training_end_date') }} as training_end_date_key,
    n.training_days,
    n.class_hours,
    n.result,
    n.was_trained_before
from named as n
