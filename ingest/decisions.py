"""What people decide of submissions: that they be read again though nothing has changed that decides how they are read, that
they be read no more, since their originals are lost, or that they speak no more (withdrawn) and speak again (reinstated). And of
a run: that files which it misses were taken away on purpose.

A decision is a row of `ops.decisions`, which is only ever added to, and one of `ops.decision_submissions` for each submission
that it is about. Of the first two the newest on a submission counts, and so of the last two. The next night makes the
readings, which name the decision, and publishes without what is withdrawn. What was known before stays known: a restatement
up to an earlier moment finds the earlier readings, and goes by what was withdrawn by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import class_row

from ingest import archive
from ingest.worklist import MATTERING
from warehouse import decided, locks
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
    where (%(submissions)s::bigint[] is null or s.submission_id = any(%(submissions)s))
      and (%(counties)s::text[] is null or coalesce(l.county_code, s.folder_county_code) = any(%(counties)s))
      and (%(forms)s::text[] is null or l.form = any(%(forms)s))
      and case when %(machine_faults)s
               then l.outcome = 'refused' and l.decision_id is null and l.refusal like any(%(doubtful)s)
               else %(submissions)s::bigint[] is not null or s.submission_id in (select submission_id from mattering) end
    order by s.submission_id
"""


@dataclass(frozen=True)
class Chosen:
    """A submission that a decision is about, and what its newest reading says of it (None where there is none)."""

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
    submissions: Sequence[int] = (),
    counties: Sequence[str] = (),
    forms: Sequence[str] = (),
    machine_faults: bool = False,
) -> list[Chosen]:
    """Decide that submissions be read again; the next night does so. The caller's transaction.

    Args:
        by, reason: who decides, and why; kept with the decision.
        submissions, counties, forms: only these, those of these counties (their codes), those of these forms. Of a county
            or a form it is the submissions that matter: the newest of each scope, and the refused ones that lie in the
            landing folder.
        machine_faults: only refusals that a fault of the machine may have caused, and that nobody has had read again yet.

    Returns:
        The submissions; where there are none, nothing was decided.

    Raises:
        LongcangError: there is no such submission, or it is withdrawn.
    """
    lists = {"submissions": list(submissions), "counties": list(counties), "forms": list(forms)}
    asked = {**{name: given or None for name, given in lists.items()}, "machine_faults": machine_faults}
    if withdrawn := [w for w in _withdrawn(conn, submissions).values() if w is not None]:
        raise LongcangError(f"{withdrawn[0].sentence}: `longcang reinstate` it first.")
    with conn.cursor(row_factory=class_row(Chosen)) as cursor:
        chosen = cursor.execute(_CHOOSE, {**asked, "doubtful": list(_DOUBTFUL)}).fetchall()
    if chosen:
        subject = {name: given for name, given in asked.items() if given}
        decided.record(conn, "reread", subject, by=by, reason=reason, submissions=[c.submission_id for c in chosen])
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
    decided.record(conn, "lost", {"submissions": submissions}, by=by, reason=reason, submissions=list(hashes))


def accept_missing(conn: Connection, run_id: str, *, by: str, reason: str) -> None:
    """Decide that what a run, which has not begun yet, will miss in the landing folder was taken away on purpose. The caller's
    transaction."""
    decided.record(conn, "accept_missing", {"run_id": run_id}, by=by, reason=reason)


def are_missing_accepted(conn: Connection, run_id: str) -> bool:
    """Whether somebody decided so for this run."""
    query = "select from ops.decisions where kind = 'accept_missing' and subject ->> 'run_id' = %s"
    return conn.execute(query, (run_id,)).fetchone() is not None


_WITHDRAWN = """
    select s.submission_id, s.path, l.form, coalesce(l.county_code, s.folder_county_code) as county_code, l.outcome,
           case when l.outcome = 'unchanged' then (
               select max(q.submission_id) from ops.readings_now n join ops.readings q using (reading_id)
               join ops.submissions o on o.submission_id = q.submission_id
               where o.sha256 = s.sha256 and q.outcome in ('loaded', 'partly') and q.submission_id < s.submission_id
                 and (q.form, q.county_code, q.period, q.scope_code) = (l.form, l.county_code, l.period, l.scope_code))
           end as same_as,
           (select max(q.submission_id) from ops.readings_now n join ops.readings q using (reading_id)
            where q.outcome in ('loaded', 'partly') and q.submission_id <> s.submission_id
              and (q.form, q.county_code, q.period) = (l.form, l.county_code, l.period)
              and q.scope_code in (l.scope_code, l.county_code)) as in_place
    from ops.submissions s
    left join lateral (
        select r.* from ops.readings_in_force f join ops.readings r using (reading_id)
        where f.submission_id = s.submission_id order by f.change_no desc limit 1
    ) l on true
    where s.submission_id = any(%s) order by s.submission_id
"""


@dataclass(frozen=True)
class Withdrawn(Chosen):
    """A submission that is withdrawn or reinstated: also the earlier one that it repeats (where it is `unchanged`), and the
    newest other one of its form, county, period and scope, which speaks where this one does not."""

    same_as: int | None
    in_place: int | None


def withdraw(conn: Connection, submissions: Sequence[int], *, by: str, reason: str) -> list[Withdrawn]:
    """Decide that submissions speak no more from the next night on: an earlier one of their scope does again, or none. The
    caller's transaction.

    Raises:
        LongcangError: one is unknown, withdrawn already, or only repeats an earlier one; then nothing is decided.
    """
    for withdrawal in _withdrawn(conn, submissions).values():
        if withdrawal is not None:
            raise LongcangError(f"{withdrawal.sentence} already.")
    with conn.transaction():
        found = _decide(conn, "withdraw", submissions, by, reason)
        for one in found:
            if one.same_as is not None and one.same_as not in submissions:
                raise LongcangError(
                    f"Submission {one.submission_id} is the same as {one.same_as}, which speaks for both: "
                    f"withdraw {one.same_as}."
                )
    return found


def reinstate(conn: Connection, submissions: Sequence[int], *, by: str, reason: str) -> list[Withdrawn]:
    """Decide that withdrawn submissions speak again from the next night on. The caller's transaction.

    Raises:
        LongcangError: one is unknown, or not withdrawn; then nothing is decided.
    """
    for number, withdrawal in _withdrawn(conn, submissions).items():
        if withdrawal is None:
            raise LongcangError(f"Submission {number} is not withdrawn.")
    return _decide(conn, "reinstate", submissions, by, reason)


@dataclass(frozen=True)
class _Withdrawal:
    submission_id: int
    decided_by: str
    reason: str
    day: str

    @property
    def sentence(self) -> str:
        return f"Submission {self.submission_id} was withdrawn by {self.decided_by} on {self.day} ({self.reason})"


def _withdrawn(conn: Connection, submissions: Sequence[int]) -> dict[int, _Withdrawal | None]:
    """Of each submission its withdrawal, None where it is not withdrawn; the submissions' rows are locked, so that two who
    decide take turns.

    Raises:
        LongcangError: one is unknown.
    """
    numbers = sorted(set(submissions))
    locks.share_landing(conn, f"decide on {len(numbers)} submissions")
    known = conn.execute(
        "select submission_id from ops.submissions where submission_id = any(%s) order by 1 for no key update",
        (numbers,),
    ).fetchall()
    found: dict[int, _Withdrawal | None] = {row[0]: None for row in known}
    for number in numbers:
        if number not in found:
            raise _unknown(number)
    rows = conn.execute(
        "select submission_id, decided_by, reason, to_char(since at time zone 'Asia/Shanghai', 'YYYY-MM-DD') "
        "from ops.withdrawals where until is null and submission_id = any(%s)",
        (numbers,),
    )
    return found | {row[0]: _Withdrawal(*row) for row in rows}


def _decide(conn: Connection, kind: str, submissions: Sequence[int], by: str, reason: str) -> list[Withdrawn]:
    numbers = sorted(set(submissions))
    decided.record(conn, kind, {"submissions": numbers}, by=by, reason=reason, submissions=numbers)
    with conn.cursor(row_factory=class_row(Withdrawn)) as cursor:
        return cursor.execute(_WITHDRAWN, (numbers,)).fetchall()


def _unknown(number: int) -> LongcangError:
    return LongcangError(f"There is no submission {number}; ops.submissions lists them.")
