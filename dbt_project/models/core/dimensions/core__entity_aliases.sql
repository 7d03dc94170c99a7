{{ config(unique_key=['entity_alias_key'], indexes=[{'columns': ['publication_id', 'entity_key']}]) }}

-- Which legal body each way of naming one means, in this publication. A credit code stands for itself. A name without
-- a code means the body with a code that bears this name in the county, where there is exactly one; else itself.
with aliases as (
    select distinct
        m.entity_alias_key,
        m.county_code,
        m.entity_name_normalised,
        m.credit_code
    from {{ ref('core__int_entity_mentions') }} as m
),

coded_names as (
    select
        a.county_code,
        a.entity_name_normalised,
        min(a.entity_alias_key) as entity_key
    from aliases as a
    where a.credit_code is not null and a.entity_name_normalised is not null
    group by a.county_code, a.entity_name_normalised
    having count(distinct a.credit_code) = 1
)

select
    {{ visible_publication() }} as publication_id,
    a.entity_alias_key,
    coalesce(min(c.entity_key), a.entity_alias_key) as entity_key
from aliases as a
left join coded_names as c
    on
        a.credit_code is null
        and a.county_code = c.county_code
        and a.entity_name_normalised = c.entity_name_normalised
group by a.entity_alias_key
