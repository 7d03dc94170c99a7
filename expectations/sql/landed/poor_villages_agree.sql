-- Villages that the income ledger calls poor and the base register does not have, or the other way round, in counties
-- that reported both.
with ledger as (
    select distinct
        b.county_code,
        b.village_code
    from {batch} as b
    where b.is_latest_period and b.is_poor_village
),

register as (
    select distinct
        r.county_code,
        r.village_code
    from raw.village_base as r
    inner join ops.visible_parts as p
        on
            p.form = 'village_base'
            and r.reading_id = p.reading_id
            and r.part_code = p.part_code
            and p.is_latest_period
)

select
    coalesce(a.county_code, g.county_code) as county_code,
    '{form}' as form,
    count(*) as violations
from ledger as a
full join register as g on a.county_code = g.county_code and a.village_code = g.village_code
where
    (a.village_code is null or g.village_code is null)
    and coalesce(a.county_code, g.county_code) in (select b.county_code from {batch} as b where b.is_latest_period)
    and coalesce(a.county_code, g.county_code) in (select r.county_code from register as r)
group by coalesce(a.county_code, g.county_code)
