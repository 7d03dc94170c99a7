-- Projects of the paired city have keys of their own: one that a county lists in F14 as well is other money there.
with named as (
    select
        r.*,
        {{ normalised_name('r.project_name') }} as project_name_normalised,
        {{ normalised_name('r.place_text') }} as place_normalised,
        {{ normalised_name('r.company_name') }} as entity_name_normalised
    from {{ source('raw', 'east_west_projects') }} as r
)

select
    n.reading_id,
    n.sheet_no,
    n.row_no,
    n.part_code,
    n.county_code,
    n.county_code as region_key,
    coalesce(
        {{ hashed_key("'east-west:' || n.county_code || ':' || n.project_name_normalised || ':' "
            ~ "|| coalesce(n.place_normalised, '')") }}, -1
    ) as fund_project_key,
    coalesce(
        {{ hashed_key(entity_natural_key('null::text', 'n.entity_name_normalised', 'n.county_code')) }}, -1
    ) as entity_alias_key,
    n.company_name as entity_name,
    n.entity_name_normalised,
    n.partner,
    n.project_name,
    n.project_category,
    n.nature,
    n.place_text,
    n.village_codes,
    n.township_codes,
    n.content,
    n.unit_name,
    n.grant_yuan,
    n.donation_yuan,
    n.company_invest_yuan,
    n.benefit_households,
    n.benefit_people,
    n.start_date as begun_date,
    {{ date_key('n.start_date') }} as begun_date_key,
    n.end_date as finish_date,
    {{ date_key('n.end_date') }} as finish_date_key,
    n.spent_yuan,
    n.spend_rate_pct as spend_rate_stated_pct
from named as n
