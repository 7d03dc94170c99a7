{{ config(unique_key=['sales_channel_key']) }}

with latest as (
    select distinct on (s.sales_channel_key)
        s.sales_channel_key,
        s.channel_type,
        s.channel_name,
        s.city_text,
        s.market_region,
        s.start_date,
        s.entity_alias_key,
        s.county_code,
        s.region_key,
        p.is_latest_period as is_in_latest_ledger
    from {{ ref('stg_county_forms__sales_channels') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'sales_channels'
    where s.sales_channel_key <> -1
    order by
        s.sales_channel_key asc, p.is_latest_period desc, p.period_end desc, s.reading_id desc,
        s.sheet_no desc, s.row_no desc
)

select
    {{ visible_publication() }} as publication_id,
    l.sales_channel_key,
    l.channel_type,
    l.channel_name,
    l.city_text,
    l.market_region,
    l.start_date,
    coalesce(a.entity_key, -1) as entity_key,
    l.is_in_latest_ledger,
    l.county_code,
    l.region_key
from latest as l
left join {{ ref('core__entity_aliases') }} as a
    on l.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as sales_channel_key,
    '未知' as channel_type,
    '未知渠道' as channel_name,
    null as city_text,
    '未知' as market_region,
    null as start_date,
    -1 as entity_key,
    false as is_in_latest_ledger,
    '-1' as county_code,
    '-1' as region_key
