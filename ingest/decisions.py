"""What people decide of submissions: that they be read again though nothing has changed that decides how they are read, or
that they be read no more, since their originals are lost. And of a run: that files which it misses were taken away on purpose.

A decision is a row of `ops.decisions`, which is only ever added to, and one of `ops.decision_submissions` for each submission
that it is about; the newest decision on a submission counts. The next night makes the readings, which name the decision. What
was known before stays known: a restatement up to an earlier moment finds the earlier readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from ingest import archive
from ingest.worklist import MATTERING
from warehouse.errors import LongcangError

Connection = psycopg.Connection[Any]

# How refusals begin that were made where the machine may have been to blame: before it was asked whose fault it is, each
# of its faults became one of these. Nobody decided yet that they be read again.
_DOUBTFUL = (
    "读取超过 %",
    "工作簿展开后过大或结构损坏，读取程序无法打开%",
    "工作簿展开后过大，超出内存限制%",
    "工作簿结构损坏，读取程序无法打开%",
    "读取程序出错，未能读完（%",
)
_CHOOSE = f"""
    {MATTERING}
    select s.submission_id, s.path, l.form, coalesce(l.county_code, s.folder_county_code) as county_code, l.outcome
    from ops.submissions s left join latest l using (submission_id)
    where (%(submission)s::bigint is null or s.submission_id = %(submission)s)
      and (%(county)s::text is null or coalesce(l.county_code, s.folder_county_code) = %(county)s)
      and (%(form)s::text is null or l.form = %(form)s)
      and case when %(machine_faults)s
               then l.outcome = 'refused' and l.decision_id is null and l.refusal like any(%(doubtful)s)
               else %(submission)s::bigint is not null or s.submission_id in (select submission_id from mattering) end
    order by s.submission_id
"""


@dataclass(frozen=True)
class Chosen:
    """A submission that is to be read again, and what its newest reading says of it (None where there is none)."""

    submission_id: int
    path: str
    form: str | None
    county_code: str | None
    outcome: str | None


def reread(
    conn: Connection,
    *,
    by: str,
    reason: str,
    submission: int | None = None,
    county: str | None = None,
    form: str | None = None,
    machine_faults: bool = False,
) -> list[Chosen]:
    """Decide that submissions be read again; the next night does so. The caller's transaction.

    Args:
        by, reason: who decides, and why; kept with the decision.
        submission, county, form: only this one, those of this county (its code), those of this form. Of a county or a form
            it is the submissions that matter: the newest of each scope, and the refused ones that lie in the landing folder.
        machine_faults: only refusals that a fault of the machine may have caused, and that nobody has had read again yet.

    Returns:
        The submissions; where there are none, nothing was decided.

    Raises:
        LongcangError: there is no such submission.
    """
    asked = {"submission": submission, "county": county, "form": form, "machine_faults": machine_faults}
    if submission is not None:
        known = conn.execute("select from ops.submissions where submission_id = %s", (submission,)).fetchone()
        if known is None:
            raise _unknown(submission)
    with conn.cursor(row_factory=class_row(Chosen)) as cursor:
        chosen = cursor.execute(_CHOOSE, {**asked, "doubtful": list(_DOUBTFUL)}).fetchall()
    if chosen:
        _record(conn, "reread", {k: v for k, v in asked.items() if v}, by, reason, [c.submission_id for c in chosen])
    return chosen


def give_up(conn: Connection, submissions: list[int], folder: Path, *, by: str, reason: str) -> None:
    """Decide that submissions be read no more, since nobody has their originals. What they were read as stays in force. The
    caller's transaction.

    Args:
        folder: the archive.

    Raises:
        LongcangError: one is unknown, or the archive has its original; then nothing is decided.
    """
    rows = conn.execute(
        "select submission_id, sha256 from ops.submissions where submission_id = any(%s)", (submissions,)
    ).fetchall()
    hashes = dict(rows)
    for number in submissions:
        if number not in hashes:
            raise _unknown(number)
        if archive.hash_of(archive.path_of(folder, hashes[number])) == hashes[number]:
            raise LongcangError(f"The archive has the original of submission {number}, as it was sent.")
    _record(conn, "lost", {"submissions": submissions}, by, reason, list(hashes))


def accept_missing(conn: Connection, run_id: str, *, by: str, reason: str) -> None:
    """Decide that what a run, which has not begun yet, will miss in the landing folder was taken away on purpose. The caller's
    transaction."""
    _record(conn, "accept_missing", {"run_id": run_id}, by, reason, [])


def are_missing_accepted(conn: Connection, run_id: str) -> bool:
    """Whether somebody decided so for this run."""
    query = "select from ops.decisions where kind = 'accept_missing' and subject ->> 'run_id' = %s"
    return conn.execute(query, (run_id,)).fetchone() is not None


def _record(conn: Connection, kind: str, subject: dict[str, Any], by: str, reason: str, submissions: list[int]) -> None:
    conn.execute(
        "with decided as (insert into ops.decisions (kind, subject, decided_by, reason) "
        "values (%s, %s, %s, %s) returning decision_id) "
        "insert into ops.decision_submissions select decision_id, unnest(%s::bigint[]) from decided",
        (kind, Jsonb(subject), by, reason, submissions),
    )


def _unknown(number: int) -> LongcangError:
    return LongcangError(f"There is no submission {number}; ops.submissions lists them.")
