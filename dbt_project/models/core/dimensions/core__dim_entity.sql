{{ config(unique_key=['entity_key']) }}

with observed as (
    select
        s.entity_alias_key,
        s.county_code,
        s.region_key,
        s.entity_name,
        s.credit_code,
        s.main_product,
        p.period_end,
        p.is_latest_period,
        s.reading_id,
        s.sheet_no,
        s.row_no,
        'cooperatives' as form
    from {{ ref('stg_county_forms__cooperatives') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'cooperatives'
    where s.is_last_copy
    union all
    select
        s.entity_alias_key,
        s.county_code,
        s.region_key,
        s.entity_name,
        null as credit_code,
        null as main_product,
        p.period_end,
        p.is_latest_period,
        s.reading_id,
        s.sheet_no,
        s.row_no,
        'sales_channels' as form
    from {{ ref('stg_county_forms__sales_channels') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'sales_channels'
),

-- The register describes a body better than a form that only mentions it; of two registers, the later period.
ranked as (
    select
        a.entity_key,
        o.county_code,
        o.region_key,
        o.entity_name,
        o.credit_code,
        o.main_product,
        o.form,
        row_number() over (
            partition by a.entity_key
            order by
                o.credit_code is not null desc, o.form = 'cooperatives' desc, o.period_end desc,
                o.reading_id desc, o.sheet_no asc, o.row_no asc
        ) as preference,
        bool_or(o.form = 'cooperatives') over (partition by a.entity_key) as is_registered,
        min(o.county_code) over (partition by a.entity_key) <> max(o.county_code) over (partition by a.entity_key)
            as is_in_several_counties
    from observed as o
    inner join {{ ref('core__entity_aliases') }} as a
        on o.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
)

select
    {{ visible_publication() }} as publication_id,
    r.entity_key,
    r.entity_name,
    r.credit_code,
    case
        when r.is_registered or left(r.credit_code, 2) = '93' or r.entity_name ~ '(合作社|联合社)$' then '合作社'
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
