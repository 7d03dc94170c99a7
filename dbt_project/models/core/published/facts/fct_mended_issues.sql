-- Issues that a county has mended: what an earlier file of the same form, period and scope had and its next one no
-- longer has, rule by rule and column by column, summed over the files up to the one that speaks in this publication.
-- Of each submission the reading in force counts, so that a rule that changed is no mending.
with newest as (
    select
        r.submission_id,
        r.reading_id,
        r.form,
        r.county_code,
        r.scope_code,
        r.period
    from {{ source('ops', 'visible_readings') }} as n
    inner join {{ source('ops', 'readings') }} as r on n.reading_id = r.reading_id
    where r.outcome <> 'unchanged'
),

speaking as (
    select distinct
        p.publication_id,
        p.form,
        p.county_code,
        p.period,
        r.scope_code,
        r.submission_id,
        r.reading_id
    from {{ source('ops', 'visible_parts') }} as p
    inner join {{ source('ops', 'readings') }} as r on p.reading_id = r.reading_id
),

steps as (
    select
        s.publication_id,
        s.form,
        s.county_code,
        s.period,
        s.reading_id as speaking_reading_id,
        n.submission_id,
        case when n.submission_id = s.submission_id then s.reading_id else n.reading_id end as reading_id
    from speaking as s
    inner join newest as n
        on
            s.form = n.form
            and s.county_code = n.county_code
            and s.scope_code = n.scope_code
            and s.period = n.period
            and s.submission_id >= n.submission_id
),

chains as (
    select
        t.*,
        lag(t.reading_id) over (partition by t.speaking_reading_id order by t.submission_id) as before_reading_id
    from steps as t
),

counted as (
    select
        i.reading_id,
        i.rule_id,
        coalesce(i.field, '') as field,
        count(*) as issues
    from {{ source('ops', 'issues') }} as i
    where
        i.severity <> 'info'
        and i.reading_id in (
            select c.reading_id from chains as c where c.before_reading_id is not null
            union all
            select c.before_reading_id from chains as c where c.before_reading_id is not null
        )
    group by i.reading_id, i.rule_id, coalesce(i.field, '')
)

select
    c.publication_id,
    c.form,
    c.county_code,
    c.county_code as region_key,
    c.period,
    c.speaking_reading_id as reading_id,
    b.rule_id,
    sum(b.issues - coalesce(a.issues, 0))::integer as issues_mended
from chains as c
inner join counted as b on c.before_reading_id = b.reading_id
left join counted as a on c.reading_id = a.reading_id and b.rule_id = a.rule_id and b.field = a.field
where b.issues > coalesce(a.issues, 0) and {{ county_is_visible('c.county_code') }}
group by c.publication_id, c.form, c.county_code, c.period, c.speaking_reading_id, b.rule_id
