select
    d.publication_id,
    d.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    d.is_poor_county,
    d.form,
    d.form_code,
    d.form_name,
    d.has_reported,
    d.files,
    d.files_loaded,
    d.files_partly,
    d.periods,
    d.last_period,
    d.last_period_end,
    d.rows_read,
    d.rows_accepted,
    d.rows_refused,
    d.rows_published,
    d.refused_pct,
    d.issues_error,
    d.issues_warn,
    d.issues_info,
    d.refused_files,
    d.last_refusal_code,
    d.last_refusal,
    d.report_status
from {{ ref('metrics__mart_data_quality') }} as d
where
    d.publication_id = {{ visible_publication() }}
    and {{ county_is_visible('d.county_code') }}
