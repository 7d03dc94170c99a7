select
    v.publication_id,
    {{ date_key('d.date_day') }} as date_key,
    d.date_day,
    extract(year from d.date_day)::integer as year_no,
    extract(quarter from d.date_day)::integer as quarter_no,
    extract(month from d.date_day)::integer as month_no,
    extract(day from d.date_day)::integer as day_no,
    to_char(d.date_day, 'YYYY"年"') as year_name,
    to_char(d.date_day, 'YYYY"年"FMMM"月"') as month_name,
    case when extract(month from d.date_day) <= 6 then '上半年' else '下半年' end as half_year_name
from {{ source('ops', 'visible') }} as v
cross join (
    select g.at::date as date_day
    from generate_series('2007-01-01'::timestamp, '2030-12-31'::timestamp, interval '1 day') as g (at)
) as d
union all
select
    v.publication_id,
    -1 as date_key,
    null as date_day,
    null as year_no,
    null as quarter_no,
    null as month_no,
    null as day_no,
    '未知' as year_name,
    '未知' as month_name,
    '未知' as half_year_name
from {{ source('ops', 'visible') }} as v
