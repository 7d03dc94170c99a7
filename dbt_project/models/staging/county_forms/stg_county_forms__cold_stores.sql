-- A builder may be a big grower, who is a person: known by the token of the name within the county, shown without it.
with named as (
    select
        r.*,
        case when r.entity_name_token is null then {{ normalised_name('r.entity_name') }} end as entity_name_normalised
    from {{ source('raw', 'cold_stores') }} as r
),

keyed as (
    select
        n.*,
        {{ entity_natural_key('null::text', 'n.entity_name_normalised', 'n.county_code', 'n.entity_name_token') }}
            as natural_key
    from named as n
)

select
    k.reading_id,
    k.sheet_no,
    k.row_no,
    k.part_code,
    k.county_code,
    coalesce(k.township_code, k.county_code) as region_key,
    coalesce(k.village_code, '-1') as village_key,
    coalesce({{ hashed_key('k.natural_key') }}, -1) as entity_alias_key,
    {{ public_entity_name('k.entity_name', 'k.entity_name_token') }} as entity_name,
    k.entity_name_normalised,
    k.entity_type,
    k.store_type,
    k.store_type in ('移动保鲜库', '冷藏车') as is_mobile,
    k.capacity_tonnes,
    k.volume_m3,
    k.unit_count,
    k.invest_total_yuan,
    k.subsidy_yuan,
    k.self_fund_yuan,
    k.start_date as begun_date,
    {{ date_key('k.start_date') }} as begun_date_key,
    k.built_date,
    {{ date_key('k.built_date') }} as built_date_key,
    k.accepted_date,
    {{ date_key('k.accepted_date') }} as accepted_date_key,
    k.paid_date,
    {{ date_key('k.paid_date') }} as paid_date_key,
    case
        when k.paid_date is not null then '已拨付'
        when k.accepted_date is not null then '已验收'
        when k.built_date is not null or k.operation_status <> '在建' then '已建成'
        else '在建'
    end as stage_text,
    k.operation_status,
    k.idle_months,
    k.throughput_tonnes,
    k.driven_poor_households
from keyed as k
