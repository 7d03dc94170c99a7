{{ config(unique_key=['village_key'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- Poor villages that have not exited, each with what stands in its way. A reason is null where the form that would
-- tell it has not come in: that is not known, not absent.
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'cooperatives') as has_cooperatives,
        bool_or(f.form = 'supervision') as has_supervision
    from {{ ref('fct_form_readings') }} as f
    group by f.county_code
),

cooperatives as (
    select
        c.village_key,
        count(distinct c.entity_key) filter (where c.operation_status in ('规范运营', '运行一般')) as operating_coops
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period
    group by c.village_key
),

supervised as (
    select
        s.village_key,
        bool_or(s.exit_date is null and s.deadline_date < d.as_of_date) as is_overdue
    from {{ ref('fct_supervision') }} as s
    cross join {{ ref('dim_publication') }} as d
    where s.is_latest_period and s.village_key <> '-1'
    group by s.village_key
),

villages as (
    select v.*
    from {{ ref('metrics__int_poor_villages') }} as v
    where v.is_in_base and v.is_exited is false
),

judged as (
    select
        v.*,
        c.operating_coops,
        case when v.has_income_reported then not v.is_2wan_met end as is_below_income_line,
        v.main_product is null as has_no_product,
        case when r.has_cooperatives then coalesce(c.operating_coops, 0) = 0 end as has_no_operating_coop,
        v.left_people > 0 as has_left_people,
        case when v.has_income_reported then coalesce(v.support_amount_yuan, 0) = 0 end as is_unsupported,
        not v.has_advisor as has_no_advisor,
        case when r.has_supervision then coalesce(s.is_overdue, false) end as is_supervision_overdue
    from villages as v
    left join reported as r on v.county_code = r.county_code
    left join cooperatives as c on v.village_key = c.village_key
    left join supervised as s on v.village_key = s.village_key
)

select
    j.publication_id,
    j.village_key,
    d.village_name,
    d.region_key,
    d.township_name,
    j.county_code,
    d.county_name,
    d.prefecture_code,
    d.prefecture_name,
    j.is_deep_poverty,
    j.poor_people,
    j.left_hh,
    j.left_people,
    j.poverty_rate_pct,
    j.main_product,
    j.income_basis,
    j.income_tested_yuan,
    j.support_amount_yuan,
    case when r.has_cooperatives then coalesce(j.operating_coops, 0) end::integer as operating_coops,
    j.is_below_income_line,
    j.has_no_product,
    j.has_no_operating_coop,
    j.has_left_people,
    j.is_unsupported,
    j.has_no_advisor,
    num_nonnulls(
        nullif(j.is_below_income_line, false),
        nullif(j.has_no_product, false),
        nullif(j.has_no_operating_coop, false),
        nullif(j.has_left_people, false),
        nullif(j.is_unsupported, false),
        nullif(j.has_no_advisor, false),
        nullif(j.is_supervision_overdue, false)
    ) as risk_reasons,
    nullif(
        concat_ws(
            '、',
            case when j.is_below_income_line then '村集体收入未达标' end,
            case when j.has_no_product then '没有主导产业' end,
            case when j.has_no_operating_coop then '没有正常运行的合作社' end,
            case when j.has_left_people then '还有未脱贫人口' end,
            case when j.is_unsupported then '没有扶持资金' end,
            case when j.has_no_advisor then '没有驻村农技员或产业指导员' end,
            case when j.is_supervision_overdue then '挂牌督战时限已过' end
        ), ''
    ) as risk_text,
    j.is_supervision_overdue
from judged as j
left join {{ ref('dim_village') }} as d on j.village_key = d.village_key
left join reported as r on j.county_code = r.county_code
