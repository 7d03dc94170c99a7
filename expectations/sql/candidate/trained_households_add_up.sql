-- Registered households that fall into none of the three classes, or a class beyond the whole.
select
    m.county_code,
    'training_attendance' as form,
    1 as violations
from {batch} as m
where
    m.registered_savvy_households + m.households_trained_before + m.households_without_savvy < m.registered_households
    or greatest(m.registered_savvy_households, m.households_trained_before, m.households_without_savvy)
    > m.registered_households
    or m.registered_savvy_households > m.savvy_households
