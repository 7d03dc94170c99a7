-- Projects whose shares over villages do not sum to 1.
select
    {county} as county_code,
    'fund_projects' as form,
    count(*) as violations
from (
    select
        b.fund_project_key,
        min(b.county_code) as county_code,
        sum(b.share_ratio) as share_ratio
    from {batch} as b
    group by b.fund_project_key
    having sum(b.share_ratio) <> 1
) as b
group by b.county_code
