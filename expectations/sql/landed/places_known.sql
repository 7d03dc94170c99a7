-- Rows whose county, or whose part of it, is not in the publication's list of regions.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
where
    not exists (
        select 1
        from reference.regions as r
        inner join ops.visible as v
            on r.version_from <= v.reference_version and (r.version_to is null or r.version_to > v.reference_version)
        where
            r.region_code = b.part_code
            and r.county_code = b.county_code
            and r.region_level in ('county', 'township')
    )
group by b.county_code
