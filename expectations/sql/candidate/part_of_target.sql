-- Targets that are a part of another (T06 of T05, T11 of T10, T14 of T13) and yet greater.
select
    coalesce(s.county_code, '') as county_code,
    '' as form,
    count(*) as violations
from {batch} as s
inner join (values ('T06', 'T05'), ('T11', 'T10'), ('T14', 'T13')) as p (part_code, whole_code)
    on s.target_code = p.part_code
inner join {batch} as w on w.target_code = p.whole_code and s.region_code = w.region_code
where s.actual_value > w.actual_value
group by 1
