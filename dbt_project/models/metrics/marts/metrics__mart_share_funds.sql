{{ config(unique_key=['county_code', 'entity_key'], indexes=[{'columns': ['publication_id', 'entity_key']}]) }}

-- Shares come from the newest ledgers, dividends from all that were reported; a body may stand in one of them alone.
with shares as (
    select
        s.county_code,
        s.entity_key,
        count(*) as shares,
        count(distinct s.household_key) as share_households,
        sum(s.share_amount_yuan) as share_amount_yuan,
        coalesce(sum(s.share_amount_yuan) filter (where s.is_in_force), 0) as in_force_yuan,
        coalesce(sum(s.share_amount_yuan) filter (where s.principal_status = '损失'), 0) as lost_yuan,
        count(*) filter (where s.is_in_force) as in_force_shares,
        count(*) filter (where s.is_in_force and s.has_certificate) as certified_shares,
        count(*) filter (where s.has_agreement) as agreed_shares,
        count(*) filter (where s.is_in_force and s.entity_type = '合作社') as coop_shares,
        count(*) filter (where s.is_in_force and s.entity_type = '合作社' and s.is_member) as member_shares,
        min(s.dividend_rate_pct) as min_rate_pct,
        sum(s.share_amount_yuan * s.dividend_rate_pct)
        / nullif(sum(s.share_amount_yuan) filter (where s.dividend_rate_pct is not null), 0) as mean_rate_pct
    from {{ ref('fct_household_shares') }} as s
    where s.is_latest_period
    group by s.county_code, s.entity_key
),

dividends as (
    select
        d.county_code,
        d.entity_key,
        sum(d.dividend_due_yuan) as due_yuan,
        sum(d.dividend_paid_yuan) as paid_yuan,
        sum(d.arrears_yuan) as arrears_yuan,
        count(distinct d.household_key) filter (where d.is_dividend_overdue) as overdue_households,
        max(d.dividend_days_late) as max_days_late,
        avg(d.dividend_days_late) as mean_days_late
    from {{ ref('metrics__int_dividend_periods') }} as d
    group by d.county_code, d.entity_key
),

suspects as (
    select
        u.county_code,
        u.entity_key,
        count(*) as suspects,
        string_agg(distinct u.reason_text, '；') as reason_text
    from {{ ref('metrics__int_share_suspects') }} as u
    group by u.county_code, u.entity_key
),

reported as (
    select
        f.county_code,
        bool_or(f.form = 'household_shares') as has_shares,
        bool_or(f.form = 'dividend_payments') as has_dividends
    from {{ ref('fct_form_readings') }} as f
    where f.form in ('household_shares', 'dividend_payments')
    group by f.county_code
),

bodies as (
    select
        coalesce(s.county_code, d.county_code) as county_code,
        coalesce(s.entity_key, d.entity_key) as entity_key,
        s.shares,
        s.share_households,
        s.share_amount_yuan,
        s.in_force_yuan,
        s.lost_yuan,
        s.in_force_shares,
        s.certified_shares,
        s.agreed_shares,
        s.coop_shares,
        s.member_shares,
        s.min_rate_pct,
        s.mean_rate_pct,
        d.due_yuan,
        d.paid_yuan,
        d.arrears_yuan,
        d.overdue_households,
        d.max_days_late,
        d.mean_days_late
    from shares as s
    full outer join dividends as d on s.county_code = d.county_code and s.entity_key = d.entity_key
)

select
    v.publication_id,
    b.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    b.entity_key,
    e.entity_name,
    e.entity_type,
    e.operation_status,
    b.shares::integer as shares,
    b.share_households::integer as share_households,
    b.share_amount_yuan::numeric(20, 4) as share_amount_yuan,
    b.in_force_yuan::numeric(20, 4) as in_force_yuan,
    b.lost_yuan::numeric(20, 4) as lost_yuan,
    (case when q.has_dividends then coalesce(b.due_yuan, 0) end)::numeric(20, 4) as dividend_due_yuan,
    (case when q.has_dividends then coalesce(b.paid_yuan, 0) end)::numeric(20, 4) as dividend_paid_yuan,
    (case when q.has_dividends then coalesce(b.arrears_yuan, 0) end)::numeric(20, 4) as arrears_yuan,
    (case when q.has_dividends then coalesce(b.overdue_households, 0) end)::integer as overdue_households,
    b.max_days_late::integer as max_days_late,
    b.mean_days_late::numeric(12, 1) as mean_days_late,
    (100.0 * b.certified_shares / nullif(b.in_force_shares, 0))::numeric(12, 2) as certificate_pct,
    (100.0 * b.agreed_shares / nullif(b.shares, 0))::numeric(12, 2) as agreement_pct,
    (100.0 * b.member_shares / nullif(b.coop_shares, 0))::numeric(12, 2) as member_pct,
    b.min_rate_pct::numeric(9, 4) as min_rate_pct,
    b.mean_rate_pct::numeric(9, 4) as mean_rate_pct,
    (case when q.has_shares and q.has_dividends then coalesce(u.suspects, 0) end)::integer as suspects,
    u.reason_text,
    coalesce(b.in_force_yuan, 0) > 0 and coalesce(e.operation_status in ('未运行', '空壳社', '停产'), false)
        as is_holding_while_not_operating
from bodies as b
inner join reported as q on b.county_code = q.county_code
left join suspects as u on b.county_code = u.county_code and b.entity_key = u.entity_key
left join {{ ref('dim_entity') }} as e on b.entity_key = e.entity_key
left join {{ ref('dim_region') }} as r on b.county_code = r.region_key
cross join {{ ref('dim_publication') }} as v
