-- Names, masks and tokens of persons stay in the raw layer. A body that is a grower is known by the token of the name.
with keyed as (
    {{ rows_naming_a_body(source('raw', 'household_shares'), may_be_person=true) }}
)

select
    k.reading_id,
    k.sheet_no,
    k.row_no,
    k.part_code,
    k.county_code,
    coalesce(k.township_code, k.county_code) as region_key,
    coalesce(k.village_code, '-1') as village_key,
    coalesce(
        {{ hashed_key(household_natural_key('k.head_id_token', 'k.household_code', 'k.county_code')) }}, -1
    ) as household_alias_key,
    {{ household_code_key('k.household_code', 'k.county_code') }} as household_code_key,
    k.household_size,
    coalesce({{ hashed_key('k.natural_key') }}, -1) as entity_alias_key,
    {{ public_entity_name('k.entity_name', 'k.entity_name_token') }} as entity_name,
    k.entity_name_normalised,
    k.credit_code,
    k.entity_type,
    k.fund_source,
    k.share_amount_yuan,
    k.share_units,
    k.agreement_no,
    k.agreement_no is not null or k.signed_date is not null as has_agreement,
    k.signed_date,
    {{ date_key('k.signed_date') }} as signed_date_key,
    k.term_years,
    k.dividend_rate_pct,
    k.has_certificate,
    k.is_member,
    k.principal_status,
    coalesce(k.principal_status, '在股') in ('在股', '续签') as is_in_force,
    k.principal_returned_yuan
from keyed as k
