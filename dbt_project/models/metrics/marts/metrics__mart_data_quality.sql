{{ config(unique_key=['county_code', 'form']) }}

with readings as (
    select
        r.county_code,
        r.form,
        count(*) as files,
        count(*) filter (where r.outcome = 'partly') as files_partly,
        sum(r.rows_read) as rows_read,
        sum(r.rows_accepted) as rows_accepted,
        sum(r.rows_refused) as rows_refused,
        sum(r.rows_published) as rows_published,
        count(distinct r.period) as periods
    from {{ ref('fct_form_readings') }} as r
    group by r.county_code, r.form
),

last_periods as (
    select distinct on (r.county_code, r.form)
        r.county_code,
        r.form,
        r.period as last_period,
        r.period_end as last_period_end,
        (r.first_received_at at time zone 'Asia/Shanghai')::date as first_received_date
    from {{ ref('fct_form_readings') }} as r
    order by r.county_code asc, r.form asc, r.period_end desc, r.period desc
),

issues as (
    select
        i.county_code,
        i.form,
        sum(i.issues) filter (where i.severity = 'error') as issues_error,
        sum(i.issues) filter (where i.severity = 'warn') as issues_warn,
        sum(i.issues) filter (where i.severity = 'info') as issues_info
    from {{ ref('fct_reading_issues') }} as i
    group by i.county_code, i.form
),

mended as (
    select
        m.county_code,
        m.form,
        sum(m.issues_mended) as issues_mended
    from {{ ref('fct_mended_issues') }} as m
    group by m.county_code, m.form
),

refusals as (
    select distinct on (f.county_code, f.form)
        f.county_code,
        f.form,
        f.refusal_code,
        f.refusal,
        count(*) over (partition by f.county_code, f.form) as refused_files
    from {{ ref('fct_refused_files') }} as f
    order by f.county_code asc, f.form asc, f.submission_id desc
)

select
    c.publication_id,
    c.county_code,
    c.county_name,
    c.prefecture_code,
    c.prefecture_name,
    c.is_poor_county,
    f.form,
    f.form_code,
    f.form_name,
    r.county_code is not null as has_reported,
    coalesce(r.files, 0)::integer as files,
    coalesce(r.files - r.files_partly, 0)::integer as files_loaded,
    coalesce(r.files_partly, 0)::integer as files_partly,
    coalesce(r.periods, 0)::integer as periods,
    l.last_period,
    l.last_period_end,
    coalesce(r.rows_read, 0)::integer as rows_read,
    coalesce(r.rows_accepted, 0)::integer as rows_accepted,
    coalesce(r.rows_refused, 0)::integer as rows_refused,
    coalesce(r.rows_published, 0)::integer as rows_published,
    (r.rows_refused * 100.0 / nullif(r.rows_read, 0))::numeric(12, 2) as refused_pct,
    coalesce(i.issues_error, 0)::integer as issues_error,
    coalesce(i.issues_warn, 0)::integer as issues_warn,
    coalesce(i.issues_info, 0)::integer as issues_info,
    coalesce(q.refused_files, 0)::integer as refused_files,
    q.refusal_code as last_refusal_code,
    q.refusal as last_refusal,
    case
        when r.county_code is not null then '已采用'
        when q.county_code is not null then '已退回'
        else '未上报'
    end as report_status,
    l.last_period_end + k.due_days as due_date,
    l.first_received_date,
    l.first_received_date - (l.last_period_end + k.due_days) as days_late,
    case
        when r.county_code is null then '未报'
        when l.first_received_date - (l.last_period_end + k.due_days) > p.report_backfill_days then '补录'
        when l.first_received_date > l.last_period_end + k.due_days then '迟报'
        when l.first_received_date <= l.last_period_end + k.due_days then '按时'
    end as report_timeliness,
    coalesce(m.issues_mended, 0)::integer as issues_mended
from {{ ref('dim_region') }} as c
cross join {{ ref('dim_form') }} as f
left join readings as r on c.county_code = r.county_code and f.form = r.form
left join last_periods as l on c.county_code = l.county_code and f.form = l.form
left join issues as i on c.county_code = i.county_code and f.form = i.form
left join refusals as q on c.county_code = q.county_code and f.form = q.form
left join mended as m on c.county_code = m.county_code and f.form = m.form
left join {{ ref('dim_reporting_calendar') }} as k on f.form = k.form
left join {{ ref('metrics__int_county_parameters') }} as p on c.county_code = p.county_code
where c.region_level = 'county' and c.is_listed
