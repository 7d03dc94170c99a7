-- Rows with what looks like an ID number, a mobile phone, a landline that is somebody's or a bank account, however it
-- is spelled, in a column of texts. The shapes are the reader's own (ingest/personal_text.py).
select
    {county} as county_code,
    {form_of_row} as form,
    count(*) as violations,
    array_to_string((array_agg({row_of} order by {row_of}))[1:10], '、') as rows
from {batch} as b
where {personal_numbers}
group by 1, 2
