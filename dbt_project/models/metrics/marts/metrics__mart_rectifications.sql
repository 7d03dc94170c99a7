{{ config(unique_key=['reading_id', 'sheet_no', 'row_no'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

select
    p.publication_id,
    p.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    p.problem_key,
    p.problem_source,
    p.problem_no,
    p.problem_type,
    p.involved_place,
    p.problem_amount_yuan,
    p.owner_unit,
    p.rectification_stage,
    p.raised_date,
    p.deadline_date,
    p.deadline_text,
    p.done_date,
    p.is_overdue,
    p.days_overdue,
    p.is_closed,
    p.is_closed_without_evidence,
    p.has_measure,
    p.period,
    p.first_period_end,
    p.closed_period_end,
    p.reading_id,
    p.sheet_no,
    p.row_no
from {{ ref('metrics__int_rectifications') }} as p
left join {{ ref('dim_region') }} as r on p.county_code = r.region_key
