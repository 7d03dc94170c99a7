-- A big grower is a person: known by the token of the name within the county, and shown without the name.
with keyed as (
    {{ rows_naming_a_body(source('raw', 'farms_growers'), may_be_person=true) }}
)

select
    k.reading_id,
    k.sheet_no,
    k.row_no,
    k.part_code,
    k.county_code,
    coalesce(k.township_code, k.county_code) as region_key,
    coalesce(k.village_code, '-1') as village_key,
    coalesce({{ hashed_key('k.natural_key') }}, -1) as entity_alias_key,
    {{ public_entity_name('k.entity_name', 'k.entity_name_token') }} as entity_name,
    k.entity_name_normalised,
    k.credit_code,
    k.entity_type,
    k.area_mu,
    k.transferred_area_mu,
    k.head_count,
    k.custody_households,
    k.custody_signed_date,
    {{ date_key('k.custody_signed_date') }} as custody_signed_date_key,
    coalesce(k.main_product, '-1') as product_key,
    k.main_product,
    k.main_product_name
from keyed as k
