{{ config(unique_key=['entity_key']) }}

-- The register describes a body better than a form that only mentions it; of two registers, the later period.
with ranked as (
    select
        a.entity_key,
        m.county_code,
        m.region_key,
        m.entity_name,
        m.credit_code,
        m.entity_type,
        m.main_product,
        row_number() over (
            partition by a.entity_key
            order by
                m.credit_code is not null desc, m.is_register desc, m.period_end desc,
                m.reading_id desc, m.sheet_no asc, m.row_no asc
        ) as preference,
        bool_or(m.is_register) over (partition by a.entity_key) as is_registered,
        min(m.county_code) over (partition by a.entity_key) <> max(m.county_code) over (partition by a.entity_key)
            as is_in_several_counties
    from {{ ref('core__int_entity_mentions') }} as m
    inner join {{ ref('core__entity_aliases') }} as a
        on m.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
)

select
    {{ visible_publication() }} as publication_id,
    r.entity_key,
    r.entity_name,
    r.credit_code,
    case
        when r.entity_type is not null then r.entity_type
        when left(r.credit_code, 2) = '93' or r.entity_name ~ '(合作社|联合社)$' then '合作社'
        when left(r.credit_code, 2) = '91' or r.entity_name ~ '公司' then '企业'
        when r.entity_name ~ '协会|商会|学会' then '协会'
        else '其他'
    end as entity_type,
    case when r.credit_code is not null then '信用代码' else '名称' end as identified_by,
    r.is_registered,
    r.is_in_several_counties,
    r.main_product,
    r.county_code,
    r.region_key
from ranked as r
where r.preference = 1
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as entity_key,
    '未知主体' as entity_name,
    null as credit_code,
    '未知' as entity_type,
    '未知' as identified_by,
    false as is_registered,
    false as is_in_several_counties,
    null as main_product,
    '-1' as county_code,
    '-1' as region_key
