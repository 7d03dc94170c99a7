{{ config(
    unique_key=['sheet_no', 'row_no', 'fund_level'],
    indexes=[{'columns': ['reading_id', 'part_code']}, {'columns': ['fund_project_key']}]
) }}

-- One project's money by level. What the county gave per level is taken as it stands. Where it gave no level, the
-- source of funds tells it if it names exactly one; else, and for what the levels leave of the whole, it is 未分级: the
-- parts always add up to the whole.
with projects as (
    select
        s.*,
        coalesce(s.amount_central_yuan, 0) + coalesce(s.amount_province_yuan, 0)
        + coalesce(s.amount_city_yuan, 0) + coalesce(s.amount_county_yuan, 0) as stated_yuan,
        coalesce(s.fund_source ~ '中央', false) as names_central,
        coalesce(s.fund_source ~ '省', false) as names_province,
        coalesce(s.fund_source ~ '市级|州级|市财政|州财政|市配套|市县', false) as names_city,
        coalesce(s.fund_source ~ '县级|区级|县财政|区财政|县配套|县本级|市县', false) as names_county
    from {{ ref('stg_county_forms__fund_projects') }} as s
),

classified as (
    select
        p.*,
        case
            when p.stated_yuan <> 0 then '未分级'
            when p.names_central::int + p.names_province::int + p.names_city::int + p.names_county::int <> 1 then '未分级'
            when p.names_central then '中央'
            when p.names_province then '省级'
            when p.names_city then '市级'
            else '县级'
        end as rest_level
    from projects as p
),

-- What was spent is known for the project, not per level: it is shared out by planned amounts to the cent, the level
-- with the largest amount (of equal ones the highest) taking what rounding leaves.
shared as (
    select
        c.reading_id,
        c.sheet_no,
        c.row_no,
        c.part_code,
        c.county_code,
        c.region_key,
        c.fund_project_key,
        c.fund_programme_key,
        c.completed_date_key,
        c.stage_text,
        c.spent_yuan as project_spent_yuan,
        l.fund_level,
        l.amount_yuan,
        case
            when c.amount_yuan <> 0 then round(c.spent_yuan * l.amount_yuan / c.amount_yuan, 2)
            else 0 * c.spent_yuan
        end as rounded_yuan,
        row_number() over (
            partition by c.reading_id, c.sheet_no, c.row_no order by l.amount_yuan desc, l.level_no asc
        ) as size_rank
    from classified as c
    cross join
        lateral (
            values
            (1, '中央', c.amount_central_yuan, false),
            (2, '省级', c.amount_province_yuan, false),
            (3, '市级', c.amount_city_yuan, false),
            (4, '县级', c.amount_county_yuan, false),
            (5, c.rest_level, coalesce(c.amount_yuan, 0) - c.stated_yuan, c.stated_yuan = 0)
        ) as l (level_no, fund_level, amount_yuan, is_whole)
    where l.amount_yuan <> 0 or l.is_whole
)

select
    h.reading_id,
    h.sheet_no,
    h.row_no,
    h.fund_level,
    h.part_code,
    h.county_code,
    h.region_key,
    h.fund_project_key,
    h.amount_yuan::numeric(20, 4) as amount_yuan,
    (
        h.rounded_yuan + case
            when h.size_rank = 1
                then
                    h.project_spent_yuan
                    - sum(h.rounded_yuan) over (partition by h.reading_id, h.sheet_no, h.row_no)
            else 0
        end
    )::numeric(20, 4) as spent_yuan,
    h.fund_programme_key,
    h.completed_date_key,
    h.stage_text
from shared as h
