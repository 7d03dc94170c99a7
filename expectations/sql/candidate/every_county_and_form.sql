-- Pairs of county and form that the data-quality mart does not show: every county with every form, reported or not.
with expected as (
    select
        r.region_code as county_code,
        f.form
    from reference.regions as r
    inner join ops.visible as v
        on r.version_from <= v.reference_version and (r.version_to is null or r.version_to > v.reference_version)
    cross join
        (select d.form from marts.dim_form as d union select vp.form from ops.visible_parts as vp) as f
    where r.region_level = 'county' and f.form is not null
)

select
    '' as county_code,
    e.form,
    count(*) as violations
from expected as e
left join {batch} as b on e.county_code = b.county_code and e.form = b.form
where b.form is null
group by e.form
