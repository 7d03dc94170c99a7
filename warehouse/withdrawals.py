"""Which submissions people have withdrawn, for the report and the commands."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from warehouse.forms import form_names
from warehouse.holds import SHANGHAI, Row

_WITHDRAWN = f"""
    select w.submission_id, s.path, l.form, coalesce(l.county_code, s.folder_county_code) as county_code,
           g.region_name as county_name, l.period, w.decided_by, w.reason, {SHANGHAI.format("w.since")} as since
    from ops.withdrawals w
    join ops.submissions s using (submission_id)
    left join lateral (
        select r.* from ops.readings_in_force f join ops.readings r using (reading_id)
        where f.submission_id = w.submission_id order by f.change_no desc limit 1
    ) l on true
    left join reference.regions g
        on g.region_code = coalesce(l.county_code, s.folder_county_code) and g.version_to is null
    cross join (select coalesce((select known_until from ops.publications where publication_id = %(publication)s),
                                clock_timestamp()) as moment) at
    where w.since <= at.moment and (w.until is null or w.until > at.moment)
    order by w.decision_id desc, w.submission_id
"""


def in_force(conn: psycopg.Connection[Any], publication_id: int | None = None) -> list[Row]:
    """The submissions that are withdrawn now, or were when a publication was formed; the newest decisions first.

    Each as a JSON-ready row: submission_id, path, form, form_name, county_code, county_name, period, decided_by, reason,
    since. What was never read has no form.
    """
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(_WITHDRAWN, {"publication": publication_id}).fetchall()
    names = form_names()
    return [{**row, "form_name": names.get(row["form"] or "", (None, row["form"] or "未认出"))[1]} for row in rows]
