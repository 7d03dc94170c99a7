{{ config(unique_key=['county_code', 'entity_key'], indexes=[{'columns': ['publication_id', 'entity_key']}]) }}

select
    c.publication_id,
    c.entity_key,
    e.entity_name,
    e.credit_code,
    c.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    c.region_key,
    r.township_name,
    c.village_key,
    v.village_name,
    c.period,
    c.demo_level,
    c.demo_year,
    c.is_new_provincial_demo,
    c.operation_status,
    c.is_operating,
    c.is_shell,
    case when not c.is_operating and h.in_force_yuan > 0 then true else c.is_holding_shares_while_not_operating end
        as is_holding_shares_while_not_operating,
    c.main_product,
    c.registered_capital_yuan,
    c.member_count,
    c.poor_member_count,
    c.farmer_member_count,
    c.max_share_pct,
    c.driven_households,
    c.driven_poor_households,
    c.share_fund_total_yuan,
    c.annual_revenue_yuan,
    c.distributable_surplus_yuan,
    c.fiscal_support_yuan,
    c.has_accountant,
    e.is_in_several_counties,
    h.share_households,
    h.share_amount_yuan,
    h.in_force_yuan,
    h.dividend_due_yuan,
    h.dividend_paid_yuan
from {{ ref('metrics__int_cooperatives') }} as c
left join {{ ref('dim_entity') }} as e on c.entity_key = e.entity_key
left join {{ ref('dim_region') }} as r on c.region_key = r.region_key
left join {{ ref('dim_village') }} as v on c.village_key = v.village_key
left join {{ ref('metrics__int_entity_shares') }} as h on c.county_code = h.county_code and c.entity_key = h.entity_key
