-- R60: problems whose time limit has passed. R65: supervised targets that are not on the list. The nation watches over
-- villages by what they were when it chose them, so the highest report of a village is what counts.
with supervised as (
    select
        s.*,
        max(s.left_people) over (partition by s.county_code, s.village_key) as highest_people,
        max(s.poverty_rate_pct) over (partition by s.county_code, s.village_key) as highest_rate_pct
    from {{ ref('fct_supervision') }} as s
),

bounds as (
    select
        c.county_code,
        coalesce(
            max(p.value) filter (where p.parameter = 'supervision_people_max' and p.county_code = c.county_code),
            max(p.value) filter (where p.parameter = 'supervision_people_max')
        ) as people_max,
        coalesce(
            max(p.value) filter (where p.parameter = 'supervision_rate_max_pct' and p.county_code = c.county_code),
            max(p.value) filter (where p.parameter = 'supervision_rate_max_pct')
        ) as rate_max_pct
    from {{ ref('dim_region') }} as c
    inner join {{ ref('dim_parameter') }} as p on p.county_code in (c.county_code, '-1')
    where c.region_level = 'county'
    group by c.county_code
),

reported as (
    select distinct f.county_code
    from {{ ref('fct_form_readings') }} as f
    where f.form = 'village_base'
),

base as (
    select distinct on (b.village_key)
        b.village_key,
        b.reading_id,
        b.sheet_no,
        b.row_no,
        b.exit_year
    from {{ ref('fct_village_base') }} as b
    where b.is_latest_period and b.village_key <> '-1'
    order by b.village_key asc, b.period_end desc, b.reading_id desc, b.sheet_no asc, b.row_no asc
),

judged as (
    select
        s.county_code,
        s.reading_id,
        s.sheet_no,
        s.row_no,
        s.target_kind,
        s.supervision_level,
        s.highest_people,
        s.highest_rate_pct,
        p.people_max,
        p.rate_max_pct,
        b.reading_id as base_reading_id,
        b.sheet_no as base_sheet_no,
        b.row_no as base_row_no,
        b.exit_year,
        case when s.target_kind = '县' then r.county_name else v.township_name || v.village_name end as target_text,
        coalesce(s.target_kind = '县' and r.is_unexited_at_2020_start is not true, false) as is_county_not_listed,
        s.target_kind = '村' and b.village_key is null and f.county_code is not null as is_village_unknown,
        coalesce(s.target_kind = '村' and b.exit_year < {{ var('programme_year') }}, false) as is_village_long_exited,
        coalesce(
            s.target_kind = '村' and s.supervision_level = '国家'
            and s.highest_people <= p.people_max and s.highest_rate_pct <= p.rate_max_pct, false
        ) as is_below_national
    from supervised as s
    left join {{ ref('dim_region') }} as r on s.county_code = r.region_key
    left join {{ ref('dim_village') }} as v on s.village_key = v.village_key
    left join bounds as p on s.county_code = p.county_code
    left join reported as f on s.county_code = f.county_code
    left join base as b on s.village_key = b.village_key
    where s.is_latest_period and (s.target_kind = '县' or s.village_key <> '-1')
)

select
    'R60' as rule_id,
    p.county_code,
    'rectifications' as form,
    p.reading_id,
    p.sheet_no,
    p.row_no,
    p.problem_source || coalesce('问题' || p.problem_no, '的' || p.problem_type || '问题') || '，时限 ' || p.deadline_date
    || '，逾期 ' || p.days_overdue || ' 天' as this_text,
    null as other_form,
    null::bigint as other_reading_id,
    null::integer as other_sheet_no,
    null::integer as other_row_no,
    null as other_text
from {{ ref('metrics__int_rectifications') }} as p
where p.is_overdue
union all
select
    'R65' as rule_id,
    j.county_code,
    'supervision' as form,
    j.reading_id,
    j.sheet_no,
    j.row_no,
    j.target_text || '（' || j.supervision_level || '级督战）' as this_text,
    case when l.is_about_base then 'village_base' end as other_form,
    case when l.is_about_base then j.base_reading_id end as other_reading_id,
    case when l.is_about_base then j.base_sheet_no end as other_sheet_no,
    case when l.is_about_base then j.base_row_no end as other_row_no,
    l.other_text
from judged as j
cross join
    lateral (
        values
        (j.is_county_not_listed, false, '不在 2020 年初未摘帽的 8 个贫困县之内'),
        (j.is_village_unknown, true, '贫困村基础台账中没有该村'),
        (j.is_village_long_exited, true, '贫困村基础台账写明 ' || j.exit_year || ' 年出列'),
        (
            j.is_below_national, false, '未脱贫 ' || j.highest_people || ' 人、贫困发生率 ' || trim_scale(j.highest_rate_pct)
            || '%，国家挂牌督战为超过 ' || trim_scale(j.people_max) || ' 人或超过 ' || trim_scale(j.rate_max_pct) || '% 的村'
        )
    ) as l (is_found, is_about_base, other_text)
where l.is_found
