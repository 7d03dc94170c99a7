{#- A key from a natural key: the first 64 bits of its MD5 as a bigint, so that the same thing has the same key in every
    publication and on every server. -#}
{% macro hashed_key(expression) -%}
    ('x' || left(md5({{ expression }}), 16))::bit(64)::bigint
{%- endmacro %}

{#- A day as yyyymmdd, the key of dim_date; -1 where there is none. -#}
{% macro date_key(expression) -%}
    coalesce(to_char({{ expression }}, 'YYYYMMDD')::integer, -1)
{%- endmacro %}

{#- A name as it is compared: without white space, full-width letters, digits and brackets as half-width ones. -#}
{% macro normalised_name(expression) -%}
    nullif(
        upper(
            translate(
                regexp_replace({{ expression }}, '[[:space:]　·•、，,。.]', '', 'g'),
                '（）［］【】〔〕０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ',
                '()()()()0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
            )
        ), ''
    )
{%- endmacro %}

{#- A document's number as it is compared: 财农[2017]052 号, 财农【2017】52号 and 财农（2017年）第52号 are 财农(2017)52号. What has no
    such number is compared as the name that it is. -#}
{% macro normalised_document_number(expression) -%}
    regexp_replace(
        translate({{ normalised_name(expression) }}, '[]{}<>﹝﹞〖〗《》', '()()()()()()'),
        '^(.*?)[(]?([0-9]{4})年?[)]?第?0*([0-9]+)号?$', '\1(\2)\3号'
    )
{%- endmacro %}

{#- What identifies a legal body in one observation: its credit code, else its name within the county; a grower, who is
    named as a person, by the token of that name within the county. -#}
{% macro entity_natural_key(credit_code, normalised_name, county_code, owner_token='null::text') -%}
    case
        when {{ credit_code }} is not null then 'uscc:' || {{ credit_code }}
        when {{ owner_token }} is not null then 'owner:' || {{ county_code }} || ':' || {{ owner_token }}
        when {{ normalised_name }} is not null then 'name:' || {{ county_code }} || ':' || {{ normalised_name }}
    end
{%- endmacro %}

{#- The rows of a form, each with what identifies the legal body that it names: credit_code, entity_name_normalised and
    natural_key. Where the body may be a grower, entity_name_token is the token of the person's name, null for others. -#}
{% macro rows_naming_a_body(rows, name='entity_name', may_be_person=false) -%}
    {%- set token = 'entity_name_token' if may_be_person else none -%}
    select
        n.*,
        {{ entity_natural_key(
            'n.credit_code', 'n.entity_name_normalised', 'n.county_code', 'n.' ~ token if token else 'null::text'
        ) }} as natural_key
    from (
        select
            r.*,
            {% if token -%}
                case when r.{{ token }} is null then {{ normalised_name('r.' ~ name) }} end
            {%- else -%}
                {{ normalised_name('r.' ~ name) }}
            {%- endif %} as entity_name_normalised,
            upper(r.uscc) as credit_code
        from {{ rows }} as r
    ) as n
{%- endmacro %}

{#- The name of a body as it may be shown: of one that is named as a person (it has a token then), none at all. -#}
{% macro public_entity_name(name, owner_token) -%}
    case when {{ owner_token }} is null then {{ name }} else '种养大户（户主姓名不公开）' end
{%- endmacro %}

{#- What identifies a household in one observation: its head's token, else its number within the county. -#}
{% macro household_natural_key(head_token, household_code, county_code) -%}
    case
        when {{ head_token }} is not null then 'token:' || {{ head_token }}
        when {{ household_code }} is not null then 'code:' || {{ county_code }} || ':' || {{ household_code }}
    end
{%- endmacro %}

{#- The key of a household by its number within the county; null where the row gives none. -#}
{% macro household_code_key(household_code, county_code) -%}
    {{ hashed_key("'code:' || " ~ county_code ~ " || ':' || " ~ household_code) }}
{%- endmacro %}

{#- The key of a person from the token of the person's ID number; null without one. -#}
{% macro person_key(token) -%}
    {{ hashed_key("'person:' || " ~ token) }}
{%- endmacro %}
