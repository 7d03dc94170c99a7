-- Households of the award rosters of the programme's year that want insurance (no edge households, who are not poor),
-- and whether every product that they want insured has a policy of that year.
with willing as (
    select distinct
        a.publication_id,
        a.county_code,
        a.household_key,
        a.product_key
    from {{ ref('fct_household_awards') }} as a
    where
        a.is_willing_to_insure
        and a.exit_status is distinct from '边缘户'
        and a.household_key <> -1
        and extract(year from a.period_end) = {{ var('programme_year') }}
),

insured as (
    select distinct
        p.household_key,
        p.product_key
    from {{ ref('fct_insurance_policies') }} as p
    where extract(year from p.period_end) = {{ var('programme_year') }}
)

select
    w.publication_id,
    w.county_code,
    w.household_key,
    count(*)::integer as willing_products,
    count(i.product_key)::integer as insured_products,
    count(*) = count(i.product_key) as is_covered
from willing as w
left join insured as i on w.household_key = i.household_key and w.product_key = i.product_key
group by w.publication_id, w.county_code, w.household_key
