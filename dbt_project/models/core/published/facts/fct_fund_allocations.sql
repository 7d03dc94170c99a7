select
    p.publication_id,
    p.period,
    p.period_end,
    p.is_latest_period,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.fund_level,
    f.county_code,
    f.region_key,
    f.fund_project_key,
    f.amount_yuan,
    f.spent_yuan
from {{ ref('core__fct_fund_allocations') }} as f
inner join {{ source('ops', 'visible_parts') }} as p
    on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'fund_projects'
where {{ county_is_visible('f.county_code') }}
