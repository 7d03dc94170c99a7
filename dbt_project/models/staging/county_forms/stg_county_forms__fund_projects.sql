-- A project is known by its name and place within the county: names such as 产业到户补助 recur from place to place.
with named as (
    select
        r.*,
        {{ normalised_name('r.project_name') }} as project_name_normalised,
        {{ normalised_name('r.place_text') }} as place_normalised
    from {{ source('raw', 'fund_projects') }} as r
)

select
    n.reading_id,
    n.sheet_no,
    n.row_no,
    n.part_code,
    n.county_code,
    n.county_code as region_key,
    coalesce(
        {{ hashed_key("'project:' || n.county_code || ':' || n.project_name_normalised || ':' "
            ~ "|| coalesce(n.place_normalised, '')") }}, -1
    ) as fund_project_key,
    n.project_name,
    n.project_category,
    n.place_text,
    n.village_codes,
    n.township_codes,
    n.nature,
    n.content,
    n.fund_source,
    n.amount_yuan,
    n.amount_central_yuan,
    n.amount_province_yuan,
    n.amount_city_yuan,
    n.amount_county_yuan,
    n.unit_name,
    n.target_text,
    n.benefit_households,
    n.benefit_people,
    n.doc_no,
    n.spent_yuan,
    n.progress
from named as n
