-- Where dividends may have been paid out of the households' own principal (R13), household by body: money was paid
-- while the principal is lost, came back short or shrank, or within some years of signing it adds up to the principal.
with pairs as (
    select
        s.county_code,
        s.household_key,
        s.entity_key,
        sum(s.share_amount_yuan) as share_amount_yuan,
        min(s.signed_date) as signed_date,
        sum(s.dividend_paid_yuan) as paid_yuan,
        bool_or(s.principal_status = '损失') as has_loss,
        bool_or(
            s.principal_status = '到期退还' and s.principal_returned_yuan is not null
            and s.principal_returned_yuan < s.share_amount_yuan
        ) as came_back_short,
        bool_or(not s.is_in_force) as has_left,
        (array_agg(
            array[s.reading_id, s.sheet_no, s.row_no] order by s.reading_id desc, s.sheet_no asc, s.row_no asc
        ))[1:1] as place
    from {{ ref('fct_household_shares') }} as s
    where s.is_latest_period
    group by s.county_code, s.household_key, s.entity_key
),

-- What earlier ledgers said that the household had put into the body.
before as (
    select
        e.household_key,
        e.entity_key,
        max(e.share_amount_yuan) as share_amount_yuan
    from (
        select
            s.household_key,
            s.entity_key,
            s.period_end,
            sum(s.share_amount_yuan) as share_amount_yuan
        from {{ ref('fct_household_shares') }} as s
        where not s.is_latest_period
        group by s.household_key, s.entity_key, s.period_end
    ) as e
    group by e.household_key, e.entity_key
),

paid_soon as (
    select
        p.household_key,
        p.entity_key,
        sum(d.dividend_paid_yuan) as paid_yuan
    from pairs as p
    inner join {{ ref('metrics__int_share_parameters') }} as m on p.county_code = m.county_code
    inner join {{ ref('fct_dividend_payments') }} as d
        on
            p.household_key = d.household_key and p.entity_key = d.entity_key
            and d.paid_date <= p.signed_date + make_interval(years => m.principal_return_years::integer)
    group by p.household_key, p.entity_key
),

last_payments as (
    select distinct on (d.household_key, d.entity_key)
        d.household_key,
        d.entity_key,
        d.reading_id,
        d.sheet_no,
        d.row_no
    from {{ ref('fct_dividend_payments') }} as d
    where d.dividend_paid_yuan > 0
    order by
        d.household_key asc, d.entity_key asc, d.paid_date desc nulls last, d.reading_id desc, d.sheet_no asc,
        d.row_no asc
),

reasons as (
    select
        p.*,
        concat_ws(
            '；',
            case when p.has_loss then '本金损失仍在分红' end,
            case when p.came_back_short then '本金没有足额退还' end,
            case
                when b.share_amount_yuan > p.share_amount_yuan and not p.has_left then '入股金额比以前减少'
            end,
            case when n.paid_yuan >= p.share_amount_yuan then '几年内分红已抵本金' end
        ) as reason_text
    from pairs as p
    left join before as b on p.household_key = b.household_key and p.entity_key = b.entity_key
    left join paid_soon as n on p.household_key = n.household_key and p.entity_key = n.entity_key
    where p.paid_yuan > 0
)

select
    r.county_code,
    r.household_key,
    r.entity_key,
    r.share_amount_yuan::numeric(20, 4) as share_amount_yuan,
    r.signed_date,
    r.paid_yuan::numeric(20, 4) as dividend_paid_yuan,
    r.reason_text,
    r.place[1][1] as share_reading_id,
    r.place[1][2]::integer as share_sheet_no,
    r.place[1][3]::integer as share_row_no,
    l.reading_id,
    l.sheet_no,
    l.row_no
from reasons as r
inner join last_payments as l on r.household_key = l.household_key and r.entity_key = l.entity_key
where r.reason_text <> ''
