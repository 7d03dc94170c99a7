-- Names, masks and tokens of persons stay in the raw layer. The days to pay run from the report, else from the closing.
with named as (
    select
        r.*,
        {{ insurance_product('r.insurance_product_name') }} as product_normalised
    from {{ source('raw', 'insurance_claims') }} as r
)

select
    n.reading_id,
    n.sheet_no,
    n.row_no,
    n.part_code,
    n.county_code,
    coalesce(n.township_code, n.county_code) as region_key,
    coalesce(n.village_code, '-1') as village_key,
    coalesce(
        {{ hashed_key(household_natural_key('n.head_id_token', 'n.household_code', 'n.county_code')) }}, -1
    ) as household_alias_key,
    {{ household_code_key('n.household_code', 'n.county_code') }} as household_code_key,
    coalesce(n.product_code, '-1') as product_key,
    coalesce({{ hashed_key("'insurance:' || n.product_normalised") }}, -1) as insurance_product_key,
    coalesce({{ policy_key('n') }}, -1) as policy_key,
    coalesce({{ policy_no_key('n') }}, -1) as policy_no_key,
    {{ unless_personal('n.policy_no') }} as policy_no,
    {{ unless_personal('n.claim_no') }} as claim_no,
    n.product_normalised as insurance_product_name,
    n.reported_date,
    {{ date_key('n.reported_date') }} as reported_date_key,
    n.loss_date,
    {{ date_key('n.loss_date') }} as loss_date_key,
    n.peril,
    n.loss_qty,
    n.loss_qty_unit,
    n.loss_pct,
    n.unit_payout_yuan,
    n.payout_yuan,
    n.closed_date,
    {{ date_key('n.closed_date') }} as closed_date_key,
    n.paid_date,
    {{ date_key('n.paid_date') }} as paid_date_key,
    n.paid_date - coalesce(n.reported_date, n.closed_date) as paid_days,
    n.is_published
from named as n
