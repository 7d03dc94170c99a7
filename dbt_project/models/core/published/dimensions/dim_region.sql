-- Every region that the reference data knew up to this publication's version, so that no fact loses its region when a
-- later list drops it.
select
    v.publication_id,
    r.region_code as region_key,
    r.region_code,
    r.region_name,
    r.short_name,
    r.region_level,
    r.region_type,
    case when r.region_level = 'township' then r.region_code end as township_code,
    case when r.region_level = 'township' then r.region_name end as township_name,
    r.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    r.is_poor_county,
    r.poor_county_type,
    r.contiguous_area,
    r.exit_batch_year,
    r.is_unexited_at_2020_start,
    r.is_liangzhou_yixian,
    r.is_deep_poverty_verified,
    r.paired_city,
    r.longitude,
    r.latitude,
    r.poor_villages_published,
    r.is_listed
from {{ source('ops', 'visible') }} as v
cross join (
    select distinct on (g.region_code)
        g.*,
        {{ holds_in_version('g') }} as is_listed
    from {{ source('reference', 'regions') }} as g
    where g.version_from <= {{ visible_reference_version() }}
    order by g.region_code asc, g.version_from desc
) as r
union all
select
    v.publication_id,
    '-1' as region_key,
    '-1' as region_code,
    '未知地区' as region_name,
    '未知' as short_name,
    'unknown' as region_level,
    null as region_type,
    null as township_code,
    null as township_name,
    '-1' as county_code,
    '未知县' as county_name,
    '-1' as prefecture_code,
    '未知市州' as prefecture_name,
    null as is_poor_county,
    null as poor_county_type,
    null as contiguous_area,
    null as exit_batch_year,
    null as is_unexited_at_2020_start,
    null as is_liangzhou_yixian,
    null as is_deep_poverty_verified,
    null as paired_city,
    null as longitude,
    null as latitude,
    null as poor_villages_published,
    false as is_listed
from {{ source('ops', 'visible') }} as v
