-- Each project is divided among its villages without remainder, and has a village, if only the unknown one.
select
    p.fund_project_key,
    sum(b.share_ratio) as share_ratio
from {{ ref('dim_fund_project') }} as p
left join {{ ref('bridge_fund_project_village') }} as b on p.fund_project_key = b.fund_project_key
group by p.fund_project_key
having sum(b.share_ratio) is distinct from 1
