{{ config(
    unique_key=['sheet_no', 'row_no'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['village_key']}]
) }}

select
    s.reading_id,
    s.sheet_no,
    s.row_no,
    s.part_code,
    s.county_code,
    s.region_key,
    s.village_key,
    s.is_poor_village,
    s.income_prev_yuan,
    s.inc_operating_yuan,
    s.inc_contract_yuan,
    s.inc_invest_yuan,
    s.inc_subsidy_yuan,
    s.inc_other_yuan,
    s.inc_total_yuan,
    s.exp_total_yuan,
    s.net_income_yuan,
    s.is_2wan_met_stated,
    s.support_amount_yuan,
    s.has_asset_ledger
from {{ ref('stg_county_forms__village_income') }} as s
where s.is_last_copy
