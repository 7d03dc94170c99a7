-- R24, its second half: a village that had not exited by the start of the programme year gets support for its
-- collective income. The first half, a low income in the year before, stands in one form and is a check of the
-- reader.
select
    'R24' as rule_id,
    i.county_code,
    'village_income' as form,
    i.reading_id,
    i.sheet_no,
    i.row_no,
    case when i.support_amount_yuan is null then '未填' else '为 0 元' end as this_text,
    'village_base' as other_form,
    b.reading_id as other_reading_id,
    b.sheet_no as other_sheet_no,
    b.row_no as other_row_no,
    coalesce(d.village_name, '') || '村' || case
        when b.is_exited then '退出年度为 ' || b.exit_year || ' 年' else '尚未退出'
    end as other_text
from {{ ref('fct_village_income') }} as i
inner join {{ ref('fct_village_base') }} as b on i.village_key = b.village_key
left join {{ ref('dim_village') }} as d on i.village_key = d.village_key
where
    i.is_latest_period
    and b.is_latest_period
    and i.village_key <> '-1'
    and coalesce(i.support_amount_yuan, 0) = 0
    and (b.is_exited is false or b.exit_year = {{ var('programme_year') }})
