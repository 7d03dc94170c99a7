{{ config(unique_key=['county_code', 'partner']) }}

with projects as (
    select
        p.publication_id,
        p.county_code,
        coalesce(p.partner, '未填') as partner,
        count(distinct p.fund_project_key) as project_count,
        sum(p.grant_yuan) as grant_yuan,
        sum(p.donation_yuan) as donation_yuan,
        sum(p.company_invest_yuan) as company_invest_yuan,
        sum(p.spent_yuan) as spent_yuan,
        count(distinct p.entity_key) filter (where p.entity_key <> -1) as companies,
        sum(p.benefit_households) as benefit_households,
        sum(p.benefit_people) as benefit_people
    from {{ ref('fct_east_west_projects') }} as p
    where p.is_latest_period
    group by p.publication_id, p.county_code, coalesce(p.partner, '未填')
)

select
    p.publication_id,
    p.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    r.paired_city,
    p.partner,
    p.project_count::integer as project_count,
    p.grant_yuan::numeric(20, 4) as grant_yuan,
    p.donation_yuan::numeric(20, 4) as donation_yuan,
    p.company_invest_yuan::numeric(20, 4) as company_invest_yuan,
    p.spent_yuan::numeric(20, 4) as spent_yuan,
    (p.spent_yuan / nullif(p.grant_yuan, 0) * 100)::numeric(12, 2) as spend_rate_pct,
    p.companies::integer as companies,
    p.benefit_households::integer as benefit_households,
    p.benefit_people::integer as benefit_people
from projects as p
left join {{ ref('dim_region') }} as r on p.county_code = r.region_key
