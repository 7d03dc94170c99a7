-- Each lead enterprise as the newest ledger of its county has it, once. One in difficulties still works; one that has
-- stopped drives nobody.
with latest as (
    select distinct on (e.county_code, e.entity_key) e.*
    from {{ ref('fct_lead_enterprises') }} as e
    where e.is_latest_period and e.entity_key <> -1
    order by
        e.county_code asc, e.entity_key asc, e.period_end desc, e.reading_id desc, e.sheet_no desc, e.row_no desc
),

judged as (
    select
        l.*,
        l.operation_status <> '停产' as is_operating
    from latest as l
)

select
    j.publication_id,
    j.county_code,
    j.region_key,
    j.entity_key,
    j.period,
    j.lead_level,
    j.cert_year,
    j.product_key,
    j.main_product_name,
    j.enterprise_origin,
    j.operation_status,
    j.is_operating,
    case when j.is_operating then false when not j.is_operating then j.share_fund_total_yuan > 0 end
        as is_holding_shares_while_not_operating,
    j.total_assets_yuan,
    j.annual_sales_yuan,
    j.driven_coops,
    j.driven_poor_households,
    j.share_fund_total_yuan,
    j.award_amount_yuan,
    j.driving_model,
    j.is_dividend_on_time
from judged as j
