-- A row is about the county itself or about one village. A text that the reader could not place is a village where it
-- is named as one; several villages in one row are no single one.
with told as (
    select
        r.*,
        r.village_codes is not null and strpos(r.village_codes, ';') = 0 as names_one_village,
        coalesce(r.supervision_target ~ '(村|社区|村委会|居委会)$', false) as sounds_like_village
    from {{ source('raw', 'supervision') }} as r
)

select
    t.reading_id,
    t.sheet_no,
    t.row_no,
    t.part_code,
    t.county_code,
    case when t.names_one_village then left(t.village_codes, 9) else t.county_code end as region_key,
    case when t.names_one_village then t.village_codes else '-1' end as village_key,
    case
        when t.village_codes is not null or t.sounds_like_village then '村'
        when t.township_codes is null and t.supervision_target ~ '[县区市]$' then '县'
        else '未知'
    end as target_kind,
    t.supervision_target,
    t.supervision_level,
    t.leader_name_masked is not null as has_leader,
    t.left_hh,
    t.left_people,
    t.poverty_rate_pct,
    t.main_product,
    t.people_out_by_industry,
    t.deadline_date,
    {{ date_key('t.deadline_date') }} as deadline_date_key,
    t.exit_date,
    {{ date_key('t.exit_date') }} as exit_date_key,
    t.is_habitat_met
from told as t
