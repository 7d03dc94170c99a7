{{ config(unique_key=['household_key'], indexes=[{'columns': ['publication_id', 'village_key']}]) }}

-- The newest register describes a household; one that is not in it is described by the newest form that names it.
with ranked as (
    select
        a.household_key,
        m.county_code,
        m.region_key,
        m.village_key,
        m.household_alias_key,
        m.household_size,
        m.poor_type,
        m.exit_status,
        m.exit_status_year,
        row_number() over (
            partition by a.household_key
            order by
                m.is_register and m.is_latest_period desc, m.exit_status is not null desc, m.period_end desc,
                m.is_register desc, m.form asc, m.reading_id desc, m.sheet_no asc, m.row_no asc
        ) as preference,
        bool_or(m.is_register and m.is_latest_period) over (partition by a.household_key) as is_registered
    from {{ ref('core__int_household_mentions') }} as m
    inner join {{ ref('core__household_aliases') }} as a
        on m.household_alias_key = a.household_alias_key and a.publication_id = {{ visible_publication() }}
),

registered as (
    select
        a.household_key,
        count(*) as registered_people,
        bool_or(s.labour_capacity in ('普通劳动力', '技能劳动力')) as has_labour,
        max(s.poverty_cause) filter (where s.is_household_row) as poverty_cause,
        bool_or(s.is_exit_by_industry) as is_exit_by_industry
    from {{ ref('core__fct_registered_persons') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'registered_persons'
    inner join {{ ref('core__household_aliases') }} as a
        on s.household_alias_key = a.household_alias_key and a.publication_id = {{ visible_publication() }}
    where p.is_latest_period
    group by a.household_key
)

select
    {{ visible_publication() }} as publication_id,
    r.household_key,
    r.is_registered,
    coalesce(r.household_size, g.registered_people)::integer as household_size,
    coalesce(g.registered_people, 0)::integer as registered_people,
    r.poor_type,
    r.exit_status,
    r.exit_status_year,
    g.is_exit_by_industry,
    g.poverty_cause,
    g.has_labour,
    r.county_code,
    r.region_key,
    r.village_key
from ranked as r
left join registered as g on r.household_key = g.household_key
where r.preference = 1
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as household_key,
    false as is_registered,
    null as household_size,
    0 as registered_people,
    null as poor_type,
    null as exit_status,
    null as exit_status_year,
    null as is_exit_by_industry,
    null as poverty_cause,
    null as has_labour,
    '-1' as county_code,
    '-1' as region_key,
    '-1' as village_key
