{{ config(unique_key=['county_code']) }}

-- Counts are of bodies, each once; money and people are the sums of all rows of the newest registers, so that they
-- equal the facts. What no register of the county states is empty, not zero.
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'cooperatives') as has_cooperatives_reported,
        bool_or(f.form = 'lead_enterprises') as has_enterprises_reported,
        bool_or(f.form = 'farms_growers') as has_farms_reported,
        bool_or(f.form = 'village_base') as has_village_base
    from {{ ref('fct_form_readings') }} as f
    group by f.county_code
),

coops as (
    select
        c.county_code,
        count(*)::integer as cooperatives,
        count(*) filter (where c.demo_level = '国家级')::integer as demo_coops_national,
        count(*) filter (where c.demo_level = '省级')::integer as demo_coops_provincial,
        count(*) filter (where c.demo_level = '市级')::integer as demo_coops_city,
        count(*) filter (where c.demo_level = '县级')::integer as demo_coops_county,
        count(*) filter (where c.is_new_provincial_demo)::integer as new_provincial_demos,
        count(*) filter (where c.is_operating)::integer as coops_operating,
        count(*) filter (where c.is_shell)::integer as coops_shell,
        count(*) filter (where c.has_accountant)::integer as coops_with_accountant,
        count(*) filter (where c.is_holding_shares_while_not_operating)::integer as coops_holding_not_operating,
        max(c.pilot_level) filter (where c.pilot_level <> '否') as pilot_level,
        bool_or(c.pilot_level is not null) as has_pilot_level
    from {{ ref('metrics__int_cooperatives') }} as c
    group by c.county_code
),

coop_sums as (
    select
        c.county_code,
        sum(c.member_count)::integer as coop_members,
        sum(c.poor_member_count)::integer as coop_poor_members,
        sum(c.driven_households)::integer as coop_driven_households,
        sum(c.driven_poor_households)::integer as coop_driven_poor_households,
        sum(c.share_fund_total_yuan) as coop_share_fund_yuan,
        sum(c.fiscal_support_yuan) as coop_fiscal_support_yuan
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period
    group by c.county_code
),

firms as (
    select
        e.county_code,
        count(*)::integer as enterprises,
        count(*) filter (where e.lead_level = '国家级')::integer as enterprises_national,
        count(*) filter (where e.lead_level = '省级')::integer as enterprises_provincial,
        count(*) filter (where e.lead_level = '市级')::integer as enterprises_city,
        count(*) filter (where e.lead_level = '县级')::integer as enterprises_county,
        count(*) filter (where e.enterprise_origin = '引进')::integer as enterprises_introduced,
        count(*) filter (where not e.is_operating)::integer as enterprises_stopped,
        count(*) filter (where not e.is_dividend_on_time)::integer as enterprises_dividend_late,
        count(*) filter (where e.is_holding_shares_while_not_operating)::integer as enterprises_holding_not_operating
    from {{ ref('metrics__int_lead_enterprises') }} as e
    group by e.county_code
),

firm_sums as (
    select
        e.county_code,
        sum(e.driven_coops)::integer as enterprise_driven_coops,
        sum(e.driven_poor_households)::integer as enterprise_driven_poor_households,
        sum(e.share_fund_total_yuan) as enterprise_share_fund_yuan,
        sum(e.award_amount_yuan) as enterprise_award_yuan
    from {{ ref('fct_lead_enterprises') }} as e
    where e.is_latest_period
    group by e.county_code
),

farms as (
    select
        f.county_code,
        count(distinct f.entity_key) filter (where f.entity_type = '家庭农场')::integer as family_farms,
        count(distinct f.entity_key) filter (where f.entity_type = '种养大户')::integer as big_growers,
        sum(f.custody_households)::integer as custody_households
    from {{ ref('fct_farms_growers') }} as f
    where f.is_latest_period
    group by f.county_code
),

products as (
    select
        p.county_code,
        count(*)::integer as leading_products,
        count(*) filter (where p.enterprises > 0)::integer as covered_products,
        string_agg(p.product_name, '、' order by p.sort_order) filter (where p.enterprises = 0)
            as products_without_enterprise
    from {{ ref('metrics__int_product_coverage') }} as p
    group by p.county_code
)

select
    v.publication_id,
    c.county_code,
    c.county_name,
    c.prefecture_code,
    c.prefecture_name,
    c.is_poor_county,
    coalesce(r.has_cooperatives_reported, false) as has_cooperatives_reported,
    coalesce(r.has_enterprises_reported, false) as has_enterprises_reported,
    coalesce(r.has_farms_reported, false) as has_farms_reported,
    o.cooperatives,
    o.demo_coops_national,
    o.demo_coops_provincial,
    o.demo_coops_city,
    o.demo_coops_county,
    o.new_provincial_demos,
    case when o.has_pilot_level then coalesce(o.pilot_level, '否') end as pilot_level,
    o.coops_operating,
    o.coops_shell,
    o.coops_with_accountant,
    o.coops_holding_not_operating,
    s.coop_members,
    s.coop_poor_members,
    s.coop_driven_households,
    s.coop_driven_poor_households,
    s.coop_share_fund_yuan::numeric(20, 4) as coop_share_fund_yuan,
    s.coop_fiscal_support_yuan::numeric(20, 4) as coop_fiscal_support_yuan,
    f.enterprises,
    f.enterprises_national,
    f.enterprises_provincial,
    f.enterprises_city,
    f.enterprises_county,
    f.enterprises_introduced,
    f.enterprises_stopped,
    f.enterprises_dividend_late,
    f.enterprises_holding_not_operating,
    t.enterprise_driven_coops,
    t.enterprise_driven_poor_households,
    t.enterprise_share_fund_yuan::numeric(20, 4) as enterprise_share_fund_yuan,
    t.enterprise_award_yuan::numeric(20, 4) as enterprise_award_yuan,
    g.family_farms,
    g.big_growers,
    g.custody_households,
    p.leading_products,
    case when r.has_enterprises_reported then p.covered_products end as covered_products,
    case when r.has_enterprises_reported then p.products_without_enterprise end as products_without_enterprise
from {{ ref('dim_region') }} as c
cross join {{ ref('dim_publication') }} as v
left join reported as r on c.county_code = r.county_code
left join coops as o on c.county_code = o.county_code
left join coop_sums as s on c.county_code = s.county_code
left join firms as f on c.county_code = f.county_code
left join firm_sums as t on c.county_code = t.county_code
left join farms as g on c.county_code = g.county_code
left join products as p on c.county_code = p.county_code
where c.region_level = 'county' and c.is_listed
