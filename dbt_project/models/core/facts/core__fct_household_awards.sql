{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['village_key']}, {'columns': ['household_key']}]
) }}

select
    s.reading_id,
    s.sheet_no,
    s.row_no,
    s.part_code,
    s.county_code,
    s.region_key,
    s.village_key,
    s.household_key,
    s.product_key,
    s.product_name,
    s.household_size,
    s.poor_type,
    s.exit_status,
    s.exit_status_year,
    s.support_mode,
    s.area_mu,
    s.head_count,
    s.unit_award_yuan,
    s.accepted_qty,
    s.award_amount_yuan,
    s.prior_amount_yuan,
    {{ date_key('s.accepted_date') }} as accepted_date_key,
    {{ date_key('s.paid_date') }} as paid_date_key,
    {{ date_key('s.publicity_start_date') }} as publicity_start_date_key,
    {{ date_key('s.publicity_end_date') }} as publicity_end_date_key,
    s.is_signed
from {{ ref('stg_county_forms__household_awards') }} as s
