{{ config(unique_key=['county_code', 'problem_source', 'problem_type']) }}

with grouped as (
    select
        p.publication_id,
        p.county_code,
        p.problem_source,
        p.problem_type,
        count(*)::integer as problems,
        count(*) filter (where p.rectification_stage in ('未启动', '整改中'))::integer as open_problems,
        count(*) filter (where p.is_overdue)::integer as overdue_problems,
        count(*) filter (where p.rectification_stage = '已完成未销号')::integer as done_problems,
        count(*) filter (where p.is_closed)::integer as closed_problems,
        count(*) filter (where p.is_closed_without_evidence)::integer as unproved_problems,
        count(*) filter (where p.rectification_stage = '长期坚持')::integer as lasting_problems,
        coalesce(sum(p.problem_amount_yuan), 0)::numeric(20, 4) as problem_amount_yuan,
        coalesce(sum(p.problem_amount_yuan) filter (where p.rectification_stage in ('未启动', '整改中')), 0)::numeric(20, 4)
            as open_amount_yuan
    from {{ ref('metrics__int_rectifications') }} as p
    group by p.publication_id, p.county_code, p.problem_source, p.problem_type
)

select
    g.publication_id,
    g.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    g.problem_source,
    g.problem_type,
    g.problems,
    g.open_problems,
    g.overdue_problems,
    g.done_problems,
    g.closed_problems,
    g.unproved_problems,
    g.lasting_problems,
    g.problem_amount_yuan,
    g.open_amount_yuan
from grouped as g
left join {{ ref('dim_region') }} as r on g.county_code = r.region_key
