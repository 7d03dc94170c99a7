{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['village_key']}]
) }}

select
    s.reading_id,
    s.sheet_no,
    s.row_no,
    s.part_code,
    s.county_code,
    s.region_key,
    s.village_key,
    s.is_deep_poverty,
    s.exit_year,
    s.is_exited,
    s.hh_total,
    s.pop_total,
    s.poor_hh,
    s.poor_people,
    s.left_hh,
    s.left_people,
    s.poverty_rate_pct,
    s.farmland_mu,
    s.main_product,
    s.coop_count
from {{ ref('stg_county_forms__village_base') }} as s
where s.is_last_copy
