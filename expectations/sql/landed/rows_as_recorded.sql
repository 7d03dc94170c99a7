-- The rows in the table are not the rows that the reading recorded: part by part, and over the whole reading.
with fresh as (
    select
        b.reading_id,
        b.part_code,
        count(*) as n_rows
    from {batch} as b
    group by b.reading_id, b.part_code
),

parts as (
    select
        pp.county_code,
        abs(coalesce(f.n_rows, 0) - coalesce(rp.n_rows, 0)) as differs
    from ops.visible_parts as pp
    left join ops.reading_parts as rp on pp.reading_id = rp.reading_id and pp.part_code = rp.part_code
    left join fresh as f on pp.reading_id = f.reading_id and pp.part_code = f.part_code
    where pp.form = '{form}'
),

whole as (
    select
        r.county_code,
        abs(r.rows_accepted - coalesce(s.n_rows, 0)) as differs
    from ops.readings as r
    left join
        (select rp.reading_id, sum(rp.n_rows) as n_rows from ops.reading_parts as rp group by rp.reading_id) as s
        on r.reading_id = s.reading_id
    where r.reading_id in (select pp.reading_id from ops.visible_parts as pp where pp.form = '{form}')
)

select
    d.county_code,
    '{form}' as form,
    sum(d.differs)::bigint as violations
from (select county_code, differs from parts union all select county_code, differs from whole) as d
group by d.county_code
having sum(d.differs) > 0
