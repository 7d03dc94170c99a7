-- Rows with what looks like an ID number (18 or 15 characters, a real region, a possible birth date), a mobile phone or
-- a bank card in any text column.
select
    {county} as county_code,
    {form_of_row} as form,
    count(*) as violations
from {batch} as b
where
    concat_ws(' ', {text_columns}) ~ (
        '(?<![0-9])('
        || '(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{{4}}'
        || '((18|19|20)[0-9]{{2}}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{{3}}[0-9Xx]'
        || '|[0-9]{{2}}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{{3}})'
        || '|1[3-9][0-9]{{9}}'
        || '|62[0-9]{{14,17}}'
        || ')(?![0-9])'
    )
group by 1, 2
