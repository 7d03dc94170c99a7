-- What the village ledgers of each county come to: one row per county that sent one of them.
with reported as (
    {{ reported_forms(['village_base', 'village_income']) }}
),

villages as (
    select
        v.county_code,
        count(*) filter (where v.is_in_base) as base_villages,
        count(*) filter (where v.is_in_base and v.is_exited) as exited_villages,
        count(*) filter (where v.is_in_base and v.is_exited is false) as unexited_villages,
        count(*) filter (where v.is_in_base and v.is_deep_poverty) as deep_villages,
        count(*) filter (where v.is_in_base and v.has_advisor) as advised_villages,
        count(*) filter (where v.is_in_base and v.has_advisor is not null) as advisor_known_villages,
        count(*) filter (where v.is_in_base and v.has_store_need) as store_need_villages,
        sum(v.poor_hh) as poor_hh,
        sum(v.poor_people) as poor_people,
        sum(v.left_hh) as left_hh,
        sum(v.left_people) as left_people,
        count(*) filter (where v.is_poor_in_income_ledger) as income_villages,
        count(*) filter (where v.is_poor_in_income_ledger and v.is_2wan_all) as villages_2wan_all,
        count(*) filter (where v.is_poor_in_income_ledger and v.is_2wan_without_subsidy)
            as villages_2wan_without_subsidy,
        count(*) filter (where v.is_poor_in_income_ledger and v.is_2wan_operating_net) as villages_2wan_operating_net,
        count(*) filter (where v.support_amount_yuan > 0) as supported_villages,
        sum(v.support_amount_yuan) as support_amount_yuan
    from {{ ref('metrics__int_poor_villages') }} as v
    group by v.county_code
),

ledgers as (
    select
        i.county_code,
        count(*) filter (where i.has_asset_ledger) * 100.0 / nullif(count(i.has_asset_ledger), 0) as asset_ledger_pct
    from {{ ref('fct_village_income') }} as i
    where i.is_latest_period
    group by i.county_code
)

select
    r.county_code,
    (case when r.has_village_base then coalesce(v.base_villages, 0) end)::integer as base_villages,
    (case when r.has_village_base then coalesce(v.exited_villages, 0) end)::integer as exited_villages,
    (case when r.has_village_base then coalesce(v.unexited_villages, 0) end)::integer as unexited_villages,
    (case when r.has_village_base then coalesce(v.deep_villages, 0) end)::integer as deep_villages,
    (case when r.has_village_base and v.advisor_known_villages > 0 then v.advised_villages end)::integer
        as advised_villages,
    (
        case when r.has_village_base then v.advised_villages * 100.0 / nullif(v.advisor_known_villages, 0) end
    )::numeric(12, 2) as advisor_coverage_pct,
    (case when r.has_village_base then coalesce(v.store_need_villages, 0) end)::integer as store_need_villages,
    (case when r.has_village_base then coalesce(v.poor_hh, 0) end)::integer as poor_hh,
    (case when r.has_village_base then coalesce(v.poor_people, 0) end)::integer as poor_people,
    (case when r.has_village_base then coalesce(v.left_hh, 0) end)::integer as left_hh,
    (case when r.has_village_base then coalesce(v.left_people, 0) end)::integer as left_people,
    (case when r.has_village_income then coalesce(v.income_villages, 0) end)::integer as income_villages,
    (case when r.has_village_income then coalesce(v.villages_2wan_all, 0) end)::integer as villages_2wan_all,
    (case when r.has_village_income then coalesce(v.villages_2wan_without_subsidy, 0) end)::integer
        as villages_2wan_without_subsidy,
    (case when r.has_village_income then coalesce(v.villages_2wan_operating_net, 0) end)::integer
        as villages_2wan_operating_net,
    (case when r.has_village_income then coalesce(v.supported_villages, 0) end)::integer as supported_villages,
    (case when r.has_village_income then coalesce(v.support_amount_yuan, 0) end)::numeric(20, 4) as support_amount_yuan,
    (case when r.has_village_income then l.asset_ledger_pct end)::numeric(12, 2) as asset_ledger_pct
from reported as r
left join villages as v on r.county_code = v.county_code
left join ledgers as l on r.county_code = l.county_code
