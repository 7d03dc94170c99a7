-- One row per form that has a staging model: each names its form in its yml, so a new form appears here by itself.
select
    v.publication_id,
    f.form,
    f.form_code,
    f.form_name,
    f.period_kind
from {{ source('ops', 'visible') }} as v
cross join (
    values
    {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | sort(attribute='name')
        if node.config.meta.form_code is defined %}
        {{ ',' if not loop.first }}
        (
            '{{ node.config.meta.form }}', '{{ node.config.meta.form_code }}',
            '{{ node.config.meta.form_name }}', '{{ node.config.meta.period_kind }}'
        )
    {%- else %}
        (null, null, null, null)
    {%- endfor %}
) as f (form, form_code, form_name, period_kind)
