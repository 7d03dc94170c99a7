-- Rows whose village is not in the publication's list of villages, or not in the county and township that they name.
select
    b.county_code,
    '{form}' as form,
    count(*) as violations
from {batch} as b
where
    not exists (
        select 1
        from reference.villages as k
        inner join ops.visible as v
            on k.version_from <= v.reference_version and (k.version_to is null or k.version_to > v.reference_version)
        where
            k.village_code = b.village_code
            and k.township_code = b.township_code
            and k.county_code = b.county_code
    )
group by b.county_code
