{{ config(unique_key=['reading_id', 'sheet_no', 'row_no']) }}

-- How far each share of the newest ledgers has come: agreed, certified, due, paid. What is paid is known by household
-- and body; of several agreements of one household in one body each has its part, by the money put in, to the cent.
-- Where the county sent no dividends it is not known whether any were paid.
with shares as (
    select
        f.reading_id,
        f.sheet_no,
        f.row_no,
        f.county_code,
        coalesce(h.household_key, -1) as household_key,
        coalesce(a.entity_key, -1) as entity_key,
        f.has_agreement,
        f.has_certificate,
        f.principal_status,
        sum(f.share_amount_yuan) over earlier as upto_yuan,
        sum(f.share_amount_yuan) over earlier - f.share_amount_yuan as before_yuan,
        sum(f.share_amount_yuan) over (
            partition by coalesce(h.household_key, -1), coalesce(a.entity_key, -1)
        ) as whole_yuan
    from {{ ref('core__fct_household_shares') }} as f
    inner join {{ source('ops', 'visible_parts') }} as p
        on
            f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'household_shares'
            and p.is_latest_period
    left join {{ ref('core__entity_aliases') }} as a
        on f.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
    left join {{ ref('core__household_aliases') }} as h
        on f.household_alias_key = h.household_alias_key and h.publication_id = {{ visible_publication() }}
    window earlier as (
        partition by coalesce(h.household_key, -1), coalesce(a.entity_key, -1)
        order by f.signed_date_key, f.reading_id, f.sheet_no, f.row_no
        rows unbounded preceding
    )
),

payments as (
    select
        coalesce(h.household_key, -1) as household_key,
        coalesce(a.entity_key, -1) as entity_key,
        sum(f.dividend_due_yuan) as due_yuan,
        sum(f.dividend_paid_yuan) as paid_yuan,
        max(f.dividend_period_end_date_key) as last_due_date_key,
        max(f.paid_date_key) filter (where f.dividend_paid_yuan > 0) as last_paid_date_key
    from {{ ref('core__fct_dividend_payments') }} as f
    inner join {{ source('ops', 'visible_parts') }} as p
        on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'dividend_payments'
    left join {{ ref('core__entity_aliases') }} as a
        on f.entity_alias_key = a.entity_alias_key and a.publication_id = {{ visible_publication() }}
    left join {{ ref('core__household_aliases') }} as h
        on f.household_alias_key = h.household_alias_key and h.publication_id = {{ visible_publication() }}
    group by coalesce(h.household_key, -1), coalesce(a.entity_key, -1)
),

reported as (
    select distinct f.county_code
    from {{ ref('core__fct_dividend_payments') }} as f
    inner join {{ source('ops', 'visible_parts') }} as p
        on f.reading_id = p.reading_id and f.part_code = p.part_code and p.form = 'dividend_payments'
),

counted as (
    select
        s.*,
        case
            when r.county_code is null and d.household_key is null then null
            else
                round(coalesce(d.due_yuan, 0) * s.upto_yuan / s.whole_yuan, 2)
                - round(coalesce(d.due_yuan, 0) * s.before_yuan / s.whole_yuan, 2)
        end as due_yuan,
        case
            when r.county_code is null and d.household_key is null then null
            else
                round(coalesce(d.paid_yuan, 0) * s.upto_yuan / s.whole_yuan, 2)
                - round(coalesce(d.paid_yuan, 0) * s.before_yuan / s.whole_yuan, 2)
        end as paid_yuan,
        coalesce(d.last_due_date_key, -1) as last_due_date_key,
        coalesce(d.last_paid_date_key, -1) as last_paid_date_key
    from shares as s
    left join payments as d on s.household_key = d.household_key and s.entity_key = d.entity_key
    left join reported as r on s.county_code = r.county_code
)

select
    {{ visible_publication() }} as publication_id,
    c.reading_id,
    c.sheet_no,
    c.row_no,
    c.county_code,
    c.due_yuan::numeric(20, 4) as dividend_due_yuan,
    c.paid_yuan::numeric(20, 4) as dividend_paid_yuan,
    c.last_due_date_key,
    c.last_paid_date_key,
    case
        when c.principal_status in ('到期退还', '转投') then '已退出'
        when c.principal_status = '损失' then '本金损失'
        when c.paid_yuan > 0 and c.paid_yuan >= c.due_yuan then '已分红'
        when c.paid_yuan > 0 then '部分分红'
        when c.due_yuan > 0 then '应分未分'
        when c.has_certificate then '已发股权证'
        when c.has_agreement then '已签协议'
        else '未签协议'
    end as stage_text
from counted as c
