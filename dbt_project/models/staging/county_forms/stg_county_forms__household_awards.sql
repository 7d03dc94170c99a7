-- Names, masks and tokens of persons stay in the raw layer: a household is known here by a hash of its token.
with keyed as (
    select
        r.*,
        case
            when r.head_id_token is not null then 'token:' || r.head_id_token
            when r.household_code is not null then 'code:' || r.county_code || ':' || r.household_code
        end as natural_key
    from {{ source('raw', 'household_awards') }} as r
)

select
    k.reading_id,
    k.sheet_no,
    k.row_no,
    k.part_code,
    k.county_code,
    coalesce(k.township_code, k.county_code) as region_key,
    coalesce(k.village_code, '-1') as village_key,
    coalesce({{ hashed_key('k.natural_key') }}, -1) as household_key,
    coalesce(k.product_code, '-1') as product_key,
    k.product_name,
    k.household_size,
    k.poor_type,
    k.exit_status,
    k.exit_status_year,
    k.support_mode,
    k.area_mu,
    k.head_count,
    k.unit_award_yuan,
    k.accepted_qty,
    k.award_amount_yuan,
    k.prior_amount_yuan,
    k.accepted_date,
    {{ date_key('k.accepted_date') }} as accepted_date_key,
    k.paid_date,
    {{ date_key('k.paid_date') }} as paid_date_key,
    k.publicity_start_date,
    {{ date_key('k.publicity_start_date') }} as publicity_start_date_key,
    k.publicity_end_date,
    {{ date_key('k.publicity_end_date') }} as publicity_end_date_key,
    k.is_signed
from keyed as k
