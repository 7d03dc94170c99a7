-- Tokens that do not look like one: the version of the key, a colon, letters and digits of the base-32 alphabet.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
where
    exists (
        select 1
        from unnest(array[{columns}]) as t (value)
        where t.value !~ '^k[0-9]+[:][A-Za-z2-7]{{16,}}=*$'
    )
group by b.county_code
