select
    p.publication_id,
    p.period,
    p.period_end,
    p.is_latest_period,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.county_code,
    f.region_key,
    f.village_key,
    coalesce(a.entity_key, -1) as entity_key,
    f.founded_date_key,
    f.registered_capital_yuan,
    f.member_count,
    f.poor_member_count,
    f.driven_households,
    f.driven_poor_households,
    f.main_product,
    f.demo_level,
    f.demo_year,
    f.operation_status,
    f.share_fund_total_yuan,
    f.annual_revenue_yuan,
    f.distributable_surplus_yuan,
    f.has_accountant,
    f.fiscal_support_yuan
from {{ ref('core__fct_cooperatives') }} as f
inner join {{ source('ops', 'visible_parts') }} as p
    on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'cooperatives'
left join {{ ref('core__entity_aliases') }} as a
    on f.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
where {{ county_is_visible('f.county_code') }}
