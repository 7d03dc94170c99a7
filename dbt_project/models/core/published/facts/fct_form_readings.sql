-- The readings that speak in this publication; what they read is the whole file, what counts is in rows_published (a
-- township's own file may have taken over a part of it).
select
    p.publication_id,
    p.form,
    p.county_code,
    p.county_code as region_key,
    p.period,
    p.period_end,
    p.is_latest_period,
    p.reading_id,
    r.submission_id,
    r.outcome,
    r.rows_read,
    r.rows_accepted,
    r.rows_refused,
    p.parts,
    p.rows_published,
    r.known_at,
    f.first_received_at
from (
    select
        vp.publication_id,
        vp.form,
        vp.county_code,
        vp.period,
        vp.period_end,
        vp.reading_id,
        bool_or(vp.is_latest_period) as is_latest_period,
        count(*)::integer as parts,
        coalesce(sum(rp.n_rows), 0)::integer as rows_published
    from {{ source('ops', 'visible_parts') }} as vp
    left join {{ source('ops', 'reading_parts') }} as rp
        on vp.reading_id = rp.reading_id and vp.part_code = rp.part_code
    group by vp.publication_id, vp.form, vp.county_code, vp.period, vp.period_end, vp.reading_id
) as p
inner join {{ source('ops', 'readings') }} as r on p.reading_id = r.reading_id
-- When the county first sent this form of this period in a file that could be read, whatever replaced it since.
left join (
    select
        k.form,
        k.county_code,
        k.period,
        min(s.received_at) as first_received_at
    from {{ source('ops', 'visible_readings') }} as n
    inner join {{ source('ops', 'readings') }} as k on n.reading_id = k.reading_id
    inner join {{ source('ops', 'submissions') }} as s on n.submission_id = s.submission_id
    where k.outcome in ('loaded', 'partly')
    group by k.form, k.county_code, k.period
) as f
    on p.form = f.form and p.county_code = f.county_code and p.period = f.period
where {{ county_is_visible('p.county_code') }}
