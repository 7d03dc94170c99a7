{{ config(
    unique_key=['fund_project_key', 'village_key'], indexes=[{'columns': ['publication_id', 'village_key']}]
) }}

-- The villages that a project names, each with an equal share; a project whose place is no village hangs on the unknown
-- village. Shares have nine decimals, the first village taking what rounding leaves: they sum to 1 exactly.
with named as (
    select distinct
        s.fund_project_key,
        s.county_code,
        v.village_key
    from {{ ref('core__int_fund_projects') }} as s
    cross join
        lateral (
            select nullif(trim(c.village_code), '') as village_key
            from unnest(string_to_array(coalesce(s.village_codes, '-1'), ';')) as c (village_code)
        ) as v
    where v.village_key is not null
),

-- One row of the ledger may name the villages and another not: the named ones count.
counted as (
    select
        n.fund_project_key,
        n.county_code,
        n.village_key,
        count(*) over (partition by n.fund_project_key) as villages,
        row_number() over (partition by n.fund_project_key order by n.village_key) as village_no
    from named as n
    where
        n.village_key <> '-1'
        or not exists (
            select 1 from named as o
            where o.fund_project_key = n.fund_project_key and o.village_key <> '-1'
        )
)

select
    {{ visible_publication() }} as publication_id,
    c.fund_project_key,
    c.village_key,
    (
        case
            when c.village_no = 1 then 1 - round(1.0 / c.villages, 9) * (c.villages - 1)
            else round(1.0 / c.villages, 9)
        end
    )::numeric(10, 9) as share_ratio,
    c.county_code
from counted as c
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as fund_project_key,
    '-1' as village_key,
    1.0::numeric(10, 9) as share_ratio,
    '-1' as county_code
