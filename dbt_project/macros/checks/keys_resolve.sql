{#- Every key of a fact is there and finds its dimension: `keys` maps a column to a dimension, or to
    dimension.column where the names differ. One scan of the fact; a row of the result per column that fails. -#}
{% test keys_resolve(model, keys) %}
    select
        k.column_name,
        count(*) as unresolved
    from {{ model }} as f
    {%- for column, dimension in keys.items() %}
        left join (
            select d.{{ dimension.split('.')[1] if '.' in dimension else column }} as resolved_key
            from {{ ref(dimension.split('.')[0]) }} as d
        ) as d{{ loop.index }} on f.{{ column }} = d{{ loop.index }}.resolved_key
    {%- endfor %}
    cross join lateral (
        values
        {%- for column in keys %}
            ('{{ column }}', d{{ loop.index }}.resolved_key is null){{ ',' if not loop.last }}
        {%- endfor %}
    ) as k (column_name, is_unresolved)
    where k.is_unresolved
    group by k.column_name
{% endtest %}
