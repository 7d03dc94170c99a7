-- Persons who stand in more than one file with a course of the same year, or with one of the same kind that starts less
-- than two years after the other. One file's own repetitions are the reader's to tell.
select
    d.county_code,
    '{form}' as form,
    count(distinct d.person_id_token) as violations
from (
    select
        b.county_code,
        b.person_id_token
    from {batch} as b
    inner join {batch} as o
        on
            b.county_code = o.county_code and b.person_id_token = o.person_id_token and b.reading_id > o.reading_id
            and (
                extract(year from b.training_start_date) = extract(year from o.training_start_date)
                or (
                    b.course_type = o.course_type
                    and abs(b.training_start_date - o.training_start_date) < 730
                )
            )
) as d
group by d.county_code
