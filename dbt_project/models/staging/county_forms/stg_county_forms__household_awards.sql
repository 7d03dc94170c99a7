-- Names, masks and tokens of persons stay in the raw layer: a household is known here by a hash of its token, and a big
-- grower in whose custody its animals are by that of the name.
with named as (
    select
        r.*,
        case when r.custody_entity_name_token is null then {{ normalised_name('r.custody_entity_name') }} end
            as custody_entity_name_normalised
    from {{ source('raw', 'household_awards') }} as r
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
    n.product_name,
    n.household_size,
    n.poor_type,
    n.exit_status,
    n.exit_status_year,
    n.support_mode,
    n.area_mu,
    n.head_count,
    n.unit_award_yuan,
    n.accepted_qty,
    n.award_amount_yuan,
    n.prior_amount_yuan,
    n.accepted_date,
    {{ date_key('n.accepted_date') }} as accepted_date_key,
    n.paid_date,
    {{ date_key('n.paid_date') }} as paid_date_key,
    n.publicity_start_date,
    {{ date_key('n.publicity_start_date') }} as publicity_start_date_key,
    n.publicity_end_date,
    {{ date_key('n.publicity_end_date') }} as publicity_end_date_key,
    n.is_signed,
    n.is_willing_to_insure,
    {{ public_entity_name('n.custody_entity_name', 'n.custody_entity_name_token') }} as custody_entity_name,
    n.custody_entity_name_normalised,
    coalesce(
        {{ hashed_key(entity_natural_key(
            'null::text', 'n.custody_entity_name_normalised', 'n.county_code', 'n.custody_entity_name_token'
        )) }}, -1
    ) as custody_entity_alias_key,
    n.custody_agreement_no,
    n.custody_signed_date,
    {{ date_key('n.custody_signed_date') }} as custody_signed_date_key
from named as n
