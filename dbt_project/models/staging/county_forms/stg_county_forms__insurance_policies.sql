-- Names, masks and tokens of persons stay in the raw layer. A cover is stated in two columns or in one.
with dated as (
    select
        r.*,
        coalesce(r.start_date, r.cover_start_date) as starts_on,
        coalesce(r.end_date, r.cover_end_date) as ends_on,
        {{ insurance_product('r.insurance_product_name') }} as product_normalised
    from {{ source('raw', 'insurance_policies') }} as r
)

select
    d.reading_id,
    d.sheet_no,
    d.row_no,
    d.part_code,
    d.county_code,
    coalesce(d.township_code, d.county_code) as region_key,
    coalesce(d.village_code, '-1') as village_key,
    coalesce(
        {{ hashed_key(household_natural_key('d.head_id_token', 'd.household_code', 'd.county_code')) }}, -1
    ) as household_alias_key,
    {{ household_code_key('d.household_code', 'd.county_code') }} as household_code_key,
    coalesce(d.product_code, '-1') as product_key,
    coalesce({{ hashed_key("'insurance:' || d.product_normalised") }}, -1) as insurance_product_key,
    coalesce({{ policy_key('d') }}, -1) as policy_key,
    coalesce({{ policy_no_key('d') }}, -1) as policy_no_key,
    {{ unless_personal('d.policy_no') }} as policy_no,
    d.product_normalised as insurance_product_name,
    d.insurer,
    d.insured_qty,
    d.insured_qty_unit,
    d.unit_sum_yuan,
    d.rate_pct,
    d.unit_premium_yuan,
    (d.insured_qty * d.unit_sum_yuan)::numeric(20, 4) as sum_insured_yuan,
    d.premium_yuan,
    d.sub_central_yuan,
    d.sub_province_yuan,
    d.sub_city_yuan,
    d.sub_county_yuan,
    d.farmer_paid_yuan,
    d.is_poor,
    d.starts_on as cover_start_date,
    {{ date_key('d.starts_on') }} as cover_start_date_key,
    d.ends_on as cover_end_date,
    {{ date_key('d.ends_on') }} as cover_end_date_key,
    d.is_published,
    d.is_policy_delivered
from dated as d
