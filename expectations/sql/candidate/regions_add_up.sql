-- Targets whose counties do not add up to their prefecture, or whose prefectures do not add up to the province.
with parts as (
    select
        b.target_code,
        b.prefecture_code as region_code,
        sum(b.actual_value) as actual_value
    from {batch} as b
    where b.region_level = 'county'
    group by b.target_code, b.prefecture_code
    union all
    select
        b.target_code,
        p.region_code,
        sum(b.actual_value) as actual_value
    from {batch} as b
    inner join {batch} as p on b.target_code = p.target_code and p.region_level = 'province'
    where b.region_level = 'county'
    group by b.target_code, p.region_code
)

select
    '' as county_code,
    '' as form,
    count(*) as violations
from {batch} as w
left join parts as s on w.target_code = s.target_code and w.region_code = s.region_code
where
    w.region_level in ('prefecture', 'province')
    and w.unit <> '比例'
    and w.actual_value is distinct from s.actual_value
having count(*) > 0
