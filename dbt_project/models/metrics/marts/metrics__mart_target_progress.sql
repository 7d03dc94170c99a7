{{ config(unique_key=['target_code', 'region_code']) }}

with regions as (
    select r.*
    from {{ ref('dim_region') }} as r
    where r.region_level in ('province', 'prefecture', 'county') and r.is_listed
),

-- A target is a count, or a ratio of two counts: so the counts are what adds up over regions.
-- Each county counts for itself, for its prefecture and for the province.
contributions as (
    select
        k.target_code,
        u.region_code,
        k.is_expected,
        k.has_reported,
        k.numerator_value,
        k.denominator_value
    from {{ ref('metrics__int_target_counties') }} as k
    cross join lateral (
        select k.county_code as region_code
        union all
        select k.prefecture_code as region_code
        union all
        select p.region_code from regions as p where p.region_level = 'province'
    ) as u
),

figures as (
    select
        c.target_code,
        c.region_code,
        count(*) filter (where c.is_expected)::integer as counties_expected,
        count(*) filter (where c.is_expected and c.has_reported)::integer as counties_reported,
        bool_or(c.has_reported) as has_reported,
        sum(c.numerator_value) as numerator_value,
        sum(c.denominator_value) as denominator_value
    from contributions as c
    group by c.target_code, c.region_code
),

answerable as (
    select distinct k.target_code
    from {{ ref('metrics__int_target_counties') }} as k
),

progress as (
    select
        t.target_code,
        t.target_name,
        r.region_level,
        r.region_code,
        r.region_name,
        r.prefecture_code,
        r.county_code,
        t.unit,
        t.comparison,
        (
            case
                when r.region_level = 'province' then t.province_value
                when t.unit <> '比例' then f.denominator_value
                when f.denominator_value > 0 then t.province_value
                else f.denominator_value
            end
        )::numeric(20, 4) as target_value,
        (
            case when t.unit = '比例' then f.numerator_value / nullif(f.denominator_value, 0) else f.numerator_value end
        )::numeric(20, 4) as actual_value,
        f.numerator_value::numeric(20, 4) as numerator_value,
        f.denominator_value::numeric(20, 4) as denominator_value,
        coalesce(f.has_reported, false) as has_reported,
        coalesce(f.counties_reported, 0) as counties_reported,
        coalesce(f.counties_expected, 0) as counties_expected,
        a.target_code is not null as is_answerable,
        t.deadline_date <= make_date({{ var('programme_year') }}, 1, 1) as is_baseline,
        t.deadline_date
    from {{ ref('dim_programme_target') }} as t
    cross join regions as r
    left join answerable as a on t.target_code = a.target_code
    left join figures as f on t.target_code = f.target_code and r.region_code = f.region_code
)

select
    v.publication_id,
    p.target_code,
    p.target_name,
    p.region_level,
    p.region_code,
    p.region_name,
    p.prefecture_code,
    p.county_code,
    p.unit,
    p.comparison,
    p.target_value,
    p.actual_value,
    p.target_value - p.actual_value as gap_value,
    (p.actual_value / nullif(p.target_value, 0) * 100)::numeric(12, 2) as reached_pct,
    p.has_reported,
    p.counties_reported,
    p.counties_expected,
    case
        when not p.is_answerable then '表单尚未接入'
        when p.counties_expected = 0 then '不计入'
        when not p.has_reported then '未上报'
        when p.counties_reported = 0 then '应报的县均未上报'
        when p.is_baseline then '年初基数'
        when p.target_value is null then '已上报，无分解目标'
        when p.target_value = 0 or p.actual_value is null then '无此项任务'
        when p.actual_value >= p.target_value then '已达到'
        else '未达到'
    end || case
        when p.region_level <> 'county' and p.counties_reported > 0 and p.counties_reported < p.counties_expected
            then '（' || (p.counties_expected - p.counties_reported) || ' 个县未上报）'
        else ''
    end as status_text,
    p.deadline_date,
    '{{ var("income_basis") }}' as income_basis,
    v.as_of_date,
    p.numerator_value,
    p.denominator_value
from progress as p
cross join {{ ref('dim_publication') }} as v
