-- Every row of the publication that names a legal body, whatever form it stands in. `registers`: the form is a register
-- of such bodies, which describes them better than one that only mentions them. A form that does not say a thing leaves
-- it out below.
{% set mentions = [
    {
        'form': 'cooperatives', 'rows': ref('stg_county_forms__cooperatives'), 'registers': true, 'once': true,
        'credit_code': 's.credit_code', 'entity_type': "'合作社'", 'main_product': 's.main_product',
        'entity_level': "nullif(s.demo_level, '无')", 'operation_status': 's.operation_status',
    },
    {'form': 'sales_channels', 'rows': ref('stg_county_forms__sales_channels')},
] -%}

{% for mention in mentions -%}
    select
        p.form,
        {{ mention.get('registers', false) }} as is_register,
        p.period,
        p.period_end,
        p.is_latest_period,
        s.reading_id,
        s.sheet_no,
        s.row_no,
        s.county_code,
        s.region_key,
        s.entity_alias_key,
        s.entity_name,
        s.entity_name_normalised,
        {%- for name in ('credit_code', 'entity_type', 'main_product', 'entity_level', 'operation_status') %}
        {{ mention.get(name, 'null') }}::text as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ mention['rows'] }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = '{{ mention["form"] }}'
    where s.entity_alias_key <> -1{{ ' and s.is_last_copy' if mention.get('once') }}
    {{ 'union all' if not loop.last }}
{% endfor %}
