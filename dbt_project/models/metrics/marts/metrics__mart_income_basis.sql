{{ config(unique_key=['region_code', 'income_basis']) }}

-- T08 under each basis of income, for each region: the plan does not say which one it means. Villages that can't be
-- judged under a basis are counted apart.
with reported as (
    select distinct f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form = 'village_income'
),

judged as (
    select
        v.county_code,
        b.income_basis,
        count(*) filter (where v.is_poor_in_income_ledger) as villages,
        count(*) filter (where v.is_poor_in_income_ledger and b.is_met) as villages_met,
        count(*) filter (where v.is_poor_in_income_ledger and b.is_met is null) as villages_unknown,
        count(*) filter (where v.is_in_base) as base_villages
    from {{ ref('metrics__int_poor_villages') }} as v
    cross join
        lateral (
            values
            ('all', v.is_2wan_all),
            ('without_subsidy', v.is_2wan_without_subsidy),
            ('operating_net', v.is_2wan_operating_net)
        ) as b (income_basis, is_met)
    group by v.county_code, b.income_basis
),

contributions as (
    select
        u.region_code,
        b.income_basis,
        r.county_code is not null as has_reported,
        j.villages,
        j.villages_met,
        j.villages_unknown,
        j.base_villages
    from {{ ref('dim_region') }} as c
    cross join (values ('all'), ('without_subsidy'), ('operating_net')) as b (income_basis)
    left join reported as r on c.county_code = r.county_code
    left join judged as j on c.county_code = j.county_code and b.income_basis = j.income_basis
    cross join
        lateral (
            select c.county_code as region_code
            union all
            select c.prefecture_code as region_code
            union all
            select p.region_code from {{ ref('dim_region') }} as p where p.region_level = 'province'
        ) as u
    where c.region_level = 'county' and c.is_listed
),

figures as (
    select
        c.region_code,
        c.income_basis,
        bool_or(c.has_reported) as has_reported,
        count(*) filter (where c.has_reported) as counties_reported,
        coalesce(sum(c.villages) filter (where c.has_reported), 0) as villages,
        coalesce(sum(c.villages_met) filter (where c.has_reported), 0) as villages_met,
        coalesce(sum(c.villages_unknown) filter (where c.has_reported), 0) as villages_unknown,
        sum(c.base_villages) as base_villages
    from contributions as c
    group by c.region_code, c.income_basis
)

select
    v.publication_id,
    r.region_level,
    r.region_code,
    r.region_name,
    r.prefecture_code,
    r.prefecture_name,
    r.county_code,
    r.county_name,
    f.income_basis,
    case f.income_basis
        when 'all' then '全部收入' when 'without_subsidy' then '不含补助' else '经营收益'
    end as income_basis_name,
    f.income_basis = '{{ var("income_basis") }}' as is_configured_basis,
    f.has_reported,
    f.counties_reported::integer as counties_reported,
    f.base_villages::integer as base_villages,
    (case when f.has_reported then f.villages end)::integer as income_villages,
    (case when f.has_reported then f.villages_met end)::integer as villages_met,
    (case when f.has_reported then f.villages - f.villages_met - f.villages_unknown end)::integer as villages_below,
    (case when f.has_reported then f.villages_unknown end)::integer as villages_unknown,
    (case when f.has_reported then f.villages_met * 100.0 / nullif(f.villages, 0) end)::numeric(12, 2) as met_pct
from figures as f
inner join {{ ref('dim_region') }} as r on f.region_code = r.region_key
cross join {{ ref('dim_publication') }} as v
