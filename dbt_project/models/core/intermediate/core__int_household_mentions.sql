-- Every row of the publication that names a household, whatever form it stands in. `registers`: the form is the
-- register of poor households, which describes them better than one that only mentions them. A form that does not say
-- a thing leaves it out below. `token_key`: the key of the household whose head the named person is, where that is not
-- the alias itself.
{% set mentions = [
    {
        'form': 'registered_persons', 'rows': ref('core__fct_registered_persons'), 'registers': true,
        'where': 's.is_household_row', 'household_size': 's.household_size', 'poor_type': 's.poor_type',
        'exit_status': 's.exit_status', 'exit_status_year': 's.exit_status_year',
    },
    {
        'form': 'household_awards', 'rows': ref('stg_county_forms__household_awards'),
        'household_size': 's.household_size', 'poor_type': 's.poor_type', 'exit_status': 's.exit_status',
        'exit_status_year': 's.exit_status_year',
    },
    {
        'form': 'training_attendance', 'rows': ref('stg_county_forms__training_attendance'),
        'token_key': 's.household_token_key',
    },
    {'form': 'insurance_policies', 'rows': ref('core__fct_insurance_policies')},
    {'form': 'insurance_claims', 'rows': ref('core__fct_insurance_claims')},
    {
        'form': 'household_shares', 'rows': ref('core__fct_household_shares'), 'household_size': 's.household_size',
    },
    {'form': 'dividend_payments', 'rows': ref('core__fct_dividend_payments')},
] -%}

{% for mention in mentions %}
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
        s.village_key,
        s.household_alias_key,
        {{ mention.get('token_key', 'nullif(s.household_alias_key, s.household_code_key)') }} as household_token_key,
        s.household_code_key,
        {{ mention.get('household_size', 'null') }}::integer as household_size,
        {{ mention.get('poor_type', 'null') }}::text as poor_type,
        {{ mention.get('exit_status', 'null') }}::text as exit_status,
        {{ mention.get('exit_status_year', 'null') }}::integer as exit_status_year
    from {{ mention['rows'] }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = '{{ mention["form"] }}'
    where s.household_alias_key <> -1{{ ' and ' ~ mention['where'] if mention.get('where') }}
    {{ 'union all' if not loop.last }}
{% endfor %}
