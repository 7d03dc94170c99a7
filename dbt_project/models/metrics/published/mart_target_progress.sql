select
    d.publication_id,
    d.target_code,
    d.target_name,
    d.region_level,
    d.region_code,
    d.region_name,
    d.prefecture_code,
    d.county_code,
    d.unit,
    d.comparison,
    d.target_value,
    d.actual_value,
    d.gap_value,
    d.reached_pct,
    d.has_reported,
    d.counties_reported,
    d.counties_expected,
    d.status_text,
    d.deadline_date,
    d.income_basis,
    d.as_of_date
from {{ ref('metrics__mart_target_progress') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
