{{ config(unique_key=['household_key', 'valid_from_date']) }}

-- How a household stood in the register, period by period; one row per run of periods in which nothing changed. A run
-- ends with the part's next period that says something else or no longer names the household.
with periods as (
    select
        p.part_code,
        p.period_end,
        dense_rank() over (partition by p.part_code order by p.period_end asc) as period_no,
        lead(p.period_end) over (partition by p.part_code order by p.period_end asc) as next_period_end
    from (
        select distinct
            v.part_code,
            v.period_end
        from {{ source('ops', 'visible_parts') }} as v
        where v.form = 'registered_persons'
    ) as p
),

observed as (
    select distinct on (a.household_key, p.period_end)
        a.household_key,
        s.county_code,
        s.part_code,
        p.period_end,
        s.exit_status,
        s.exit_status_year,
        s.poor_type
    from {{ ref('core__fct_registered_persons') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'registered_persons'
    inner join {{ ref('core__household_aliases') }} as a
        on s.household_alias_key = a.household_alias_key and a.publication_id = {{ visible_publication() }}
    where s.is_household_row and a.household_key <> -1
    order by
        a.household_key asc, p.period_end asc, s.is_head desc, s.reading_id desc, s.sheet_no asc, s.row_no asc
),

runs as (
    select
        o.*,
        n.next_period_end,
        n.period_no - row_number() over (
            partition by o.household_key, o.part_code, o.exit_status, o.exit_status_year, o.poor_type
            order by o.period_end asc
        ) as run_no
    from observed as o
    inner join periods as n on o.part_code = n.part_code and o.period_end = n.period_end
)

select
    {{ visible_publication() }} as publication_id,
    r.household_key,
    r.exit_status,
    r.exit_status_year,
    r.poor_type,
    min(r.period_end) as valid_from_date,
    (case when count(*) = count(r.next_period_end) then max(r.next_period_end) - 1 end)::date as valid_to_date,
    count(*) > count(r.next_period_end) as is_current,
    max(r.county_code) as county_code
from runs as r
group by r.household_key, r.part_code, r.exit_status, r.exit_status_year, r.poor_type, r.run_no
