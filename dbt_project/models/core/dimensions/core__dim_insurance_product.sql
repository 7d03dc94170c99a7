{{ config(unique_key=['insurance_product_key']) }}

-- Products as counties write them, without the word insurance. Who pays for one says whose product it is: the centre's
-- where any policy has central money, else the province's, else a county's own.
with policies as (
    select
        f.insurance_product_key,
        max(f.insurance_product_name) as insurance_product_name,
        mode() within group (order by f.product_key) as product_key,
        count(distinct f.insurer)::integer as insurers,
        count(distinct f.county_code)::integer as insuring_counties,
        bool_or(f.sub_central_yuan > 0) as has_central_money,
        bool_or(f.sub_province_yuan > 0) as has_provincial_money,
        min(f.unit_sum_yuan)::numeric(20, 4) as unit_sum_min_yuan,
        max(f.unit_sum_yuan)::numeric(20, 4) as unit_sum_max_yuan,
        min(f.rate_pct)::numeric(20, 4) as rate_min_pct,
        max(f.rate_pct)::numeric(20, 4) as rate_max_pct
    from {{ ref('core__fct_insurance_policies') }} as f
    inner join {{ source('ops', 'visible_parts') }} as p
        on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'insurance_policies'
    where f.insurance_product_key <> -1
    group by f.insurance_product_key
),

-- What has claims and no policy.
claims as (
    select
        f.insurance_product_key,
        max(f.insurance_product_name) as insurance_product_name,
        mode() within group (order by f.product_key) as product_key
    from {{ ref('core__fct_insurance_claims') }} as f
    inner join {{ source('ops', 'visible_parts') }} as p
        on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'insurance_claims'
    where f.insurance_product_key <> -1
    group by f.insurance_product_key
)

select
    {{ visible_publication() }} as publication_id,
    coalesce(s.insurance_product_key, c.insurance_product_key) as insurance_product_key,
    coalesce(s.insurance_product_name, c.insurance_product_name) as insurance_product_name,
    coalesce(s.product_key, c.product_key) as product_key,
    case
        when s.has_central_money then '中央'
        when s.has_provincial_money then '省级'
        when s.insurance_product_key is not null then '地方'
        else '未知'
    end as subsidy_level,
    coalesce(s.insurers, 0) as insurers,
    coalesce(s.insuring_counties, 0) as insuring_counties,
    s.unit_sum_min_yuan,
    s.unit_sum_max_yuan,
    s.rate_min_pct,
    s.rate_max_pct
from policies as s
full outer join claims as c on s.insurance_product_key = c.insurance_product_key
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as insurance_product_key,
    '未知险种' as insurance_product_name,
    '-1' as product_key,
    '未知' as subsidy_level,
    0 as insurers,
    0 as insuring_counties,
    null::numeric(20, 4) as unit_sum_min_yuan,
    null::numeric(20, 4) as unit_sum_max_yuan,
    null::numeric(20, 4) as rate_min_pct,
    null::numeric(20, 4) as rate_max_pct
