-- What a fact shows of a county is not what was accepted from it: number of rows, and each money column to the cent.
with shown as (
    select
        b.county_code,
        {shared_totals} as totals
    from {batch} as b
    group by b.county_code
),

accepted as (
    select
        b.county_code,
        {shared_totals} as totals
    from raw.{form} as b
    inner join ops.visible_parts as p
        on p.form = '{form}' and b.reading_id = p.reading_id and b.part_code = p.part_code
    group by b.county_code
)

select
    coalesce(s.county_code, a.county_code) as county_code,
    '{form}' as form,
    (
        select greatest(count(*) filter (where t.shown is distinct from t.accepted), 1)
        from unnest(s.totals, a.totals) as t (shown, accepted)
    ) as violations
from shown as s
full join accepted as a on s.county_code = a.county_code
where s.totals is distinct from a.totals
