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
    r.known_at
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
where {{ county_is_visible('p.county_code') }}
