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
    f.sales_channel_key,
    coalesce(a.entity_key, -1) as entity_key,
    f.start_date_key,
    f.product_name,
    f.is_ganwei,
    f.cert_type,
    f.qty,
    f.qty_unit,
    f.sales_amount_yuan,
    f.signed_amount_yuan,
    f.driven_poor_households,
    f.award_amount_yuan
from {{ ref('core__fct_channel_sales') }} as f
inner join {{ source('ops', 'visible_parts') }} as p
    on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'sales_channels'
left join {{ ref('core__entity_aliases') }} as a
    on f.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
where {{ county_is_visible('f.county_code') }}
