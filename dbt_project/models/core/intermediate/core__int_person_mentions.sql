-- Every row of the publication that names a person of a household, whatever form it stands in. `registers`: the form is
-- the register of poor households. A form that does not say a thing leaves it out below.
{% set mentions = [
    {
        'form': 'registered_persons', 'rows': ref('core__fct_registered_persons'), 'registers': true,
        'relation': 's.relation', 'nation': 's.nation', 'education': 's.education',
        'student_status': 's.student_status', 'health': 's.health', 'labour_capacity': 's.labour_capacity',
    },
    {
        'form': 'training_attendance', 'rows': ref('stg_county_forms__training_attendance'), 'sex': 's.sex',
        'nation': 's.nation', 'education': 's.education',
    },
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
        s.person_key,
        s.household_alias_key,
        {{ mention.get('sex', 'null') }}::text as sex,
        {{ mention.get('relation', 'null') }}::text as relation,
        {{ mention.get('nation', 'null') }}::text as nation,
        {{ mention.get('education', 'null') }}::text as education,
        {{ mention.get('student_status', 'null') }}::text as student_status,
        {{ mention.get('health', 'null') }}::text as health,
        {{ mention.get('labour_capacity', 'null') }}::text as labour_capacity
    from {{ mention['rows'] }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = '{{ mention["form"] }}'
    where s.person_key <> -1
    {{ 'union all' if not loop.last }}
{% endfor %}
