-- What each county adds to each target: every subject's own targets, put together.
{% set subjects = [
    ref('metrics__int_targets_entities'),
    ref('metrics__int_targets_households'),
    ref('metrics__int_targets_insurance'),
    ref('metrics__int_targets_markets'),
    ref('metrics__int_targets_villages'),
    ref('metrics__int_targets_oversight'),
    ref('metrics__int_targets_training'),
] -%}

with targets as (
    {%- for subject in subjects %}
        select
            s.target_code,
            s.county_code,
            s.is_expected,
            s.has_reported,
            s.numerator_value,
            s.denominator_value
        from {{ subject }} as s
        {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    c.publication_id,
    t.target_code,
    c.county_code,
    c.prefecture_code,
    t.is_expected,
    t.has_reported,
    t.numerator_value,
    t.denominator_value
from targets as t
inner join {{ ref('dim_region') }} as c on t.county_code = c.region_key
