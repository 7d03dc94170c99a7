with keyed as (
    {{ rows_naming_a_body(source('raw', 'lead_enterprises')) }}
)

select
    k.reading_id,
    k.sheet_no,
    k.row_no,
    k.part_code,
    k.county_code,
    k.county_code as region_key,
    coalesce({{ hashed_key('k.natural_key') }}, -1) as entity_alias_key,
    k.entity_name,
    k.entity_name_normalised,
    k.credit_code,
    k.lead_level,
    k.cert_year,
    coalesce(k.main_product, '-1') as product_key,
    k.main_product,
    k.main_product_name,
    k.enterprise_origin,
    k.total_assets_yuan,
    k.annual_sales_yuan,
    k.driven_coops,
    k.driven_poor_households,
    k.share_fund_total_yuan,
    k.award_amount_yuan,
    k.driving_model,
    k.operation_status,
    k.is_dividend_on_time,
    row_number() over (
        partition by k.reading_id, coalesce(k.natural_key, k.sheet_no || ':' || k.row_no)
        order by k.sheet_no desc, k.row_no desc
    ) = 1 as is_last_copy
from keyed as k
