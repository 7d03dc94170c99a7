{{ config(
    unique_key=['household_key'],
    indexes=[{'columns': ['publication_id', 'county_code', 'village_key']}]
) }}

-- Everything that the forms say of one household, side by side. Each subject is brought to one row per household first.
with awards as (
    select
        a.household_key,
        count(*) as awards,
        string_agg(distinct p.product_name, '、' order by p.product_name) as product_names,
        bool_or(p.product_class = '五小产业') as has_small_five,
        bool_or(a.support_mode = '托管') as is_in_custody,
        bool_or(a.is_willing_to_insure) as is_willing_to_insure
    from {{ ref('fct_household_awards') }} as a
    left join {{ ref('dim_product') }} as p on a.product_key = p.product_key
    where a.household_key <> -1
    group by a.household_key
),

money as (
    select
        t.household_key,
        t.prior_amount_yuan,
        t.award_amount_yuan,
        t.total_amount_yuan,
        t.cap_yuan,
        t.is_near_cap,
        t.is_over_cap,
        t.share_amount_yuan
    from {{ ref('metrics__int_household_totals') }} as t
),

dividends as (
    select
        d.household_key,
        sum(coalesce(d.household_part_yuan, d.dividend_paid_yuan)) as household_part_yuan
    from {{ ref('fct_dividend_payments') }} as d
    group by d.household_key
),

policies as (
    select
        p.household_key,
        count(distinct p.product_key) as insured_lines,
        sum(p.premium_yuan) as premium_yuan
    from {{ ref('fct_insurance_policies') }} as p
    group by p.household_key
),

trained as (
    select
        t.household_key,
        count(distinct t.person_key) as trained_people
    from {{ ref('fct_training_attendance') }} as t
    where t.result = '合格'
    group by t.household_key
)

select
    h.publication_id,
    h.household_key,
    h.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    h.region_key,
    v.township_name,
    h.village_key,
    v.village_name,
    h.is_registered,
    h.household_size,
    h.poor_type,
    h.exit_status,
    h.exit_status_year,
    h.poverty_cause,
    h.has_labour,
    a.product_names,
    coalesce(a.awards, 0)::integer as awards,
    coalesce(a.has_small_five, false) as has_small_five,
    coalesce(a.is_in_custody, false) as is_in_custody,
    a.is_willing_to_insure,
    coalesce(m.award_amount_yuan, 0)::numeric(20, 4) as award_amount_yuan,
    coalesce(m.prior_amount_yuan, 0)::numeric(20, 4) as prior_amount_yuan,
    coalesce(m.total_amount_yuan, 0)::numeric(20, 4) as total_amount_yuan,
    m.cap_yuan,
    coalesce(m.is_near_cap, false) as is_near_cap,
    coalesce(m.is_over_cap, false) as is_over_cap,
    coalesce(m.share_amount_yuan, 0)::numeric(20, 4) as share_amount_yuan,
    coalesce(d.household_part_yuan, 0)::numeric(20, 4) as household_part_yuan,
    coalesce(p.insured_lines, 0)::integer as insured_lines,
    coalesce(p.premium_yuan, 0)::numeric(20, 4) as premium_yuan,
    coalesce(t.trained_people, 0)::integer as trained_people
from {{ ref('dim_household') }} as h
left join awards as a on h.household_key = a.household_key
left join money as m on h.household_key = m.household_key
left join dividends as d on h.household_key = d.household_key
left join policies as p on h.household_key = p.household_key
left join trained as t on h.household_key = t.household_key
left join {{ ref('dim_village') }} as v on h.village_key = v.village_key
left join {{ ref('dim_region') }} as r on h.county_code = r.region_key
where h.household_key <> -1
