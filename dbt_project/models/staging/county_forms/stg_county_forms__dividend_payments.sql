-- Names, masks and tokens of persons stay in the raw layer. A body that is a grower is known by the token of the name.
with keyed as (
    {{ rows_naming_a_body(source('raw', 'dividend_payments'), may_be_person=true) }}
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
    coalesce({{ hashed_key('k.natural_key') }}, -1) as entity_alias_key,
    {{ public_entity_name('k.entity_name', 'k.entity_name_token') }} as entity_name,
    k.entity_name_normalised,
    k.credit_code,
    k.dividend_period,
    k.dividend_period_start_date,
    k.dividend_period_end_date,
    {{ date_key('k.dividend_period_end_date') }} as dividend_period_end_date_key,
    k.dividend_period_months,
    k.share_amount_yuan,
    k.dividend_rate_pct,
    k.dividend_due_yuan,
    k.dividend_paid_yuan,
    k.household_part_yuan,
    k.village_part_yuan,
    k.paid_date,
    {{ date_key('k.paid_date') }} as paid_date_key,
    k.pay_method,
    k.is_conditions_met
from keyed as k
