select
    p.publication_id,
    p.period,
    p.period_end,
    p.is_latest_period,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.county_code,
    f.region_key,
    f.village_key,
    f.household_key,
    f.product_key,
    f.product_name,
    f.household_size,
    f.poor_type,
    f.exit_status,
    f.exit_status_year,
    f.support_mode,
    f.area_mu,
    f.head_count,
    f.unit_award_yuan,
    f.accepted_qty,
    f.award_amount_yuan,
    f.prior_amount_yuan,
    f.accepted_date_key,
    f.paid_date_key,
    f.publicity_start_date_key,
    f.publicity_end_date_key,
    f.is_signed
from {{ ref('core__fct_household_awards') }} as f
inner join {{ source('ops', 'visible_parts') }} as p
    on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'household_awards'
where {{ county_is_visible('f.county_code') }}
