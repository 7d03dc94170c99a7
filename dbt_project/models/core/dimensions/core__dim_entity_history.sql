{{ config(unique_key=['entity_key', 'valid_from_date'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- Level and status of each registered body as the registers told them, period by period: one row per run of equal
-- values. The dates are those of the reports, not of the nights that read them.
with told as (
    select distinct on (a.entity_key, m.period_end)
        a.entity_key,
        m.period_end,
        m.county_code,
        m.entity_level,
        m.operation_status
    from {{ ref('core__int_entity_mentions') }} as m
    inner join {{ ref('core__entity_aliases') }} as a
        on m.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
    where m.is_register
    order by a.entity_key asc, m.period_end asc, m.reading_id desc, m.sheet_no desc, m.row_no desc
),

compared as (
    select
        t.*,
        lag(t.period_end) over told_before as before_period_end,
        lag(t.entity_level) over told_before as before_level,
        lag(t.operation_status) over told_before as before_status
    from told as t
    window told_before as (partition by t.entity_key order by t.period_end)
)

select
    {{ visible_publication() }} as publication_id,
    c.entity_key,
    c.entity_level,
    c.operation_status,
    c.period_end as valid_from_date,
    lead(c.period_end) over (partition by c.entity_key order by c.period_end) - 1 as valid_to_date,
    c.county_code
from compared as c
where
    c.before_period_end is null
    or c.entity_level is distinct from c.before_level
    or c.operation_status is distinct from c.before_status
