{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['entity_alias_key']}]
) }}

select
    s.reading_id,
    s.sheet_no,
    s.row_no,
    s.part_code,
    s.county_code,
    s.region_key,
    s.village_key,
    s.entity_alias_key,
    {{ date_key('s.founded_date') }} as founded_date_key,
    s.registered_capital_yuan,
    s.member_count,
    s.poor_member_count,
    s.driven_households,
    s.driven_poor_households,
    s.main_product,
    s.demo_level,
    s.demo_year,
    s.operation_status,
    s.share_fund_total_yuan,
    s.annual_revenue_yuan,
    s.distributable_surplus_yuan,
    s.has_accountant,
    s.fiscal_support_yuan
from {{ ref('stg_county_forms__cooperatives') }} as s
where s.is_last_copy
