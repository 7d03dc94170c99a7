-- X01: somebody trained as poor or as a household's 科技明白人, whom the county's register does not have, neither by the
-- person nor by the household's number. A county without a register contradicts nothing.
with reported as (
    select distinct f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form = 'registered_persons'
)

select
    'X01' as rule_id,
    a.county_code,
    'training_attendance' as form,
    a.reading_id,
    a.sheet_no,
    a.row_no,
    coalesce(v.township_name || v.village_name, '未知村') || '一名' || c.course_type
    || case when a.is_poor then '填为贫困户' else '所在的户' end as this_text,
    'registered_persons' as other_form,
    null::bigint as other_reading_id,
    null::integer as other_sheet_no,
    null::integer as other_row_no,
    '证件号码和户编号都不在册' as other_text
from {{ ref('fct_training_attendance') }} as a
inner join reported as r on a.county_code = r.county_code
inner join {{ ref('dim_training_course') }} as c on a.training_course_key = c.training_course_key
left join {{ ref('dim_household') }} as h on a.household_key = h.household_key
left join {{ ref('dim_village') }} as v on a.village_key = v.village_key
where
    (a.is_poor or c.course_type = '科技明白人')
    and h.is_registered is not true
