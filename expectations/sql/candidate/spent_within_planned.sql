-- More money spent than planned. Spending is shared out over the levels of a project to the cent, so each project may
-- shift a cent between levels.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
where b.spent_yuan > b.planned_yuan + 0.02 * b.projects
group by b.county_code
