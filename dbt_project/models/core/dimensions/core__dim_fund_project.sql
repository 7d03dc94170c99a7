{{ config(unique_key=['fund_project_key']) }}

with latest as (
    select distinct on (s.fund_project_key)
        s.fund_project_key,
        s.project_name,
        s.project_category,
        s.place_text,
        s.nature,
        s.content,
        s.fund_source,
        s.unit_name,
        s.target_text,
        s.doc_no,
        s.progress,
        s.benefit_households,
        s.benefit_people,
        s.county_code,
        s.region_key,
        p.is_latest_period as is_in_latest_ledger
    from {{ ref('stg_county_forms__fund_projects') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'fund_projects'
    where s.fund_project_key <> -1
    order by
        s.fund_project_key asc, p.is_latest_period desc, p.period_end desc, s.reading_id desc,
        s.sheet_no desc, s.row_no desc
)

select
    {{ visible_publication() }} as publication_id,
    l.fund_project_key,
    l.project_name,
    l.project_category,
    l.place_text,
    l.nature,
    l.content,
    l.fund_source,
    l.unit_name,
    l.target_text,
    l.doc_no,
    l.progress,
    l.benefit_households,
    l.benefit_people,
    l.is_in_latest_ledger,
    l.county_code,
    l.region_key
from latest as l
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as fund_project_key,
    '未知项目' as project_name,
    '未知' as project_category,
    null as place_text,
    null as nature,
    null as content,
    null as fund_source,
    null as unit_name,
    null as target_text,
    null as doc_no,
    null as progress,
    null as benefit_households,
    null as benefit_people,
    false as is_in_latest_ledger,
    '-1' as county_code,
    '-1' as region_key
