select
    r.reading_id,
    r.sheet_no,
    r.row_no,
    r.part_code,
    r.county_code,
    coalesce(r.township_code, r.county_code) as region_key,
    coalesce(r.village_code, '-1') as village_key,
    r.is_poor_village,
    r.income_prev_yuan,
    r.inc_operating_yuan,
    r.inc_contract_yuan,
    r.inc_invest_yuan,
    r.inc_subsidy_yuan,
    r.inc_other_yuan,
    r.inc_total_yuan,
    r.exp_total_yuan,
    r.net_income_yuan,
    r.is_2wan_met as is_2wan_met_stated,
    r.support_amount_yuan,
    r.has_asset_ledger,
    row_number() over (
        partition by r.reading_id, coalesce(r.village_code, r.sheet_no || ':' || r.row_no)
        order by r.sheet_no desc, r.row_no desc
    ) = 1 as is_last_copy,
    r.exp_operating_yuan,
    r.exp_management_yuan,
    r.exp_other_yuan
from {{ source('raw', 'village_income') }} as r
