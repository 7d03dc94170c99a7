{{ config(unique_key=['reading_id', 'sheet_no', 'row_no'], indexes=[{'columns': ['publication_id', 'county_code']}]) }}

-- A target as it is now beside its first report. A text that names no place is compared with nothing.
with ordered as (
    select
        s.*,
        s.target_kind = '县' or s.village_key <> '-1' as is_placed,
        first_value(s.left_people) over same_target as first_left_people,
        first_value(s.period_end) over same_target as first_period_end
    from {{ ref('fct_supervision') }} as s
    window same_target as (
        partition by s.county_code, s.target_kind, s.village_key
        order by s.period_end asc, s.reading_id asc, s.sheet_no asc, s.row_no asc
    )
)

select
    o.publication_id,
    o.county_code,
    r.county_name,
    r.prefecture_code,
    r.prefecture_name,
    o.region_key,
    v.township_name,
    o.village_key,
    v.village_name,
    o.target_kind,
    o.supervision_target,
    o.supervision_level,
    o.has_leader,
    o.left_hh,
    o.left_people,
    case when o.is_placed then o.first_left_people end as first_left_people,
    case when o.is_placed then o.first_period_end end as first_period_end,
    o.poverty_rate_pct,
    o.people_out_by_industry,
    o.main_product,
    o.deadline_date,
    case when o.exit_date is null then o.deadline_date - d.as_of_date end as days_to_deadline,
    o.exit_date is not null as is_exited,
    o.exit_date,
    o.is_habitat_met,
    o.period,
    o.reading_id,
    o.sheet_no,
    o.row_no
from ordered as o
cross join {{ ref('dim_publication') }} as d
left join {{ ref('dim_region') }} as r on o.county_code = r.region_key
left join {{ ref('dim_village') }} as v on o.village_key = v.village_key and o.village_key <> '-1'
where o.is_latest_period
