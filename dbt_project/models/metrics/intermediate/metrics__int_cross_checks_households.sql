-- R73: how many registered people a poor village has, and how many are still poor, in the register of persons and in
-- the base register of villages. Only villages that both know, and only where both speak of the same day.
with persons as (
    select
        f.county_code,
        f.village_key,
        f.period_end,
        min(f.reading_id) as reading_id,
        min((f.sheet_no::bigint << 32) + f.row_no) as first_row,
        count(*) as people,
        count(*) filter (where f.exit_status in ('未脱贫', '返贫')) as left_people
    from {{ ref('fct_registered_persons') }} as f
    where f.is_latest_period and f.village_key <> '-1'
    group by f.county_code, f.village_key, f.period_end
),

compared as (
    select
        p.county_code,
        p.reading_id,
        (p.first_row >> 32)::integer as sheet_no,
        (p.first_row & 4294967295)::integer as row_no,
        v.village_name,
        b.reading_id as other_reading_id,
        b.sheet_no as other_sheet_no,
        b.row_no as other_row_no,
        l.figure,
        l.people,
        l.other_people
    from persons as p
    inner join {{ ref('fct_village_base') }} as b
        on p.village_key = b.village_key and p.period_end = b.period_end and b.is_latest_period
    inner join {{ ref('dim_village') }} as v on p.village_key = v.village_key
    cross join
        lateral (
            values
            ('建档立卡', p.people, b.poor_people),
            ('未脱贫', p.left_people, b.left_people)
        ) as l (figure, people, other_people)
    where l.people <> l.other_people
)

select
    'R73' as rule_id,
    c.county_code,
    'registered_persons' as form,
    c.reading_id,
    c.sheet_no,
    c.row_no,
    c.village_name || c.figure || ' ' || c.people || ' 人' as this_text,
    'village_base' as other_form,
    c.other_reading_id,
    c.other_sheet_no,
    c.other_row_no,
    c.figure || ' ' || c.other_people || ' 人' as other_text
from compared as c
