-- How each county reports: forms sent of those that there are, rows refused, issues that stand and that were mended.
with readings as (
    select
        r.county_code,
        count(distinct r.form) as forms_reported,
        sum(r.rows_read) as rows_read,
        sum(r.rows_refused) as rows_refused
    from {{ ref('fct_form_readings') }} as r
    group by r.county_code
),

forms as (
    select count(*) as forms_known
    from {{ ref('dim_form') }}
),

issues as (
    select
        i.county_code,
        sum(i.issues) filter (where i.severity <> 'info') as open_issues
    from {{ ref('fct_reading_issues') }} as i
    group by i.county_code
),

mended as (
    select
        m.county_code,
        sum(m.issues_mended) as issues_mended
    from {{ ref('fct_mended_issues') }} as m
    group by m.county_code
)

select
    c.county_code,
    f.forms_known::integer as forms_known,
    coalesce(r.forms_reported, 0)::integer as forms_reported,
    coalesce(r.rows_read, 0)::integer as rows_read,
    coalesce(r.rows_refused, 0)::integer as rows_refused,
    (r.rows_refused * 100.0 / nullif(r.rows_read, 0))::numeric(12, 2) as refused_pct,
    coalesce(i.open_issues, 0)::integer as open_issues,
    coalesce(m.issues_mended, 0)::integer as issues_mended
from {{ ref('dim_region') }} as c
cross join forms as f
left join readings as r on c.county_code = r.county_code
left join issues as i on c.county_code = i.county_code
left join mended as m on c.county_code = m.county_code
where c.region_level = 'county' and c.is_listed
