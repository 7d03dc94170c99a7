{{ config(unique_key=['household_alias_key'], indexes=[{'columns': ['publication_id', 'household_key']}]) }}

-- Which household each way of naming one means, in this publication: a head's token, a number within the county, or a
-- member's person key. A member of the newest register belongs to the head there, whoever another form calls the head.
-- A number means the household that bears it in the register, or else in any form that gives both number and head,
-- where there is exactly one. What leads nowhere stands for itself.
with mentions as (
    select
        m.household_alias_key,
        m.household_token_key,
        m.household_code_key,
        m.household_alias_key = m.household_token_key as names_head,
        bool_or(m.is_register and m.is_latest_period) as is_registered
    from {{ ref('core__int_household_mentions') }} as m
    group by m.household_alias_key, m.household_token_key, m.household_code_key
),

members as (
    select distinct on (s.person_key)
        s.person_key,
        s.household_token_key,
        s.household_alias_key as register_key
    from {{ ref('core__fct_registered_persons') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'registered_persons'
    where p.is_latest_period and s.person_key <> -1
    order by s.person_key asc, s.is_head desc, p.period_end desc, s.reading_id desc, s.sheet_no asc, s.row_no asc
),

heads as (
    select
        m.household_token_key,
        coalesce(min(r.register_key), m.household_token_key) as household_key
    from mentions as m
    left join members as r on m.household_token_key = r.household_token_key
    where m.names_head
    group by m.household_token_key
),

numbered as (
    select
        m.household_code_key,
        min(h.household_key) filter (where m.is_registered) as registered_key,
        count(distinct h.household_key) filter (where m.is_registered) as registered_households,
        min(h.household_key) as any_key,
        count(distinct h.household_key) as households
    from mentions as m
    inner join heads as h on m.household_token_key = h.household_token_key
    where m.names_head and m.household_code_key is not null and h.household_key <> m.household_code_key
    group by m.household_code_key
),

numbers as (
    select
        n.household_code_key,
        case
            when n.registered_households = 1 then n.registered_key
            when n.registered_households = 0 and n.households = 1 then n.any_key
        end as household_key
    from numbered as n
),

-- The register's members by their person key, and every alias that a form writes.
named as (
    select
        m.household_alias_key,
        coalesce(min(r.register_key), min(h.household_key), min(m.household_code_key), min(m.household_token_key))
            as household_key
    from mentions as m
    left join members as r on m.household_alias_key = r.person_key
    left join heads as h on m.household_token_key = h.household_token_key
    group by m.household_alias_key
    union
    select
        r.person_key as household_alias_key,
        r.register_key as household_key
    from members as r
)

select
    {{ visible_publication() }} as publication_id,
    n.household_alias_key,
    coalesce(c.household_key, n.household_key) as household_key
from named as n
left join numbers as c on n.household_key = c.household_code_key
