{#- Texts of the bookkeeping as they may be published. A refusal quotes what it found in the sheet, and where a file has no
    header that is the first rows with persons in them: the quotation is cut off, up to the end. The names of sheets
    are the sender's words too. -#}
{% macro without_quoted_cells(expression) -%}
    regexp_replace({{ expression }}, '^工作表“[^”]*”：|(表中)?找到的(文字|表头)：.*$', '', 'g')
{%- endmacro %}

{#- Runs of digits as long as a phone, card or ID number, masked; a date stays. -#}
{% macro without_long_numbers(expression) -%}
    regexp_replace({{ expression }}, '[0-9０-９]{11,}[XxＸｘ]?', '***', 'g')
{%- endmacro %}

{#- A number that identifies a document; null where it looks like an ID number, a mobile phone or a bank card, or is the
    mask of one, which others share. The clerk who wrote one in its place will find the row by its file and place. -#}
{% macro unless_personal(expression) -%}
    case
        when not coalesce({{ expression }}, '') ~ (
            '(?<![0-9])([1-9][0-9]{5}((18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]'
            || '|[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3})|1[3-9][0-9]{9}|62[0-9]{14,17})(?![0-9])|[*]{4}'
        ) then {{ expression }}
    end
{%- endmacro %}
