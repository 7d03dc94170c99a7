{{ config(unique_key=['village_key'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- Every village that the reference data knew up to this publication's version, so that no fact loses its village when
-- a later list drops it; with what the county's village ledger says of it.
with listed as (
    select distinct on (v.village_code)
        v.village_code,
        v.village_name,
        v.village_full_name,
        v.village_kind,
        v.township_code,
        v.county_code,
        {{ holds_in_version('v') }} as is_listed
    from {{ source('reference', 'villages') }} as v
    where v.version_from <= {{ visible_reference_version() }}
    order by v.village_code asc, v.version_from desc
),

townships as (
    select distinct on (r.region_code)
        r.region_code,
        r.region_name,
        r.prefecture_code,
        r.prefecture_name,
        r.county_name
    from {{ source('reference', 'regions') }} as r
    where r.version_from <= {{ visible_reference_version() }} and r.region_level = 'township'
    order by r.region_code asc, r.version_from desc
),

ledger as (
    select distinct on (s.village_key)
        s.village_key,
        s.is_deep_poverty,
        s.is_exited,
        s.exit_year,
        s.main_product,
        s.main_product_codes
    from {{ ref('stg_county_forms__village_base') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'village_base'
    where s.is_last_copy and p.is_latest_period
    order by s.village_key asc, p.period_end desc, s.reading_id desc
)

select
    {{ visible_publication() }} as publication_id,
    v.village_code as village_key,
    v.village_name,
    v.village_full_name,
    v.village_kind,
    v.township_code as region_key,
    t.region_name as township_name,
    v.county_code,
    t.county_name,
    t.prefecture_code,
    t.prefecture_name,
    v.is_listed,
    l.village_key is not null as is_in_poor_village_base,
    l.is_deep_poverty,
    l.is_exited,
    l.exit_year,
    l.main_product,
    l.main_product_codes
from listed as v
left join townships as t on v.township_code = t.region_code
left join ledger as l on v.village_code = l.village_key
union all
select
    {{ visible_publication() }} as publication_id,
    '-1' as village_key,
    '未知村' as village_name,
    '未知村' as village_full_name,
    null as village_kind,
    '-1' as region_key,
    '未知乡镇' as township_name,
    '-1' as county_code,
    '未知县' as county_name,
    '-1' as prefecture_code,
    '未知市州' as prefecture_name,
    false as is_listed,
    false as is_in_poor_village_base,
    null as is_deep_poverty,
    null as is_exited,
    null as exit_year,
    null as main_product,
    null as main_product_codes
