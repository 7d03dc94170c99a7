{{ config(unique_key=['county_code', 'indicator_code']) }}

-- One figure per county and indicator, comparable between counties of any size: shares, rates and what should be
-- none. A county is ranked among those that have the figure; one that has not reported has neither figure nor rank.
with counties as (
    select
        c.county_code,
        c.county_name,
        c.prefecture_code,
        c.prefecture_name,
        c.is_poor_county
    from {{ ref('dim_region') }} as c
    where c.region_level = 'county' and c.is_listed
),

targets as (
    select
        k.county_code,
        k.target_code as indicator_code,
        t.target_name || '：完成率' as indicator_name,
        '%' as unit,
        true as is_higher_better,
        (k.numerator_value * 100 / nullif(k.denominator_value, 0))::numeric(20, 4) as indicator_value
    from {{ ref('metrics__int_target_counties') }} as k
    inner join {{ ref('dim_programme_target') }} as t on k.target_code = t.target_code
    where k.target_code in ('T01', 'T02', 'T07', 'T08', 'T12', 'T16')
),

others as (
    select
        c.county_code,
        i.indicator_code,
        i.indicator_name,
        i.unit,
        i.is_higher_better,
        i.indicator_value
    from counties as c
    left join {{ ref('metrics__int_county_reports') }} as q on c.county_code = q.county_code
    left join {{ ref('metrics__int_county_villages') }} as v on c.county_code = v.county_code
    left join {{ ref('metrics__int_county_households') }} as h on c.county_code = h.county_code
    left join {{ ref('metrics__int_county_bodies') }} as b on c.county_code = b.county_code
    left join {{ ref('metrics__int_county_services') }} as s on c.county_code = s.county_code
    cross join
        lateral (
            values
            (
                'Q01', '已报送表单占比', '%', true,
                (q.forms_reported * 100.0 / nullif(q.forms_known, 0))::numeric(20, 4)
            ),
            (
                'Q02', '退回行占比', '%', false,
                (q.refused_pct)::numeric(20, 4)
            ),
            (
                'Q03', '每千行的错误和提醒', '条', false,
                (q.open_issues * 1000.0 / nullif(q.rows_read, 0))::numeric(20, 4)
            ),
            (
                'Q04', '问题改正率', '%', true,
                (q.issues_mended * 100.0 / nullif(q.issues_mended + q.open_issues, 0))::numeric(20, 4)
            ),
            (
                'V01', '收入达到 2 万元的贫困村占比（全部收入）', '%', true,
                (v.villages_2wan_all * 100.0 / nullif(v.income_villages, 0))::numeric(20, 4)
            ),
            (
                'V02', '收入达到 2 万元的贫困村占比（不含补助）', '%', true,
                (v.villages_2wan_without_subsidy * 100.0 / nullif(v.income_villages, 0))::numeric(20, 4)
            ),
            (
                'V03', '收入达到 2 万元的贫困村占比（经营收益）', '%', true,
                (v.villages_2wan_operating_net * 100.0 / nullif(v.income_villages, 0))::numeric(20, 4)
            ),
            (
                'V04', '驻村农技员覆盖的贫困村占比', '%', true,
                (v.advisor_coverage_pct)::numeric(20, 4)
            ),
            (
                'V05', '尚未退出的贫困村', '村', false,
                (v.unexited_villages)::numeric(20, 4)
            ),
            (
                'V06', '建立资产台账的村占比', '%', true,
                (v.asset_ledger_pct)::numeric(20, 4)
            ),
            (
                'H01', '累计到户资金超过上限的户', '户', false,
                (h.households_over_cap)::numeric(20, 4)
            ),
            (
                'H02', '股权证发放率', '%', true,
                (h.certificate_pct)::numeric(20, 4)
            ),
            (
                'H03', '分红拖欠', '元', false,
                (h.arrears_yuan)::numeric(20, 4)
            ),
            (
                'H04', '分红兑现率', '%', true,
                (h.dividend_paid_yuan / nullif(h.dividend_due_yuan, 0) * 100)::numeric(20, 4)
            ),
            (
                'B01', '在运行的合作社占比', '%', true,
                (b.coops_operating * 100.0 / nullif(b.cooperatives, 0))::numeric(20, 4)
            ),
            (
                'B02', '停产的龙头企业占比', '%', false,
                (b.enterprises_stopped * 100.0 / nullif(b.enterprises, 0))::numeric(20, 4)
            ),
            (
                'B03', '闲置保鲜库占比', '%', false,
                (b.idle_stores * 100.0 / nullif(b.stores, 0))::numeric(20, 4)
            ),
            (
                'B04', '“甘味”产品销售占比', '%', true,
                (b.ganwei_share_pct)::numeric(20, 4)
            ),
            (
                'B05', '财政专项资金支出进度', '%', true,
                (b.spend_rate_pct)::numeric(20, 4)
            ),
            (
                'B06', '东西部协作资金支出进度', '%', true,
                (b.grant_spend_rate_pct)::numeric(20, 4)
            ),
            (
                'S01', '保单到户率', '%', true,
                (s.delivered_policies_pct)::numeric(20, 4)
            ),
            (
                'S02', '平均赔付天数', '天', false,
                (s.paid_days_mean)::numeric(20, 4)
            ),
            (
                'S03', '培训合格率', '%', true,
                (s.passed_persons * 100.0 / nullif(s.trained_people, 0))::numeric(20, 4)
            ),
            (
                'S04', '问题销号率', '%', true,
                (s.closed_problems * 100.0 / nullif(s.problems, 0))::numeric(20, 4)
            ),
            (
                'S05', '整改逾期的问题', '个', false,
                (s.overdue_problems)::numeric(20, 4)
            )
        ) as i (indicator_code, indicator_name, unit, is_higher_better, indicator_value)
),

figures as (
    select t.* from targets as t
    union all
    select o.* from others as o
)

select
    p.publication_id,
    c.county_code,
    c.county_name,
    c.prefecture_code,
    c.prefecture_name,
    c.is_poor_county,
    f.indicator_code,
    f.indicator_name,
    f.unit,
    f.is_higher_better,
    f.indicator_value,
    (
        case
            when f.indicator_value is not null
                then
                    rank() over (
                        partition by f.indicator_code
                        order by
                            case when f.is_higher_better then -f.indicator_value else f.indicator_value end nulls last
                    )
        end
    )::integer as rank_no,
    count(f.indicator_value) over (partition by f.indicator_code)::integer as counties_ranked
from figures as f
inner join counties as c on f.county_code = c.county_code
cross join {{ ref('dim_publication') }} as p
