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
