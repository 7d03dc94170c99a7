"""Which submissions are to be read: those never read, those that matter and were read under another digest, and those that
somebody has decided to have read again; but none that is given up (`decisions`)."""

from __future__ import annotations

from typing import Any

import psycopg

from ingest.context import Context
from ingest.digests import digest

Connection = psycopg.Connection[Any]

# Of each submission its newest reading; of these the ones that matter: the newest of each scope, and refused ones that
# nothing has replaced at their path.
MATTERING = """
    with latest as (
        select distinct on (submission_id) * from ops.readings order by submission_id, reading_id desc
    ),
    ranked as (
        select *, row_number() over (partition by form, county_code, scope_code, period
                                     order by submission_id desc) as newest
        from latest where outcome in ('loaded', 'partly')
    ),
    mattering as (
        select submission_id, form, county_code, digest from ranked where newest = 1
        union all
        select submission_id, form, county_code, digest from latest l where outcome = 'refused'
          and exists (select from ops.landing_files f where f.submission_id = l.submission_id)
    )
"""

# The newest decision on each submission; the reading that it asks for names it.
DECIDED = """
    select distinct on (submission_id) submission_id, decision_id, kind
    from ops.decision_submissions join ops.decisions using (decision_id) order by submission_id, decision_id desc
"""


def to_read(conn: Connection, context: Context) -> list[int]:
    """Numbers of the submissions to read, in order."""
    never = conn.execute(
        "select submission_id from ops.submissions s "
        "where not exists (select from ops.readings r where r.submission_id = s.submission_id)"
    ).fetchall()
    decided = conn.execute(
        f"select submission_id from ({DECIDED}) d where kind = 'reread' and not exists (select from ops.readings r "
        "where r.submission_id = d.submission_id and r.decision_id = d.decision_id)"
    ).fetchall()
    lost = conn.execute(f"select submission_id from ({DECIDED}) d where kind = 'lost'").fetchall()
    read = conn.execute(f"{MATTERING} select submission_id, form, county_code, digest from mattering").fetchall()
    digests: dict[tuple[str | None, str | None], str] = {}
    changed = []
    for submission_id, form, county, found in read:
        key = (form, county)
        if key not in digests:
            digests[key] = digest(context, *key)
        if digests[key] != found:
            changed.append((submission_id,))
    return sorted({row[0] for row in (*never, *decided, *changed)} - {row[0] for row in lost})
