-- Masks that hide nothing: no star in them, or more digits in a row than a mask may show.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
where
    exists (
        select 1
        from unnest(array[{columns}]) as m (value)
        where position('*' in m.value) = 0 or m.value ~ '[0-9]{{7}}'
    )
group by b.county_code
