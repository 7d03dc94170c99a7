-- A mart's total that is not that of the fact below it, county by county.
select
    c.county_code,
    '{form}' as form,
    1 as violations
from (
    select
        b.county_code,
        {total} as mart_value,
        null::numeric as fact_value
    from {batch} as b
    union all
    select
        f.county_code,
        null as mart_value,
        {of} as fact_value
    from {fact} as f
    where {of_rows}
) as c
group by c.county_code
having coalesce(sum(c.mart_value), 0) <> coalesce(sum(c.fact_value), 0)
