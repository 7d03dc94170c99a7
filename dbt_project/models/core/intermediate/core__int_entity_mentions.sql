-- Every row of the publication that names a legal body, whatever form it stands in. `registers`: the form is a register
-- of such bodies, which describes them better than one that only mentions them. A form that does not say a thing leaves
-- it out below. `names`: what the form calls the body, where it is one of a kind.
{% set mentions = [
    {
        'form': 'cooperatives', 'rows': ref('stg_county_forms__cooperatives'), 'registers': true, 'once': true,
        'credit_code': 's.credit_code', 'entity_type': "'合作社'", 'main_product': 's.main_product',
        'entity_level': "nullif(s.demo_level, '无')", 'operation_status': 's.operation_status',
    },
    {
        'form': 'lead_enterprises', 'rows': ref('stg_county_forms__lead_enterprises'), 'registers': true, 'once': true,
        'credit_code': 's.credit_code', 'entity_type': "'龙头企业'", 'main_product': 's.main_product_name',
        'entity_level': "nullif(s.lead_level, '未认定')", 'operation_status': 's.operation_status',
    },
    {
        'form': 'farms_growers', 'rows': ref('stg_county_forms__farms_growers'), 'registers': true,
        'credit_code': 's.credit_code', 'entity_type': 's.entity_type', 'main_product': 's.main_product_name',
    },
    {'form': 'cold_stores', 'rows': ref('stg_county_forms__cold_stores'), 'entity_type': 's.entity_type'},
    {'form': 'sales_channels', 'rows': ref('stg_county_forms__sales_channels')},
    {'form': 'household_awards', 'rows': ref('stg_county_forms__household_awards'), 'names': 'custody_entity'},
    {'form': 'east_west_projects', 'rows': ref('stg_county_forms__east_west_projects')},
    {
        'form': 'household_shares', 'rows': ref('stg_county_forms__household_shares'),
        'credit_code': 's.credit_code', 'entity_type': 's.entity_type',
    },
    {
        'form': 'dividend_payments', 'rows': ref('stg_county_forms__dividend_payments'), 'credit_code': 's.credit_code',
    },
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
        s.{{ mention.get('names', 'entity') }}_alias_key::bigint as entity_alias_key,
        s.{{ mention.get('names', 'entity') }}_name::text as entity_name,
        s.{{ mention.get('names', 'entity') }}_name_normalised::text as entity_name_normalised,
        {{ mention.get('credit_code', 'null') }}::text as credit_code,
        {{ mention.get('entity_type', 'null') }}::text as entity_type,
        {{ mention.get('main_product', 'null') }}::text as main_product,
        {{ mention.get('entity_level', 'null') }}::text as entity_level,
        {{ mention.get('operation_status', 'null') }}::text as operation_status
    from {{ mention['rows'] }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = '{{ mention["form"] }}'
    where s.{{ mention.get('names', 'entity') }}_alias_key <> -1{{ ' and s.is_last_copy' if mention.get('once') }}
    {{ 'union all' if not loop.last }}
{% endfor %}
