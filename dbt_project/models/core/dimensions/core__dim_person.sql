{{ config(unique_key=['person_key'], indexes=[{'columns': ['publication_id', 'household_key']}]) }}

-- The newest register describes a person; sex, nation and education are taken from the newest form that says them.
with ranked as (
    select
        m.*,
        row_number() over (
            partition by m.person_key
            order by
                m.is_register and m.is_latest_period desc, m.period_end desc, m.is_register desc, m.form asc,
                m.reading_id desc, m.sheet_no asc, m.row_no asc
        ) as preference
    from {{ ref('core__int_person_mentions') }} as m
),

described as (
    select
        r.person_key,
        bool_or(r.is_register and r.is_latest_period) as is_registered,
        max(r.county_code) filter (where r.preference = 1) as county_code,
        max(r.region_key) filter (where r.preference = 1) as region_key,
        max(r.village_key) filter (where r.preference = 1) as village_key,
        max(r.household_alias_key) filter (where r.preference = 1) as household_alias_key,
        max(r.relation) filter (where r.preference = 1) as relation,
        max(r.student_status) filter (where r.preference = 1) as student_status,
        max(r.health) filter (where r.preference = 1) as health,
        max(r.labour_capacity) filter (where r.preference = 1) as labour_capacity,
        (array_agg(r.sex order by r.preference) filter (where r.sex is not null))[1] as sex,
        (array_agg(r.nation order by r.preference) filter (where r.nation is not null))[1] as nation,
        (array_agg(r.education order by r.preference) filter (where r.education is not null))[1] as education
    from ranked as r
    group by r.person_key
)

select
    {{ visible_publication() }} as publication_id,
    d.person_key,
    coalesce(a.household_key, -1) as household_key,
    d.is_registered,
    d.sex,
    d.relation,
    d.nation,
    d.education,
    d.student_status,
    d.health,
    d.labour_capacity,
    d.county_code,
    d.region_key,
    d.village_key
from described as d
left join {{ ref('core__household_aliases') }} as a
    on d.household_alias_key = a.household_alias_key and a.publication_id = {{ visible_publication() }}
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as person_key,
    -1 as household_key,
    false as is_registered,
    null as sex,
    null as relation,
    null as nation,
    null as education,
    null as student_status,
    null as health,
    null as labour_capacity,
    '-1' as county_code,
    '-1' as region_key,
    '-1' as village_key
