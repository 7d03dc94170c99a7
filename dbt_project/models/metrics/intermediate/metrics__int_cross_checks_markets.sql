-- R72: a channel flagged 甘味 whose product is in no entry of the brand directory that held then (the newest not later
-- than the year), nor is its operator. A row without a product can't be looked up.
with flagged as (
    select
        s.county_code,
        s.reading_id,
        s.sheet_no,
        s.row_no,
        s.product_name,
        c.channel_name,
        e.entity_name,
        (
            select max(d.directory_year)
            from {{ ref('dim_brand_directory') }} as d
            where d.directory_year <= extract(year from s.period_end)
        ) as directory_year
    from {{ ref('fct_channel_sales') }} as s
    left join {{ ref('dim_sales_channel') }} as c on s.sales_channel_key = c.sales_channel_key
    left join {{ ref('dim_entity') }} as e on s.entity_key = e.entity_key
    where s.is_latest_period and s.is_ganwei and s.product_name is not null
)

select
    'R72' as rule_id,
    f.county_code,
    'sales_channels' as form,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.product_name || coalesce('（' || f.channel_name || '）', '') as this_text,
    null::text as other_form,
    null::bigint as other_reading_id,
    null::integer as other_sheet_no,
    null::integer as other_row_no,
    f.directory_year || ' 年《“甘味”知名农产品目录》' as other_text
from flagged as f
where
    f.directory_year is not null
    and not exists (
        select 1
        from {{ ref('dim_brand_directory') }} as d
        where
            d.directory_year = f.directory_year
            and (
                position(d.product_keyword in f.product_name) > 0
                or position(d.entry_name in f.entity_name) > 0
            )
    )
