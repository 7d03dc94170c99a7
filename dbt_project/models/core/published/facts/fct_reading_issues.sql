-- Issues of the readings that speak in this publication, counted: cells and values stay in the bookkeeping.
select
    p.publication_id,
    p.form,
    p.county_code,
    p.county_code as region_key,
    p.period,
    i.reading_id,
    i.rule_id,
    i.severity,
    i.effect,
    count(*)::integer as issues
from (
    select distinct
        vp.publication_id,
        vp.form,
        vp.county_code,
        vp.period,
        vp.reading_id
    from {{ source('ops', 'visible_parts') }} as vp
) as p
inner join {{ source('ops', 'issues') }} as i on p.reading_id = i.reading_id
where {{ county_is_visible('p.county_code') }}
group by p.publication_id, p.form, p.county_code, p.period, i.reading_id, i.rule_id, i.severity, i.effect
