-- Rows of another publication than the one that is judged.
select
    {county} as county_code,
    {form_of_row} as form,
    count(*) as violations
from {batch} as b
where b.publication_id is distinct from (select v.publication_id from ops.visible as v)
group by 1, 2
