select
    p.publication_id,
    p.period,
    p.period_end,
    p.is_latest_period,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.county_code,
    f.region_key,
    f.village_key,
    f.is_poor_village,
    f.income_prev_yuan,
    f.inc_operating_yuan,
    f.inc_contract_yuan,
    f.inc_invest_yuan,
    f.inc_subsidy_yuan,
    f.inc_other_yuan,
    f.inc_total_yuan,
    f.exp_total_yuan,
    f.net_income_yuan,
    f.is_2wan_met_stated,
    f.support_amount_yuan,
    f.has_asset_ledger
from {{ ref('core__fct_village_income') }} as f
inner join {{ source('ops', 'visible_parts') }} as p
    on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'village_income'
where {{ county_is_visible('f.county_code') }}
