-- A problem is known by its source and its number there, else by what it says. What it says, what is done about it and
-- what proves it may name persons and stays in the raw layer.
with named as (
    select
        r.*,
        coalesce({{ normalised_name('r.problem_no') }}, {{ normalised_name('r.problem_text') }}) as problem_named
    from {{ source('raw', 'rectifications') }} as r
)

select
    n.reading_id,
    n.sheet_no,
    n.row_no,
    n.part_code,
    n.county_code,
    n.county_code as region_key,
    coalesce(
        {{ hashed_key("'problem:' || n.county_code || ':' || n.problem_source || ':' || n.problem_named") }}, -1
    ) as problem_key,
    n.problem_source,
    n.problem_no,
    n.problem_type,
    n.involved_place,
    n.village_codes,
    n.township_codes,
    n.problem_amount_yuan,
    n.owner_unit,
    n.raised_date,
    {{ date_key('n.raised_date') }} as raised_date_key,
    n.deadline_date,
    {{ date_key('n.deadline_date') }} as deadline_date_key,
    n.deadline_text,
    n.measure is not null as has_measure,
    n.rectification_progress,
    n.done_date,
    {{ date_key('n.done_date') }} as done_date_key,
    n.is_closed,
    n.evidence is not null as has_evidence
from named as n
