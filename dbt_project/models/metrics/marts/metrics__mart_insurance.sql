{{ config(
    unique_key=['county_code', 'data_year', 'insurer', 'insurance_product_key'],
    indexes=[{'columns': ['publication_id', 'county_code']}]
) }}

with policies as (
    select
        p.county_code,
        extract(year from p.period_end)::integer as data_year,
        coalesce(p.insurer, '未填') as insurer,
        p.insurance_product_key,
        count(*) as policies,
        count(distinct p.policy_no_key) as policy_documents,
        count(distinct p.household_key) as insured_households,
        count(distinct p.household_key) filter (where p.is_poor) as insured_poor_households,
        sum(p.insured_qty) filter (where p.insured_qty_unit like '%亩%') as insured_area_mu,
        sum(p.insured_qty) filter (where p.insured_qty_unit ~ '[头只羽匹口]') as insured_head_count,
        sum(p.sum_insured_yuan) as sum_insured_yuan,
        sum(p.premium_yuan) as premium_yuan,
        sum(p.sub_central_yuan) as sub_central_yuan,
        sum(p.sub_province_yuan) as sub_province_yuan,
        sum(p.sub_city_yuan) as sub_city_yuan,
        sum(p.sub_county_yuan) as sub_county_yuan,
        sum(p.farmer_paid_yuan) as farmer_paid_yuan,
        count(*) filter (where p.is_published) as published_policies,
        count(*) filter (where p.is_policy_delivered) as delivered_policies
    from {{ ref('fct_insurance_policies') }} as p
    group by
        p.county_code, extract(year from p.period_end)::integer, coalesce(p.insurer, '未填'), p.insurance_product_key
),

-- A claim counts for the insurer and the product of its policy: the claim form names no insurer.
claims as (
    select
        c.county_code,
        extract(year from c.period_end)::integer as data_year,
        coalesce(v.insurer, '未填') as insurer,
        coalesce(v.insurance_product_key, c.insurance_product_key) as insurance_product_key,
        count(*) as claims,
        count(distinct c.household_key) as claim_households,
        sum(c.payout_yuan) as payout_yuan,
        count(*) filter (where c.paid_date_key = -1) as unpaid_claims,
        avg(c.paid_days) as paid_days_mean,
        max(c.paid_days) as paid_days_max,
        count(*) filter (where c.is_published) as published_claims
    from {{ ref('fct_insurance_claims') }} as c
    left join {{ ref('metrics__int_insurance_covers') }} as v
        on
            c.county_code = v.county_code
            and c.policy_no_key = v.policy_no_key
            and c.household_key = v.household_key
            and c.product_key = v.product_key
    group by
        c.county_code, extract(year from c.period_end)::integer, coalesce(v.insurer, '未填'),
        coalesce(v.insurance_product_key, c.insurance_product_key)
),

joined as (
    select
        coalesce(p.county_code, c.county_code) as county_code,
        coalesce(p.data_year, c.data_year) as data_year,
        coalesce(p.insurer, c.insurer) as insurer,
        coalesce(p.insurance_product_key, c.insurance_product_key) as insurance_product_key,
        p.policies,
        p.policy_documents,
        p.insured_households,
        p.insured_poor_households,
        p.insured_area_mu,
        p.insured_head_count,
        p.sum_insured_yuan,
        p.premium_yuan,
        p.sub_central_yuan,
        p.sub_province_yuan,
        p.sub_city_yuan,
        p.sub_county_yuan,
        p.farmer_paid_yuan,
        p.published_policies,
        p.delivered_policies,
        c.claims,
        c.claim_households,
        c.payout_yuan,
        c.unpaid_claims,
        c.paid_days_mean,
        c.paid_days_max,
        c.published_claims
    from policies as p
    full outer join claims as c
        on
            p.county_code = c.county_code
            and p.data_year = c.data_year
            and p.insurer = c.insurer
            and p.insurance_product_key = c.insurance_product_key
)

select
    v.publication_id,
    j.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    j.data_year,
    j.insurer,
    j.insurance_product_key,
    i.insurance_product_name,
    i.subsidy_level,
    i.product_key,
    d.product_name,
    d.product_class,
    coalesce(j.policies, 0)::integer as policies,
    coalesce(j.policy_documents, 0)::integer as policy_documents,
    coalesce(j.insured_households, 0)::integer as insured_households,
    coalesce(j.insured_poor_households, 0)::integer as insured_poor_households,
    j.insured_area_mu::numeric(20, 4) as insured_area_mu,
    j.insured_head_count::numeric(20, 4) as insured_head_count,
    coalesce(j.sum_insured_yuan, 0)::numeric(20, 4) as sum_insured_yuan,
    coalesce(j.premium_yuan, 0)::numeric(20, 4) as premium_yuan,
    coalesce(j.sub_central_yuan, 0)::numeric(20, 4) as sub_central_yuan,
    coalesce(j.sub_province_yuan, 0)::numeric(20, 4) as sub_province_yuan,
    coalesce(j.sub_city_yuan, 0)::numeric(20, 4) as sub_city_yuan,
    coalesce(j.sub_county_yuan, 0)::numeric(20, 4) as sub_county_yuan,
    coalesce(j.farmer_paid_yuan, 0)::numeric(20, 4) as farmer_paid_yuan,
    coalesce(j.published_policies, 0)::integer as published_policies,
    (j.published_policies * 100.0 / nullif(j.policies, 0))::numeric(12, 2) as published_policies_pct,
    coalesce(j.delivered_policies, 0)::integer as delivered_policies,
    (j.delivered_policies * 100.0 / nullif(j.policies, 0))::numeric(12, 2) as delivered_policies_pct,
    coalesce(j.claims, 0)::integer as claims,
    coalesce(j.claim_households, 0)::integer as claim_households,
    coalesce(j.payout_yuan, 0)::numeric(20, 4) as payout_yuan,
    (j.payout_yuan / nullif(j.premium_yuan, 0) * 100)::numeric(12, 2) as loss_ratio_pct,
    coalesce(j.unpaid_claims, 0)::integer as unpaid_claims,
    j.paid_days_mean::numeric(12, 1) as paid_days_mean,
    j.paid_days_max::integer as paid_days_max,
    coalesce(j.published_claims, 0)::integer as published_claims
from joined as j
left join {{ ref('dim_insurance_product') }} as i on j.insurance_product_key = i.insurance_product_key
left join {{ ref('dim_product') }} as d on i.product_key = d.product_key
left join {{ ref('dim_region') }} as r on j.county_code = r.region_key
cross join {{ ref('dim_publication') }} as v
