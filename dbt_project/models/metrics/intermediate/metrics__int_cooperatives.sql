-- Each cooperative as the newest register of its county has it, once: one that two townships list counts as the later
-- list says.
with latest as (
    select distinct on (c.county_code, c.entity_key) c.*
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period and c.entity_key <> -1
    order by
        c.county_code asc, c.entity_key asc, c.period_end desc, c.reading_id desc, c.sheet_no desc, c.row_no desc
),

judged as (
    select
        l.*,
        l.operation_status in ('规范运营', '运行一般') as is_operating,
        l.operation_status = '空壳社' as is_shell,
        coalesce(l.demo_level = '省级' and l.demo_year = {{ var('programme_year') }}, false) as is_new_provincial_demo
    from latest as l
)

select
    j.publication_id,
    j.county_code,
    j.region_key,
    j.village_key,
    j.entity_key,
    j.period,
    j.demo_level,
    j.demo_year,
    j.is_new_provincial_demo,
    j.operation_status,
    j.is_operating,
    j.is_shell,
    -- What a register that states no share money holds is not known.
    case when j.is_operating then false when not j.is_operating then j.share_fund_total_yuan > 0 end
        as is_holding_shares_while_not_operating,
    j.main_product,
    j.registered_capital_yuan,
    j.member_count,
    j.poor_member_count,
    j.farmer_member_count,
    j.max_share_pct,
    j.driven_households,
    j.driven_poor_households,
    j.share_fund_total_yuan,
    j.annual_revenue_yuan,
    j.distributable_surplus_yuan,
    j.fiscal_support_yuan,
    j.has_accountant,
    j.pilot_level
from judged as j
