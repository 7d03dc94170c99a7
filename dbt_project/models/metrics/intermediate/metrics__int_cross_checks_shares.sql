-- What the ledgers of shares and of dividends say against each other and against registers and projects: R12, R13, R17,
-- R18, X03. What stands on one side only is no contradiction, except for R18 and X03, which ask for what is missing.
with shares as (
    select
        s.*,
        e.entity_name
    from {{ ref('fct_household_shares') }} as s
    left join {{ ref('dim_entity') }} as e on s.entity_key = e.entity_key
    where s.is_latest_period
),

-- A household's agreements with one body, the first of them naming the row.
pairs as (
    select
        s.county_code,
        s.household_key,
        s.entity_key,
        min(s.entity_name) as entity_name,
        sum(s.share_amount_yuan) as share_amount_yuan,
        case when bool_and(s.signed_date is not null) then min(s.signed_date) end as signed_date,
        bool_or(s.is_in_force) as is_in_force,
        max(s.period_end) as period_end,
        coalesce(sum(s.dividend_due_yuan), 0) + coalesce(sum(s.dividend_paid_yuan), 0) as dividends_yuan,
        bool_and(s.dividend_due_yuan is not null) as is_dividend_known,
        (array_agg(
            array[s.reading_id, s.sheet_no, s.row_no] order by s.reading_id desc, s.sheet_no asc, s.row_no asc
        ))[1:1] as place
    from shares as s
    group by s.county_code, s.household_key, s.entity_key
),

reported as (
    select distinct f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form = 'registered_persons'
),

registers as (
    select
        'cooperatives' as form,
        c.county_code,
        c.entity_key,
        c.share_fund_total_yuan,
        c.reading_id,
        c.sheet_no,
        c.row_no
    from {{ ref('fct_cooperatives') }} as c
    where c.is_latest_period and c.share_fund_total_yuan is not null and c.entity_key <> -1
    union all
    select
        'lead_enterprises' as form,
        c.county_code,
        c.entity_key,
        c.share_fund_total_yuan,
        c.reading_id,
        c.sheet_no,
        c.row_no
    from {{ ref('fct_lead_enterprises') }} as c
    where c.is_latest_period and c.share_fund_total_yuan is not null and c.entity_key <> -1
),

held as (
    select
        s.entity_key,
        min(s.entity_name) as entity_name,
        sum(s.share_amount_yuan) as share_amount_yuan,
        (array_agg(
            array[s.reading_id, s.sheet_no, s.row_no] order by s.reading_id desc, s.sheet_no asc, s.row_no asc
        ))[1:1] as place
    from shares as s
    where coalesce(s.principal_status, '在股') not in ('到期退还', '转投')
    group by s.entity_key
),

signed_in_year as (
    select
        s.county_code,
        sum(s.share_amount_yuan) as share_amount_yuan,
        (array_agg(
            array[s.reading_id, s.sheet_no, s.row_no] order by s.reading_id desc, s.sheet_no asc, s.row_no asc
        ))[1:1] as place
    from shares as s
    where extract(year from s.signed_date) = {{ var('programme_year') }}
    group by s.county_code
),

projects as (
    select
        f.county_code,
        sum(f.amount_yuan) as amount_yuan,
        (array_agg(
            array[f.reading_id, f.sheet_no, f.row_no] order by f.reading_id desc, f.sheet_no asc, f.row_no asc
        ))[1:1] as place
    from {{ ref('fct_fund_allocations') }} as f
    inner join {{ ref('dim_fund_project') }} as j on f.fund_project_key = j.fund_project_key
    where f.is_latest_period and j.project_name ~ '入股|配股'
    group by f.county_code
),

strangers as (
    select
        s.county_code,
        s.household_key,
        sum(s.share_amount_yuan) as share_amount_yuan,
        (array_agg(
            array[s.reading_id, s.sheet_no, s.row_no] order by s.reading_id desc, s.sheet_no asc, s.row_no asc
        ))[1:1] as place
    from shares as s
    inner join reported as r on s.county_code = r.county_code
    left join {{ ref('dim_household') }} as h on s.household_key = h.household_key
    where h.is_registered is not true
    group by s.county_code, s.household_key
),

findings as (
    select
        'R12' as rule_id,
        d.county_code,
        'dividend_payments' as form,
        d.reading_id,
        d.sheet_no,
        d.row_no,
        to_char(d.paid_date, 'YYYY-MM-DD') as this_text,
        'household_shares' as other_form,
        p.place as other_place,
        to_char(p.signed_date, 'YYYY-MM-DD') as other_text
    from {{ ref('fct_dividend_payments') }} as d
    inner join pairs as p
        on d.county_code = p.county_code and d.household_key = p.household_key and d.entity_key = p.entity_key
    where d.dividend_paid_yuan > 0 and d.paid_date < p.signed_date
    union all
    select
        'R13' as rule_id,
        u.county_code,
        'dividend_payments' as form,
        u.reading_id,
        u.sheet_no,
        u.row_no,
        concat(trim_scale(u.dividend_paid_yuan), ' 元（', e.entity_name, '）') as this_text,
        'household_shares' as other_form,
        array[array[u.share_reading_id, u.share_sheet_no, u.share_row_no]] as other_place,
        concat(trim_scale(u.share_amount_yuan), ' 元（', u.reason_text, '）') as other_text
    from {{ ref('metrics__int_share_suspects') }} as u
    left join {{ ref('dim_entity') }} as e on u.entity_key = e.entity_key
    union all
    select
        'R17' as rule_id,
        g.county_code,
        'household_shares' as form,
        h.place[1][1] as reading_id,
        h.place[1][2]::integer as sheet_no,
        h.place[1][3]::integer as row_no,
        concat(trim_scale(h.share_amount_yuan), ' 元（', h.entity_name, '）') as this_text,
        g.form as other_form,
        array[array[g.reading_id, g.sheet_no, g.row_no]] as other_place,
        concat(
            case g.form when 'cooperatives' then '合作社名录' else '龙头企业台账' end, '填写的 ',
            trim_scale(g.share_fund_total_yuan), ' 元'
        ) as other_text
    from registers as g
    inner join held as h on g.entity_key = h.entity_key
    inner join {{ ref('metrics__int_share_parameters') }} as m on g.county_code = m.county_code
    where abs(h.share_amount_yuan - g.share_fund_total_yuan) > m.share_total_tolerance_yuan
    union all
    select
        'R17' as rule_id,
        y.county_code,
        'household_shares' as form,
        y.place[1][1] as reading_id,
        y.place[1][2]::integer as sheet_no,
        y.place[1][3]::integer as row_no,
        concat(trim_scale(y.share_amount_yuan), ' 元（{{ var("programme_year") }} 年签订）') as this_text,
        'fund_projects' as other_form,
        j.place as other_place,
        concat('资金项目台账入股项目的 ', trim_scale(j.amount_yuan), ' 元') as other_text
    from signed_in_year as y
    inner join projects as j on y.county_code = j.county_code
    inner join {{ ref('metrics__int_share_parameters') }} as m on y.county_code = m.county_code
    where abs(y.share_amount_yuan - j.amount_yuan) > m.share_total_tolerance_yuan
    union all
    select
        'R18' as rule_id,
        d.county_code,
        'dividend_payments' as form,
        d.reading_id,
        d.sheet_no,
        d.row_no,
        concat(e.entity_name, ' ', d.dividend_period, ' 应分 ', trim_scale(d.dividend_due_yuan), ' 元') as this_text,
        'household_shares' as other_form,
        p.place as other_place,
        concat('已分 ', trim_scale(d.dividend_paid_yuan), ' 元，', d.dividend_period_end_date, ' 期满') as other_text
    from {{ ref('metrics__int_dividend_periods') }} as d
    left join {{ ref('dim_entity') }} as e on d.entity_key = e.entity_key
    left join pairs as p
        on d.county_code = p.county_code and d.household_key = p.household_key and d.entity_key = p.entity_key
    where d.is_dividend_overdue
    union all
    -- A share more than a year old by its ledger's own day, of which the county's dividends say nothing at all.
    select
        'R18' as rule_id,
        p.county_code,
        'household_shares' as form,
        p.place[1][1] as reading_id,
        p.place[1][2]::integer as sheet_no,
        p.place[1][3]::integer as row_no,
        concat(p.entity_name, '（入股 ', trim_scale(p.share_amount_yuan), ' 元）') as this_text,
        'dividend_payments' as other_form,
        null::bigint[] as other_place,
        concat(p.signed_date, ' 签订协议，分红花名册没有该户') as other_text
    from pairs as p
    inner join {{ ref('metrics__int_share_parameters') }} as m on p.county_code = m.county_code
    cross join {{ ref('dim_publication') }} as v
    where
        p.is_in_force and p.is_dividend_known and p.dividends_yuan = 0
        and least(v.as_of_date, p.period_end) - (p.signed_date + interval '1 year')::date > m.dividend_overdue_days
    union all
    select
        'X03' as rule_id,
        s.county_code,
        'household_shares' as form,
        s.place[1][1] as reading_id,
        s.place[1][2]::integer as sheet_no,
        s.place[1][3]::integer as row_no,
        concat('一户（入股 ', trim_scale(s.share_amount_yuan), ' 元）') as this_text,
        'registered_persons' as other_form,
        null::bigint[] as other_place,
        '本县已报送建档立卡信息' as other_text
    from strangers as s
)

select
    f.rule_id,
    f.county_code,
    f.form,
    f.reading_id,
    f.sheet_no,
    f.row_no,
    f.this_text,
    f.other_form,
    f.other_place[1][1] as other_reading_id,
    f.other_place[1][2]::integer as other_sheet_no,
    f.other_place[1][3]::integer as other_row_no,
    f.other_text
from findings as f
