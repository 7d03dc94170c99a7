{{ config(
    unique_key=['county_code', 'village_key', 'support_mode', 'product_key'],
    indexes=[{'columns': ['publication_id', 'village_key']}]
) }}

with awards as (
    select
        a.publication_id,
        a.county_code,
        a.village_key,
        coalesce(a.support_mode, '未填') as support_mode,
        a.product_key,
        a.household_key,
        sum(a.award_amount_yuan) as award_amount_yuan,
        sum(a.area_mu) as area_mu,
        sum(a.head_count) as head_count,
        count(*) as awards,
        bool_or(a.support_mode = '托管') as is_in_custody,
        bool_or(a.is_willing_to_insure) as is_willing
    from {{ ref('fct_household_awards') }} as a
    group by
        a.publication_id, a.county_code, a.village_key, coalesce(a.support_mode, '未填'), a.product_key, a.household_key
),

grouped as (
    select
        a.publication_id,
        a.county_code,
        a.village_key,
        a.support_mode,
        a.product_key,
        count(*) as households,
        sum(a.awards) as awards,
        sum(a.award_amount_yuan) as award_amount_yuan,
        sum(a.area_mu) as area_mu,
        sum(a.head_count) as head_count,
        count(*) filter (where t.is_near_cap) as near_cap_households,
        count(*) filter (where t.is_over_cap) as over_cap_households,
        count(*) filter (where a.is_in_custody) as custody_households,
        count(*) filter (where a.is_willing) as willing_households
    from awards as a
    left join {{ ref('metrics__int_household_totals') }} as t on a.household_key = t.household_key
    group by a.publication_id, a.county_code, a.village_key, a.support_mode, a.product_key
)

select
    g.publication_id,
    g.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    v.region_key,
    v.township_name,
    g.village_key,
    v.village_name,
    g.support_mode,
    g.product_key,
    p.product_name,
    p.product_class,
    g.households::integer as households,
    g.awards::integer as awards,
    g.award_amount_yuan::numeric(20, 4) as award_amount_yuan,
    (g.award_amount_yuan / g.households)::numeric(20, 2) as mean_award_yuan,
    g.area_mu::numeric(20, 4) as area_mu,
    g.head_count::integer as head_count,
    g.near_cap_households::integer as near_cap_households,
    g.over_cap_households::integer as over_cap_households,
    g.custody_households::integer as custody_households,
    coalesce(p.product_class = '五小产业', false) as is_small_five,
    g.willing_households::integer as willing_households
from grouped as g
left join {{ ref('dim_village') }} as v on g.village_key = v.village_key
left join {{ ref('dim_product') }} as p on g.product_key = p.product_key
left join {{ ref('dim_region') }} as r on g.county_code = r.region_key
