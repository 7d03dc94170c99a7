-- Files that were refused whole and that nothing has replaced, as known when the publication was formed: a submission
-- whose reading in force is a refusal. It is replaced by a later file at its path, and by a later accepted one of the
-- same county and form; scope and period must agree where the refused file tells them. A later file that the gate
-- keeps out replaces it only where the publication shows last good figures of that county and form.
with latest as (
    select
        v.publication_id,
        r.submission_id,
        r.reading_id,
        r.form,
        r.county_code,
        r.scope_code,
        r.period,
        r.outcome,
        r.refusal_code,
        r.refusal,
        r.known_at,
        s.path
    from {{ source('ops', 'visible_readings') }} as n
    inner join {{ source('ops', 'readings') }} as r on n.reading_id = r.reading_id
    inner join {{ source('ops', 'submissions') }} as s on n.submission_id = s.submission_id
    cross join {{ source('ops', 'visible') }} as v
),

accepted as (
    select
        l.submission_id,
        l.form,
        l.county_code,
        l.scope_code,
        l.period,
        l.path
    from latest as l
    where
        l.outcome <> 'refused'
        and exists (
            select 1
            from {{ source('ops', 'visible_parts') }} as vp
            where vp.form = l.form and vp.county_code = l.county_code
        )
)

select
    l.publication_id,
    coalesce(l.form, '-1') as form,
    coalesce(l.county_code, '-1') as county_code,
    coalesce(l.county_code, '-1') as region_key,
    l.reading_id,
    l.submission_id,
    {{ without_long_numbers("regexp_replace(l.path, '^.*/', '')") }} as file_name,
    l.refusal_code,
    {{ without_long_numbers(without_quoted_cells('l.refusal')) }} as refusal,
    l.known_at
from latest as l
where
    l.outcome = 'refused'
    and not exists (
        select 1
        from latest as n
        where n.submission_id > l.submission_id and n.outcome = 'refused' and n.path = l.path
    )
    and not exists (
        select 1
        from accepted as a
        where
            a.submission_id > l.submission_id
            and (
                a.path = l.path
                or (
                    a.form = l.form
                    and a.county_code = l.county_code
                    and a.scope_code in (coalesce(l.scope_code, a.scope_code), l.county_code)
                    and a.period = coalesce(l.period, a.period)
                )
            )
    )
    and {{ county_is_visible('l.county_code', with_unknown=false) }}
