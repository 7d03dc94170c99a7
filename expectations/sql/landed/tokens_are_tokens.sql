-- Tokens that do not look like one: the version of the key, a colon, letters and digits of the base-32 alphabet.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
where concat_ws(' ', {columns}) !~ '^(k[0-9]+[:][A-Z2-7]{{16,}}=*( |$))*$'
group by b.county_code
