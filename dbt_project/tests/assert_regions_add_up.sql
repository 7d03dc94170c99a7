-- Counties add up to their prefecture and to the province, target by target: the counts do, of which a ratio is made.
-- Who did not report has no figure.
with sums as (
    select
        c.target_code,
        u.region_code,
        sum(c.numerator_value) as numerator_value,
        sum(c.denominator_value) as denominator_value
    from {{ ref('mart_target_progress') }} as c
    cross join
        lateral (
            select c.prefecture_code as region_code
            union all
            select p.region_code from {{ ref('dim_region') }} as p where p.region_level = 'province'
        ) as u
    where c.region_level = 'county'
    group by c.target_code, u.region_code
)

select
    t.target_code,
    t.region_code
from {{ ref('mart_target_progress') }} as t
left join sums as s on t.target_code = s.target_code and t.region_code = s.region_code
where
    (t.region_level <> 'county' and t.numerator_value is distinct from s.numerator_value)
    or (t.region_level <> 'county' and t.denominator_value is distinct from s.denominator_value)
    or (not t.has_reported and t.actual_value is not null)
