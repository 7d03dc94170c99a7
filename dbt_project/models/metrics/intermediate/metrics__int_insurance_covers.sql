-- One household's cover of one product by one policy, whichever rows and periods state it: claims are held against it.
select
    p.publication_id,
    p.county_code,
    p.policy_no_key,
    p.household_key,
    p.product_key,
    min(p.insurer) as insurer,
    min(p.insurance_product_key) as insurance_product_key,
    min(p.policy_no) as policy_no,
    sum(p.insured_qty)::numeric(20, 4) as insured_qty,
    min(p.insured_qty_unit) as insured_qty_unit,
    max(p.unit_sum_yuan)::numeric(20, 4) as unit_sum_yuan,
    min(nullif(p.cover_start_date_key, -1)) as cover_start_date_key,
    max(nullif(p.cover_end_date_key, -1)) as cover_end_date_key,
    (array_agg(p.reading_id order by p.reading_id, p.sheet_no, p.row_no))[1] as reading_id,
    (array_agg(p.sheet_no order by p.reading_id, p.sheet_no, p.row_no))[1] as sheet_no,
    (array_agg(p.row_no order by p.reading_id, p.sheet_no, p.row_no))[1] as row_no
from {{ ref('fct_insurance_policies') }} as p
where p.household_key <> -1 and p.policy_no_key <> -1
group by p.publication_id, p.county_code, p.policy_no_key, p.household_key, p.product_key
