-- The province's number of poor villages, once every county has reported its register.
select
    '' as county_code,
    '{form}' as form,
    abs(t.n_villages - l.total)::bigint as violations
from (
    select
        count(distinct b.village_code) as n_villages,
        count(distinct b.county_code) as n_counties
    from {batch} as b
    where b.is_latest_period
) as t
inner join {limits} as l on l.county_code = ''
where
    abs(t.n_villages - l.total) > l.tolerance
    and t.n_counties = (
        select count(*)
        from reference.regions as r
        inner join ops.visible as v
            on r.version_from <= v.reference_version and (r.version_to is null or r.version_to > v.reference_version)
        where r.region_level = 'county'
    )
