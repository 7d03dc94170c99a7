-- R45: claims that their policy does not cover, each side named. X02: insured households stated poor that the county's
-- register does not have, once a household. A county is asked only where it sent the other form.
with reported as (
    select
        f.county_code,
        bool_or(f.form = 'insurance_policies') as has_policies,
        bool_or(f.form = 'registered_persons') as has_register
    from {{ ref('fct_form_readings') }} as f
    where f.form in ('insurance_policies', 'registered_persons')
    group by f.county_code
),

covers as (
    select v.*
    from {{ ref('metrics__int_insurance_covers') }} as v
),

-- Another policy of the household and product, to be named where the claim's number leads nowhere.
others as (
    select distinct on (v.household_key, v.product_key) v.*
    from covers as v
    order by v.household_key asc, v.product_key asc, v.policy_no_key asc
),

claims as (
    select
        c.county_code,
        c.reading_id,
        c.sheet_no,
        c.row_no,
        c.policy_no,
        c.loss_qty,
        coalesce(c.loss_qty_unit, '') as loss_unit,
        c.payout_yuan,
        nullif(c.loss_date_key, -1) as loss_date_key,
        v.household_key is not null as has_policy,
        coalesce(v.reading_id, o.reading_id) as other_reading_id,
        coalesce(v.sheet_no, o.sheet_no) as other_sheet_no,
        coalesce(v.row_no, o.row_no) as other_row_no,
        o.policy_no as other_policy_no,
        v.insured_qty,
        coalesce(v.insured_qty_unit, '') as insured_unit,
        v.unit_sum_yuan,
        v.cover_start_date_key,
        v.cover_end_date_key
    from {{ ref('fct_insurance_claims') }} as c
    inner join reported as r on c.county_code = r.county_code and r.has_policies
    left join covers as v
        on
            c.county_code = v.county_code
            and c.policy_no_key = v.policy_no_key
            and c.household_key = v.household_key
            and c.product_key = v.product_key
    left join others as o
        on v.household_key is null and c.household_key = o.household_key and c.product_key = o.product_key
    where c.household_key <> -1
),

-- Numbers as people write them.
shown as (
    select
        c.*,
        trim_scale(c.loss_qty)::text || c.loss_unit as loss_text,
        trim_scale(c.insured_qty)::text || c.insured_unit as insured_text
    from claims as c
),

mismatches as (
    select
        s.*,
        l.this_text,
        l.other_text
    from shown as s
    cross join
        lateral (
            values
            (
                not s.has_policy,
                '保单号 ' || coalesce(s.policy_no, '（略）'),
                case
                    when s.other_reading_id is null then '清单（没有这一户这一险种）'
                    else '保单号 ' || coalesce(s.other_policy_no, '（略）')
                end
            ),
            (
                s.loss_date_key < s.cover_start_date_key or s.loss_date_key > s.cover_end_date_key,
                '出险日期 ' || to_char(to_date(s.loss_date_key::text, 'YYYYMMDD'), 'YYYY-MM-DD'),
                '保险期间 ' || coalesce(to_char(to_date(s.cover_start_date_key::text, 'YYYYMMDD'), 'YYYY-MM-DD'), '未填')
                || ' 至 ' || coalesce(to_char(to_date(s.cover_end_date_key::text, 'YYYYMMDD'), 'YYYY-MM-DD'), '未填')
            ),
            (s.loss_qty > s.insured_qty, '受损数量 ' || s.loss_text, '保险数量 ' || s.insured_text),
            (
                s.payout_yuan > s.loss_qty * s.unit_sum_yuan,
                '赔付金额 ' || trim_scale(s.payout_yuan)::text || ' 元',
                '受损数量 ' || s.loss_text || ' 乘以单位保额 ' || trim_scale(s.unit_sum_yuan)::text || ' 元'
            )
        ) as l (is_wrong, this_text, other_text)
    where l.is_wrong
),

-- The first row of each household that some row states to be poor.
poor as (
    select distinct on (p.household_key)
        p.county_code,
        p.household_key,
        p.reading_id,
        p.sheet_no,
        p.row_no,
        p.village_key,
        p.policy_no
    from {{ ref('fct_insurance_policies') }} as p
    inner join reported as r on p.county_code = r.county_code and r.has_register
    where p.is_poor and p.household_key <> -1
    order by p.household_key asc, p.reading_id asc, p.sheet_no asc, p.row_no asc
),

registered as (
    select distinct f.household_key
    from {{ ref('fct_registered_persons') }} as f
    where f.is_latest_period
)

select
    'R45' as rule_id,
    m.county_code,
    'insurance_claims' as form,
    m.reading_id,
    m.sheet_no,
    m.row_no,
    m.this_text,
    'insurance_policies' as other_form,
    m.other_reading_id,
    m.other_sheet_no,
    m.other_row_no,
    m.other_text
from mismatches as m
union all
select
    'X02' as rule_id,
    p.county_code,
    'insurance_policies' as form,
    p.reading_id,
    p.sheet_no,
    p.row_no,
    coalesce(v.village_name, '') || '村一户（保单号 ' || coalesce(p.policy_no, '略') || '）' as this_text,
    'registered_persons' as other_form,
    null as other_reading_id,
    null as other_sheet_no,
    null as other_row_no,
    '没有这一户' as other_text
from poor as p
left join registered as g on p.household_key = g.household_key
left join {{ ref('dim_village') }} as v on p.village_key = v.village_key
where g.household_key is null
