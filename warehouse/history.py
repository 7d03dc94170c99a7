"""What became of everything that one county has sent, for the command `longcang history`."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from warehouse.forms import form_names
from warehouse.holds import SHANGHAI

Row = dict[str, Any]

# A submission is the county's where any reading found that county in it, or, where none found any, where its folder is.
_SUBMISSIONS = f"""
    with mine as (
        select s.*
        from ops.submissions s
        where exists (select from ops.readings r where r.submission_id = s.submission_id
                      and r.county_code = %(county)s)
           or (s.folder_county_code = %(county)s and not exists (
               select from ops.readings r where r.submission_id = s.submission_id and r.county_code is not null))
    )
    select s.submission_id, s.path, {SHANGHAI.format("s.received_at")} as received_at,
           exists (select from ops.landing_files f where f.submission_id = s.submission_id and f.gone_at is not null)
               as is_gone,
           (select f.folder || '/' || f.path from ops.feedback f
            where f.submission_id = s.submission_id and f.sha256 is not null) as workbook,
           (select l.corrects_submission_id from ops.readings_in_force n join ops.readings l using (reading_id)
            where n.submission_id = s.submission_id order by n.change_no desc limit 1) as corrects,
           array(select distinct c.submission_id from ops.readings c
                 where c.corrects_submission_id = s.submission_id order by 1) as corrected_by,
           coalesce((select jsonb_agg(jsonb_build_object('kind', d.kind, 'decided_by', d.decided_by, 'reason', d.reason,
                                                         'decided_at', {SHANGHAI.format("d.decided_at")})
                                      order by d.decision_id)
                     from ops.decisions d join ops.decision_submissions ds using (decision_id)
                     where ds.submission_id = s.submission_id), '[]') as decisions
    from mine s
    where %(form)s::text is null or exists (
        select from ops.readings r where r.submission_id = s.submission_id and r.form = %(form)s)
    order by s.submission_id
"""

_READINGS = f"""
    select r.submission_id, r.reading_id, {SHANGHAI.format("r.known_at")} as known_at, r.form, r.period, r.outcome,
           r.rows_read, r.rows_accepted, r.rows_refused, r.refusal_code, r.refusal,
           (select count(*) from ops.issues i where i.reading_id = r.reading_id and i.severity = 'error') as errors,
           (select count(*) from ops.reading_parts p where p.reading_id = r.reading_id) as parts,
           (select count(*) from ops.publication_parts p join ops.pointer c using (publication_id)
            where p.reading_id = r.reading_id) as parts_published,
           coalesce((select jsonb_agg(jsonb_build_object('rule_id', h.rule_id, 'sentence', h.sentence,
                                                         'publication_id', h.publication_id,
                                                         'is_in_force', h.gate_digest = %(digest)s and not ops.choice_changed(
                                                             r.form, r.county_code, p.known_until, clock_timestamp()))
                                      order by h.rule_id, h.publication_id)
                     from ops.gate_holds h left join ops.publications p using (publication_id)
                     where h.reading_id = r.reading_id), '[]') as holds
    from ops.readings r where r.submission_id = any(%(submissions)s)
    order by r.submission_id,
             (select max(f.change_no) from ops.readings_in_force f where f.reading_id = r.reading_id)
"""


def of_county(conn: psycopg.Connection[Any], county: str, gate_digest: str, form: str | None = None) -> list[Row]:
    """Every submission of a county (its code), of one form or of all, in the order in which they were received.

    Each has its `readings` in the order in which they came into force: the last one is in force. `parts_published` of a
    reading is in how many of its `parts` (the county's townships and the county itself) it counts in the current
    publication.
    """
    with conn.cursor(row_factory=dict_row) as cur:
        submissions = cur.execute(_SUBMISSIONS, {"county": county, "form": form}).fetchall()
        numbers = [row["submission_id"] for row in submissions]
        readings = cur.execute(_READINGS, {"submissions": numbers, "digest": gate_digest}).fetchall()
    names = form_names()
    for row in readings:
        row["form_code"], row["form_name"] = names.get(row["form"] or "", (None, row["form"]))
    return [
        {**row, "readings": [r for r in readings if r["submission_id"] == row["submission_id"]]} for row in submissions
    ]
