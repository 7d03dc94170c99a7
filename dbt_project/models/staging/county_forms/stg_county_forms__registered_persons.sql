-- Names, masks and tokens of persons stay in the raw layer. A household is the rows of one file with one number; its
-- head comes first, and the head's token is what other forms know it by.
with placed as (
    select
        r.*,
        row_number() over household as place_in_household,
        first_value(r.person_id_token) over household as first_token,
        coalesce(first_value(r.relation) over household = '户主', false) as has_head
    from {{ source('raw', 'registered_persons') }} as r
    window household as (
        partition by r.reading_id, r.household_code
        order by (coalesce(r.relation, '') = '户主') desc, r.sheet_no asc, r.row_no asc
    )
),

keyed as (
    select
        p.*,
        case when p.has_head then p.first_token end as head_token
    from placed as p
)

select
    k.reading_id,
    k.sheet_no,
    k.row_no,
    k.part_code,
    k.county_code,
    coalesce(k.township_code, k.county_code) as region_key,
    coalesce(k.village_code, '-1') as village_key,
    coalesce(
        {{ hashed_key(household_natural_key('k.head_token', 'k.household_code', 'k.county_code')) }}, -1
    ) as household_alias_key,
    {{ household_code_key('k.household_code', 'k.county_code') }} as household_code_key,
    {{ hashed_key("'token:' || k.person_id_token") }} as household_token_key,
    coalesce({{ person_key('k.person_id_token') }}, -1) as person_key,
    k.place_in_household = 1 as is_household_row,
    k.place_in_household = 1 and k.has_head as is_head,
    k.household_size,
    k.relation,
    k.nation,
    k.education,
    k.student_status,
    k.health,
    k.labour_capacity,
    k.work_place,
    k.work_months,
    k.has_critical_insurance,
    k.exit_status,
    k.exit_status_year,
    k.poor_type,
    k.poverty_cause,
    k.has_unsafe_house,
    k.has_safe_water,
    k.has_water_shortage,
    k.income_per_person_yuan,
    k.is_exit_by_industry
from keyed as k
