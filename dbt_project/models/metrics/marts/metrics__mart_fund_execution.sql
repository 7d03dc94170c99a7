{{ config(unique_key=['county_code', 'fund_level', 'project_category']) }}

with funds as (
    select
        f.publication_id,
        f.county_code,
        f.fund_level,
        coalesce(p.project_category, '未填') as project_category,
        count(distinct f.fund_project_key) as projects,
        count(distinct f.fund_project_key) filter (where f.spent_yuan is null) as projects_without_spending,
        sum(f.amount_yuan) as planned_yuan,
        sum(f.spent_yuan) as spent_yuan
    from {{ ref('fct_fund_allocations') }} as f
    left join {{ ref('dim_fund_project') }} as p on f.fund_project_key = p.fund_project_key
    where f.is_latest_period
    group by f.publication_id, f.county_code, f.fund_level, coalesce(p.project_category, '未填')
)

select
    f.publication_id,
    f.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    f.fund_level,
    f.project_category,
    f.projects::integer as projects,
    f.projects_without_spending::integer as projects_without_spending,
    f.planned_yuan::numeric(20, 4) as planned_yuan,
    f.spent_yuan::numeric(20, 4) as spent_yuan,
    (f.spent_yuan / nullif(f.planned_yuan, 0) * 100)::numeric(12, 2) as spend_rate_pct
from funds as f
left join {{ ref('dim_region') }} as r on f.county_code = r.region_key
