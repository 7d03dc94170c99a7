select
    d.publication_id,
    d.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    d.fund_level,
    d.project_category,
    d.projects,
    d.projects_without_spending,
    d.planned_yuan,
    d.spent_yuan,
    d.spend_rate_pct
from {{ ref('metrics__mart_fund_execution') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
