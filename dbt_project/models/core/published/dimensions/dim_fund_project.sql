select
    d.publication_id,
    d.fund_project_key,
    d.project_name,
    d.project_category,
    d.place_text,
    d.nature,
    d.content,
    d.fund_source,
    d.unit_name,
    d.target_text,
    d.doc_no,
    d.progress,
    d.benefit_households,
    d.benefit_people,
    d.is_in_latest_ledger,
    d.county_code,
    d.region_key
from {{ ref('core__dim_fund_project') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
