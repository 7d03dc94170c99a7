with keyed as (
    {{ rows_naming_a_body(source('raw', 'cooperatives'), name='coop_name') }}
)

select
    k.reading_id,
    k.sheet_no,
    k.row_no,
    k.part_code,
    k.county_code,
    coalesce(k.township_code, k.county_code) as region_key,
    coalesce(k.village_code, '-1') as village_key,
    coalesce({{ hashed_key('k.natural_key') }}, -1) as entity_alias_key,
    k.coop_name as entity_name,
    k.entity_name_normalised,
    k.credit_code,
    k.founded_date,
    {{ date_key('k.founded_date') }} as founded_date_key,
    k.registered_capital_yuan,
    k.member_count,
    k.poor_member_count,
    k.driven_households,
    k.driven_poor_households,
    k.main_product,
    k.demo_level,
    k.demo_year,
    k.operation_status,
    k.share_fund_total_yuan,
    k.annual_revenue_yuan,
    k.distributable_surplus_yuan,
    k.has_accountant,
    k.fiscal_support_yuan,
    row_number() over (
        partition by k.reading_id, coalesce(k.natural_key, k.sheet_no || ':' || k.row_no)
        order by k.sheet_no desc, k.row_no desc
    ) = 1 as is_last_copy,
    k.farmer_member_count,
    k.max_share_pct,
    k.pilot_level
from keyed as k
