{{ config(unique_key=['entity_key']) }}

-- A register describes a body better than a form that only mentions it; of two registers, the later period. What the
-- best row leaves open (its code, its kind) the next one says; level and status are those of the newest register alone,
-- since a level that was taken away stands nowhere.
with mentions as (
    select
        a.entity_key,
        m.form,
        m.is_register,
        m.period_end,
        m.county_code,
        m.region_key,
        m.entity_name,
        m.credit_code,
        m.entity_type,
        m.main_product,
        m.entity_level,
        m.operation_status,
        row_number() over (
            partition by a.entity_key
            order by
                m.is_register desc, m.period_end desc, m.reading_id desc, m.sheet_no asc, m.row_no asc, m.form asc
        ) as preference
    from {{ ref('core__int_entity_mentions') }} as m
    inner join {{ ref('core__entity_aliases') }} as a
        on m.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
),

bodies as (
    select
        m.entity_key,
        (array_agg(m.entity_name order by m.preference) filter (where m.entity_name is not null))[1] as entity_name,
        (array_agg(m.credit_code order by m.preference) filter (where m.credit_code is not null))[1] as credit_code,
        (array_agg(m.entity_type order by m.preference) filter (where m.entity_type is not null))[1] as entity_type,
        (array_agg(m.main_product order by m.preference) filter (where m.main_product is not null))[1] as main_product,
        bool_or(m.is_register) as is_registered,
        min(m.county_code) <> max(m.county_code) as is_in_several_counties,
        max(m.county_code) filter (where m.preference = 1) as county_code,
        max(m.region_key) filter (where m.preference = 1) as region_key,
        max(m.entity_level) filter (where m.preference = 1) as entity_level,
        max(m.operation_status) filter (where m.preference = 1) as operation_status,
        (array_agg(m.form order by m.period_end asc, m.is_register desc, m.form asc))[1] as first_named_by_form,
        string_agg(distinct m.form, ';' order by m.form) as named_by_forms
    from mentions as m
    group by m.entity_key
)

select
    {{ visible_publication() }} as publication_id,
    b.entity_key,
    b.entity_name,
    b.credit_code,
    case
        when b.entity_type is not null then b.entity_type
        when left(b.credit_code, 1) = 'N' or b.entity_name ~ '(股份经济|经济联合|集体经济)' then '村集体经济组织'
        when b.entity_name ~ '供销' then '供销社'
        when left(b.credit_code, 2) = '93' or b.entity_name ~ '(合作社|联合社)$' then '合作社'
        when b.entity_name ~ '家庭(农|牧)场$' then '家庭农场'
        when left(b.credit_code, 2) = '91' or b.entity_name ~ '公司' then '企业'
        when left(b.credit_code, 2) = '51' or b.entity_name ~ '协会|商会|学会' then '协会'
        else '其他'
    end as entity_type,
    case when b.credit_code is not null then '信用代码' else '名称' end as identified_by,
    b.is_registered,
    b.is_in_several_counties,
    b.main_product,
    b.county_code,
    b.region_key,
    b.entity_level,
    b.operation_status,
    not b.is_registered as is_inferred,
    b.first_named_by_form,
    b.named_by_forms
from bodies as b
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
    '-1' as region_key,
    null as entity_level,
    null as operation_status,
    false as is_inferred,
    null as first_named_by_form,
    null as named_by_forms
