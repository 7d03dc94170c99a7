{{ config(unique_key=['fund_project_key']) }}

-- Projects of the fiscal funds and of the paired city in one dimension; project_kind tells them apart.
with latest as (
    select distinct on (s.fund_project_key)
        s.*,
        s.is_latest_period as is_in_latest_ledger
    from {{ ref('core__int_fund_projects') }} as s
    order by
        s.fund_project_key asc, s.is_latest_period desc, s.period_end desc, s.reading_id desc,
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
    l.region_key,
    l.project_kind
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
    '-1' as region_key,
    '未知' as project_kind
