-- Rows that the data-quality mart calls published, and that the readings of the publication do not have.
select
    c.county_code,
    c.form,
    1 as violations
from (
    select
        b.county_code,
        b.form,
        b.rows_published as mart_value,
        null::bigint as read_value
    from {batch} as b
    union all
    select
        vp.county_code,
        vp.form,
        null as mart_value,
        rp.n_rows as read_value
    from ops.visible_parts as vp
    inner join ops.reading_parts as rp on vp.reading_id = rp.reading_id and vp.part_code = rp.part_code
) as c
group by c.county_code, c.form
having coalesce(sum(c.mart_value), 0) <> coalesce(sum(c.read_value), 0)
