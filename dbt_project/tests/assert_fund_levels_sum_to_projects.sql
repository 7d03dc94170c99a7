-- The levels of a project add up to what the county wrote, planned and spent, to the cent.
with written as (
    select
        s.reading_id,
        s.sheet_no,
        s.row_no,
        s.amount_yuan,
        s.spent_yuan
    from {{ ref('stg_county_forms__fund_projects') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'fund_projects'
),

shown as (
    select
        f.reading_id,
        f.sheet_no,
        f.row_no,
        sum(f.amount_yuan) as amount_yuan,
        sum(f.spent_yuan) as spent_yuan
    from {{ ref('fct_fund_allocations') }} as f
    group by f.reading_id, f.sheet_no, f.row_no
)

select
    w.reading_id,
    w.sheet_no,
    w.row_no
from written as w
left join shown as s on w.reading_id = s.reading_id and w.sheet_no = s.sheet_no and w.row_no = s.row_no
where
    coalesce(w.amount_yuan, 0) is distinct from s.amount_yuan
    or w.spent_yuan is distinct from s.spent_yuan
