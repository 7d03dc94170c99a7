select
    r.reading_id,
    r.sheet_no,
    r.row_no,
    r.part_code,
    r.county_code,
    coalesce(r.township_code, r.county_code) as region_key,
    coalesce(r.village_code, '-1') as village_key,
    r.is_deep_poverty,
    r.exit_year,
    r.is_exited,
    r.hh_total,
    r.pop_total,
    r.poor_hh,
    r.poor_people,
    r.left_hh,
    r.left_people,
    r.poverty_rate_pct,
    r.farmland_mu,
    r.main_product,
    r.coop_count,
    row_number() over (
        partition by r.reading_id, coalesce(r.village_code, r.sheet_no || ':' || r.row_no)
        order by r.sheet_no desc, r.row_no desc
    ) = 1 as is_last_copy,
    r.main_product_codes,
    r.has_store_need,
    -- A file that names no adviser at all has no such column: that is not known, not none.
    case
        when bool_or(r.advisor_masked is not null) over (partition by r.reading_id) then r.advisor_masked is not null
    end as has_advisor
from {{ source('raw', 'village_base') }} as r
