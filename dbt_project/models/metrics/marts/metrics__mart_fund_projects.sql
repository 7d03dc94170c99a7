{{ config(unique_key=['fund_project_key'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- A ledger may list a project in several rows (batches): they add up, and it is completed when all of them are.
with funds as (
    select
        f.publication_id,
        f.county_code,
        f.fund_project_key,
        sum(f.amount_yuan) as planned_yuan,
        sum(f.spent_yuan) as spent_yuan,
        case
            when bool_and(f.stage_text = '已完工') then '已完工'
            when bool_or(f.stage_text in ('已完工', '已拨付')) then '已拨付'
            else '已安排'
        end as stage_text,
        nullif(max(f.completed_date_key), -1) as completed_date_key,
        max(f.fund_programme_key) filter (where f.fund_programme_key <> -1) as fund_programme_key
    from {{ ref('fct_fund_allocations') }} as f
    where f.is_latest_period
    group by f.publication_id, f.county_code, f.fund_project_key
),

firsts as (
    select
        f.fund_project_key,
        min(f.period_end) as first_reported_date
    from {{ ref('fct_fund_allocations') }} as f
    group by f.fund_project_key
),

villages as (
    select
        b.fund_project_key,
        count(*) filter (where b.village_key <> '-1') as village_count
    from {{ ref('bridge_fund_project_village') }} as b
    group by b.fund_project_key
)

select
    f.publication_id,
    f.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    f.fund_project_key,
    p.project_name,
    p.project_category,
    p.place_text,
    p.unit_name,
    p.fund_source,
    coalesce(d.doc_no, p.doc_no) as doc_no,
    d.doc_year,
    f.planned_yuan::numeric(20, 4) as planned_yuan,
    f.spent_yuan::numeric(20, 4) as spent_yuan,
    (f.spent_yuan / nullif(f.planned_yuan, 0) * 100)::numeric(12, 2) as spend_rate_pct,
    f.stage_text,
    s.first_reported_date,
    c.date_day as completed_date,
    c.date_day - make_date(d.doc_year, 1, 1) as days_to_complete,
    p.progress,
    v.village_count::integer as village_count,
    p.benefit_households,
    p.benefit_people
from funds as f
left join {{ ref('dim_fund_project') }} as p on f.fund_project_key = p.fund_project_key
left join {{ ref('dim_fund_programme') }} as d on f.fund_programme_key = d.fund_programme_key
left join {{ ref('dim_region') }} as r on f.county_code = r.region_key
left join {{ ref('dim_date') }} as c on f.completed_date_key = c.date_key
left join firsts as s on f.fund_project_key = s.fund_project_key
left join villages as v on f.fund_project_key = v.fund_project_key
