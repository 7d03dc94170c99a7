{{ config(unique_key=['finding_no'], indexes=[{'columns': ['publication_id', 'county_code', 'form']}]) }}

-- What contradicts between forms: every subject's own findings, put together, with the rule's sentence filled in.
{% set subjects = [
    ref('metrics__int_cross_checks_oversight'),
    ref('metrics__int_cross_checks_training'),
    ref('metrics__int_cross_checks_households'),
    ref('metrics__int_cross_checks_villages'),
    ref('metrics__int_cross_checks_insurance'),
    ref('metrics__int_cross_checks_markets'),
    ref('metrics__int_cross_checks_shares'),
] -%}

with findings as (
    select
        null::text as rule_id,
        null::text as county_code,
        null::text as form,
        null::bigint as reading_id,
        null::integer as sheet_no,
        null::integer as row_no,
        null::text as this_text,
        null::text as other_form,
        null::bigint as other_reading_id,
        null::integer as other_sheet_no,
        null::integer as other_row_no,
        null::text as other_text
    where false
    {%- for subject in subjects %}
        union all
        select
            s.rule_id,
            s.county_code,
            s.form,
            s.reading_id,
            s.sheet_no,
            s.row_no,
            s.this_text,
            s.other_form,
            s.other_reading_id,
            s.other_sheet_no,
            s.other_row_no,
            s.other_text
        from {{ subject }} as s
    {%- endfor %}
)

select
    v.publication_id,
    row_number() over (
        order by
            f.rule_id, f.county_code, f.form, f.reading_id, f.sheet_no, f.row_no, f.other_reading_id,
            f.other_sheet_no, f.other_row_no, f.this_text, f.other_text
    )::integer as finding_no,
    f.rule_id,
    c.title,
    c.severity,
    f.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    f.form,
    f.other_form,
    replace(
        replace(c.sentence, '{' || 'this}', coalesce(f.this_text, '')), '{' || 'other}', coalesce(f.other_text, '')
    ) as sentence,
    f.this_text,
    f.other_text,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.other_reading_id,
    f.other_sheet_no,
    f.other_row_no
from findings as f
inner join {{ ref('dim_cross_check') }} as c on f.rule_id = c.rule_id
left join {{ ref('dim_region') }} as r on f.county_code = r.region_key
cross join {{ ref('dim_publication') }} as v
