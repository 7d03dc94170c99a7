select
    r.reading_id,
    r.sheet_no,
    r.row_no,
    r.part_code,
    r.county_code,
    coalesce(r.township_code, r.county_code) as region_key,
    coalesce(r.village_code, '-1') as village_key,
    r.voucher_batch,
    r.voucher_count,
    r.voucher_amount_yuan
from {{ source('raw', 'fertiliser_vouchers') }} as r
