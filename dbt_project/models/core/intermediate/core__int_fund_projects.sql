-- Every row of the publication that describes a project: of the fiscal poverty funds (F14), of the paired city (F13).
-- One dimension for both: a question about projects, places or beneficiaries then needs one join, whoever pays.
select
    '财政专项' as project_kind,
    s.reading_id,
    s.sheet_no,
    s.row_no,
    p.period_end,
    p.is_latest_period,
    s.county_code,
    s.region_key,
    s.fund_project_key,
    s.project_name,
    s.project_category,
    s.place_text,
    s.village_codes,
    s.nature,
    s.content,
    s.fund_source,
    s.unit_name,
    s.target_text,
    s.doc_no,
    s.progress,
    s.benefit_households,
    s.benefit_people
from {{ ref('stg_county_forms__fund_projects') }} as s
inner join {{ source('ops', 'visible_parts') }} as p
    on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'fund_projects'
where s.fund_project_key <> -1
union all
select
    '东西部协作' as project_kind,
    s.reading_id,
    s.sheet_no,
    s.row_no,
    p.period_end,
    p.is_latest_period,
    s.county_code,
    s.region_key,
    s.fund_project_key,
    s.project_name,
    s.project_category,
    s.place_text,
    s.village_codes,
    s.nature,
    s.content,
    '东西部协作' as fund_source,
    s.unit_name,
    null as target_text,
    null as doc_no,
    null as progress,
    s.benefit_households,
    s.benefit_people
from {{ ref('stg_county_forms__east_west_projects') }} as s
inner join {{ source('ops', 'visible_parts') }} as p
    on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'east_west_projects'
where s.fund_project_key <> -1
