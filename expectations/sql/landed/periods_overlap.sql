-- Periods of one part that overlap, in a form whose periods add up: their money would count twice.
select
    a.county_code,
    '{form}' as form,
    count(*) as violations
from ops.visible_parts as a
inner join ops.readings as ra on a.reading_id = ra.reading_id
inner join ops.visible_parts as b
    on a.form = b.form and a.county_code = b.county_code and a.part_code = b.part_code and a.period < b.period
inner join ops.readings as rb on b.reading_id = rb.reading_id
inner join ops.reading_parts as pa on a.reading_id = pa.reading_id and a.part_code = pa.part_code
inner join ops.reading_parts as pb on b.reading_id = pb.reading_id and b.part_code = pb.part_code
where
    a.form = '{form}'
    and not {is_stock}
    and pa.n_rows > 0
    and pb.n_rows > 0
    and ra.period_start <= rb.period_end
    and rb.period_start <= ra.period_end
group by a.county_code
