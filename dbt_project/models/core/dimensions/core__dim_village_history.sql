{{ config(unique_key=['village_key', 'valid_from_date'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- Whether a village has exited, and whether it is in deep poverty, as the village ledgers told it period by period: one
-- row per run of equal values. The dates are those of the reports, not of the nights that read them.
with told as (
    select distinct on (s.village_key, p.period_end)
        s.village_key,
        p.period_end,
        s.county_code,
        s.is_exited,
        s.exit_year,
        s.is_deep_poverty
    from {{ ref('stg_county_forms__village_base') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'village_base'
    where s.is_last_copy and s.village_key <> '-1'
    order by s.village_key asc, p.period_end asc, s.reading_id desc
),

compared as (
    select
        t.*,
        lag(t.period_end) over told_before as before_period_end,
        lag(t.is_exited) over told_before as before_is_exited,
        lag(t.exit_year) over told_before as before_exit_year,
        lag(t.is_deep_poverty) over told_before as before_is_deep_poverty
    from told as t
    window told_before as (partition by t.village_key order by t.period_end)
)

select
    {{ visible_publication() }} as publication_id,
    c.village_key,
    c.is_exited,
    c.exit_year,
    c.is_deep_poverty,
    c.period_end as valid_from_date,
    lead(c.period_end) over (partition by c.village_key order by c.period_end) - 1 as valid_to_date,
    c.county_code
from compared as c
where
    c.before_period_end is null
    or c.is_exited is distinct from c.before_is_exited
    or c.exit_year is distinct from c.before_exit_year
    or c.is_deep_poverty is distinct from c.before_is_deep_poverty
