-- A project is known by its name and place within the county: names such as 产业到户补助 recur from place to place.
with named as (
    select
        r.*,
        {{ normalised_name('r.project_name') }} as project_name_normalised,
        {{ normalised_name('r.place_text') }} as place_normalised,
        {{ normalised_document_number('r.doc_no') }} as doc_no_normalised
    from {{ source('raw', 'fund_projects') }} as r
)

select
    n.reading_id,
    n.sheet_no,
    n.row_no,
    n.part_code,
    n.county_code,
    n.county_code as region_key,
    coalesce(
        {{ hashed_key("'project:' || n.county_code || ':' || n.project_name_normalised || ':' "
            ~ "|| coalesce(n.place_normalised, '')") }}, -1
    ) as fund_project_key,
    n.project_name,
    n.project_category,
    n.place_text,
    n.village_codes,
    n.township_codes,
    n.nature,
    n.content,
    n.fund_source,
    n.amount_yuan,
    n.amount_central_yuan,
    n.amount_province_yuan,
    n.amount_city_yuan,
    n.amount_county_yuan,
    n.unit_name,
    n.target_text,
    n.benefit_households,
    n.benefit_people,
    n.doc_no,
    n.spent_yuan,
    n.progress,
    n.doc_total_yuan,
    n.doc_no_normalised,
    coalesce(
        {{ hashed_key("'document:' || n.county_code || ':' || n.doc_no_normalised") }}, -1
    ) as fund_programme_key,
    n.completed_date,
    {{ date_key('n.completed_date') }} as completed_date_key,
    -- 完成80% and 未完工 are no end; what the clerk's words leave open is told by date and money.
    case
        when n.completed_date is not null then '已完工'
        when
            n.progress ~ '完工|竣工|完成|验收'
            and n.progress !~ '未|尚|正在|预计|计划|拟|基本|待|(^|[^0-9])[0-9]{1,2}(\.[0-9]+)?[%％]' then '已完工'
        when n.spent_yuan > 0 then '已拨付'
        else '已安排'
    end as stage_text
from named as n
