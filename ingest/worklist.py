"""Which submissions are to be read: those never read, those that matter and were read under another digest, and those that
somebody has decided to have read again; but none that is given up or withdrawn (`decisions`)."""

from __future__ import annotations

from typing import Any

import psycopg

from ingest.context import Context
from ingest.digests import digest
from warehouse import locks

Connection = psycopg.Connection[Any]

# Of each submission the reading in force; of these the ones that matter: the newest of each scope, and refused ones that
# nothing has replaced at their path.
MATTERING = """
    with latest as (
        select r.* from ops.readings_now join ops.readings r using (reading_id)
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

# The newest decision on whether each submission is read; the reading that it asks for names it.
DECIDED = """
    select distinct on (submission_id) submission_id, decision_id, kind
    from ops.decision_submissions join ops.decisions using (decision_id) where kind in ('reread', 'lost')
    order by submission_id, decision_id desc
"""

_TO_READ = f"""
    {MATTERING}, decided as ({DECIDED}), wanted as (
        select submission_id from ops.submissions s
        where not exists (select from ops.readings r where r.submission_id = s.submission_id)
        union
        select submission_id from decided d where kind = 'reread' and not exists (
            select from ops.readings r where r.submission_id = d.submission_id and r.decision_id = d.decision_id)
        union
        select submission_id from mattering m where not exists (
            select from digests_now d where d.digest = m.digest
               and (d.form, d.county_code) is not distinct from (m.form, m.county_code))
    )
    select submission_id from wanted
    where submission_id not in (select submission_id from decided where kind = 'lost'
                                union all select submission_id from ops.withdrawals where until is null)
    order by submission_id
"""

# What a decision asked to have read anew speaks no more, whatever its digest.
_BRING_BACK = """
    with asked as (
        select submission_id, max(decision_id) as decision_id
        from ops.decision_submissions join ops.decisions using (decision_id) where kind = 'reread' group by submission_id
    ),
    holding as (
        select f.submission_id, f.reading_id, f.change_no
        from ops.readings_in_force f join ops.readings r using (reading_id)
        join digests_now d on d.digest = r.digest
         and (d.form, d.county_code) is not distinct from (r.form, r.county_code)
        left join asked a on a.submission_id = f.submission_id
        where r.decision_id is not distinct from a.decision_id
    )
    insert into ops.readings_in_force (submission_id, reading_id, is_return, run_id)
    select distinct on (h.submission_id) h.submission_id, h.reading_id, true, %s
    from holding h join ops.readings_now n using (submission_id)
    where not exists (select from holding o where o.reading_id = n.reading_id)
    order by h.submission_id, h.change_no desc
"""


def to_read(conn: Connection, context: Context, run_id: str) -> list[int]:
    """Numbers of the submissions to read, in order.

    Where a reading's digest holds no longer and an earlier one's does again, since what was changed has been set back, the
    earlier reading is recorded to speak from now on, and nothing is read for it.
    """
    _note_digests(conn, context)
    locks.share_landing(conn, f"discover {run_id}")
    conn.execute(_BRING_BACK, (run_id,))
    return [row[0] for row in conn.execute(_TO_READ).fetchall()]


def _note_digests(conn: Connection, context: Context) -> None:
    """Put the digests that hold now into the temporary table ``digests_now``, for the rest of the transaction."""
    conn.execute(
        "create temp table if not exists digests_now (form text, county_code text, digest text) on commit drop"
    )
    conn.execute("truncate digests_now")
    known = conn.execute("select distinct form, county_code from ops.readings").fetchall()
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into digests_now values (%s, %s, %s)",
            [(form, county, digest(context, form, county)) for form, county in known],
        )
