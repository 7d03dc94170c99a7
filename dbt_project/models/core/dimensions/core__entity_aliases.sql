{{ config(unique_key=['entity_alias_key'], indexes=[{'columns': ['publication_id', 'entity_key']}]) }}

-- Which legal body each way of naming one means, in this publication. A credit code stands for itself. A name without
-- a code means the body with a code that bears this name in the county, where there is exactly one; else itself.
with observed as (
    select
        s.entity_alias_key,
        s.county_code,
        s.entity_name_normalised,
        s.credit_code
    from {{ ref('stg_county_forms__cooperatives') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'cooperatives'
    where s.is_last_copy
    union all
    select
        s.entity_alias_key,
        s.county_code,
        s.entity_name_normalised,
        null as credit_code
    from {{ ref('stg_county_forms__sales_channels') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'sales_channels'
),

aliases as (
    select distinct
        o.entity_alias_key,
        o.county_code,
        o.entity_name_normalised,
        o.credit_code
    from observed as o
    where o.entity_alias_key <> -1
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
