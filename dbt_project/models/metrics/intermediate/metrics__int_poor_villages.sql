-- Poor villages are those of the village ledger, and those that the income ledger calls poor: a village missing from
-- one of the two is still a poor village. Both restate a stock, so the latest period of each part counts.
with base as (
    select b.*
    from {{ ref('fct_village_base') }} as b
    where b.is_latest_period and b.village_key <> '-1'
),

income as (
    select
        i.*,
        i.inc_total_yuan as income_all_yuan,
        (i.inc_total_yuan - coalesce(i.inc_subsidy_yuan, 0))::numeric(20, 4) as income_without_subsidy_yuan,
        -- Operating profit as the national rural economy return of 2008 has it; without these expenses it is unknown.
        (
            coalesce(i.inc_operating_yuan, 0) + coalesce(i.inc_contract_yuan, 0) + coalesce(i.inc_invest_yuan, 0)
            - i.exp_operating_yuan - i.exp_management_yuan
        )::numeric(20, 4) as income_operating_net_yuan
    from {{ ref('fct_village_income') }} as i
    where i.is_latest_period and i.village_key <> '-1'
),

joined as (
    select
        coalesce(b.publication_id, i.publication_id) as publication_id,
        coalesce(b.county_code, i.county_code) as county_code,
        coalesce(b.region_key, i.region_key) as region_key,
        coalesce(b.village_key, i.village_key) as village_key,
        b.village_key is not null as is_in_base,
        i.village_key is not null as has_income_reported,
        coalesce(i.is_poor_village, false) as is_poor_in_income_ledger,
        b.is_deep_poverty,
        b.is_exited,
        b.exit_year,
        coalesce(b.is_exited is false or b.exit_year = {{ var('programme_year') }}, false) as is_unexited_at_start,
        coalesce(b.exit_year = {{ var('programme_year') }}, false) as is_exited_in_programme_year,
        b.hh_total,
        b.pop_total,
        b.poor_hh,
        b.poor_people,
        b.left_hh,
        b.left_people,
        b.poverty_rate_pct,
        b.main_product,
        b.coop_count,
        i.income_prev_yuan,
        i.inc_total_yuan,
        i.income_all_yuan,
        i.income_without_subsidy_yuan,
        i.income_operating_net_yuan,
        i.income_{{ var('income_basis') }}_yuan as income_tested_yuan,
        i.support_amount_yuan
    from base as b
    full outer join income as i on b.village_key = i.village_key
)

select
    j.*,
    j.income_all_yuan >= c.village_income_goal_yuan as is_2wan_all,
    j.income_without_subsidy_yuan >= c.village_income_goal_yuan as is_2wan_without_subsidy,
    j.income_operating_net_yuan >= c.village_income_goal_yuan as is_2wan_operating_net,
    coalesce(j.income_tested_yuan >= c.village_income_goal_yuan, false) as is_2wan_met,
    '{{ var("income_basis") }}' as income_basis,
    b.main_product_codes,
    b.has_store_need,
    b.has_advisor
from joined as j
left join base as b on j.village_key = b.village_key
left join {{ ref('metrics__int_county_parameters') }} as c on j.county_code = c.county_code
where j.is_in_base or j.is_poor_in_income_ledger
