{{ config(unique_key=['county_code', 'entity_key'], indexes=[{'columns': ['publication_id', 'entity_key']}]) }}

select
    l.publication_id,
    l.entity_key,
    e.entity_name,
    e.credit_code,
    l.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    l.period,
    l.lead_level,
    l.cert_year,
    l.product_key,
    p.product_name,
    l.main_product_name,
    l.enterprise_origin,
    l.operation_status,
    l.is_operating,
    case when not l.is_operating and h.in_force_yuan > 0 then true else l.is_holding_shares_while_not_operating end
        as is_holding_shares_while_not_operating,
    l.total_assets_yuan,
    l.annual_sales_yuan,
    l.driven_coops,
    l.driven_poor_households,
    l.driving_model,
    l.award_amount_yuan,
    l.share_fund_total_yuan,
    l.is_dividend_on_time,
    e.is_in_several_counties,
    h.share_households,
    h.share_amount_yuan,
    h.in_force_yuan,
    h.dividend_due_yuan,
    h.dividend_paid_yuan
from {{ ref('metrics__int_lead_enterprises') }} as l
left join {{ ref('dim_entity') }} as e on l.entity_key = e.entity_key
left join {{ ref('dim_region') }} as r on l.region_key = r.region_key
left join {{ ref('dim_product') }} as p on l.product_key = p.product_key
left join {{ ref('metrics__int_entity_shares') }} as h on l.county_code = h.county_code and l.entity_key = h.entity_key
