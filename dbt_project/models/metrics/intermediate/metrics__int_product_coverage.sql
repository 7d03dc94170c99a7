-- Leading products of each county's poor villages, and the lead enterprises that work on them. A village that lives of
-- one of the five small trades, or of something in no list, asks for no lead enterprise.
with wanted as (
    select
        b.county_code,
        p.product_key,
        p.product_name,
        p.sort_order,
        count(distinct b.village_key) as villages
    from {{ ref('fct_village_base') }} as b
    cross join lateral unnest(string_to_array(b.main_product_codes, ';')) as c (product_code)
    inner join {{ ref('dim_product') }} as p on c.product_code = p.product_key
    where b.is_latest_period and p.product_class in ('六大特色产业', '地方特色产业')
    group by b.county_code, p.product_key, p.product_name, p.sort_order
),

enterprises as (
    select
        e.county_code,
        e.product_key,
        count(distinct e.entity_key) as enterprises
    from {{ ref('metrics__int_lead_enterprises') }} as e
    where e.is_operating
    group by e.county_code, e.product_key
)

select
    w.county_code,
    w.product_key,
    w.product_name,
    w.sort_order,
    w.villages::integer as villages,
    coalesce(e.enterprises, 0)::integer as enterprises
from wanted as w
left join enterprises as e on w.county_code = e.county_code and w.product_key = e.product_key
