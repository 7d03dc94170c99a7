"""Workbooks for the counties: what is due is made by limited child processes and put where it can be fetched.

Each lies at `<folder>/<county>/<period>/<form>-<submission>.xlsx`, readable by nobody else, and is replaced in one move or
not at all. What lies there already is not written again; what has been corrected since is taken away.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from ingest import archive, places
from ingest.context import reference_folder
from warehouse import locks
from warehouse.connect import connect
from warehouse.feedback_orders import Return, due
from warehouse.settings import Settings, make_private_folder
from workbooks.annotated.makers import Job, Made, make_all

Connection = psycopg.Connection[Any]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Workbook:
    """A workbook that lies ready. `problem` says why the county's own sheets are not in it."""

    submission_id: int
    county_code: str | None
    form: str | None
    period: str | None
    path: Path
    findings: int
    is_new: bool
    problem: str | None = None


@dataclass
class Feedback:
    """What a writing has done: workbooks that lie ready, how many were taken away, which could not be made and why."""

    folder: Path
    workbooks: list[Workbook] = field(default_factory=list)
    withdrawn: int = 0
    failed: dict[int, str] = field(default_factory=dict)

    @property
    def written(self) -> int:
        return sum(workbook.is_new for workbook in self.workbooks)


def write(
    settings: Settings,
    *,
    submission: int | None = None,
    county: str | None = None,
    out: Path | None = None,
    run_id: str | None = None,
    progress: Progress | None = None,
) -> Feedback:
    """Write the workbooks that are due.

    Args:
        submission, county: those of one submission, or of one county (its code), only.
        out: another folder than the settings'. Everything is written then, and `ops.feedback` is left as it is.
        run_id: the run that writes, for its report.
        progress: called with (done, of, name) after each workbook.

    Raises:
        OSError, SettingsError: the folder cannot be written.
    """
    from expectations import gate

    feedback = Feedback((out or settings.feedback).absolute())
    # Two at once would write the same files.
    one_at_a_time = locks.held(locks.FEEDBACK, f"feedback {run_id or ''}".strip(), settings)
    with one_at_a_time, connect("owner", settings=settings) as conn:
        returns = due(
            conn,
            places.load(reference_folder(), settings.local_reference),
            gate.digest(),
            submission=submission,
            county=county,
        )
        conn.commit()
        make_private_folder(feedback.folder)
        wanted = {r.submission.submission_id: r for r in returns}
        if out is None and submission is None and county is None:
            feedback.withdrawn = _withdraw(conn, feedback.folder, set(wanted))
        known = {} if out else _known(conn, feedback.folder)
        left = []
        for number, due_one in wanted.items():
            if known.get(number) == _state(feedback.folder, due_one):
                feedback.workbooks.append(_workbook(feedback.folder, due_one, is_new=False))
            else:
                left.append(due_one)
        jobs = [
            Job(s.submission_id, archive.path_of(settings.archive, s.sha256), r.order, s.sha256)
            for r in left
            for s in (r.submission,)
        ]
        for done, made in enumerate(_made(jobs, settings), 1):
            returned = wanted[made.job.key]
            _put(conn, feedback, returned, made, run_id, is_recorded=out is None)
            if progress:
                progress(done, len(jobs), returned.path.rpartition("/")[2])
    feedback.workbooks.sort(key=lambda workbook: workbook.submission_id)
    return feedback


def _made(jobs: list[Job], settings: Settings) -> Iterator[Made]:
    """The workbooks. Of an original that the archive has lost none is made: it is not the county's file that is at fault."""
    there = [job for job in jobs if job.path.is_file()]
    for job in jobs:
        if job not in there:
            yield Made(job, b"", f"存档中没有原件 {job.path}，请从备份中恢复存档后再运行 longcang feedback")
    if there:
        yield from make_all(there, settings.workers)


def _digest(returned: Return) -> str:
    return hashlib.sha256(f"{returned.submission.sha256}{returned.order.to_json()}".encode()).hexdigest()


def _known(conn: Connection, folder: Path) -> dict[int, tuple[str, str, str]]:
    """Of each submission where its workbook lies, the digest of what it says, and of its bytes."""
    rows = conn.execute(
        "select submission_id, path, order_digest, sha256 from ops.feedback where folder = %s and sha256 is not null",
        (str(folder),),
    )
    return {number: (path, digest, sha256) for number, path, digest, sha256 in rows}


def _state(folder: Path, returned: Return) -> tuple[str, str, str | None]:
    """What `_known` says where the workbook lies ready as it is due."""
    return returned.path, _digest(returned), archive.hash_of(folder / returned.path)


def _withdraw(conn: Connection, folder: Path, due_numbers: set[int]) -> int:
    """Take away workbooks that are due no more; one that somebody has changed stays."""
    gone = {number: known for number, known in _known(conn, folder).items() if number not in due_numbers}
    for number, (path, _, sha256) in gone.items():
        _remove(folder, path, sha256)
        conn.execute("delete from ops.feedback where submission_id = %s", (number,))
    conn.execute(
        "delete from ops.feedback where sha256 is null and not submission_id = any(%s)", (sorted(due_numbers),)
    )
    conn.commit()
    return len(gone)


def _remove(folder: Path, path: str, sha256: str) -> None:
    if archive.hash_of(folder / path) == sha256:
        (folder / path).unlink(missing_ok=True)


def _put(
    conn: Connection, feedback: Feedback, returned: Return, made: Made, run_id: str | None, *, is_recorded: bool
) -> None:
    number, sha256 = returned.submission.submission_id, None
    if made.data:
        _replace(feedback.folder, returned.path, made.data)
        sha256 = hashlib.sha256(made.data).hexdigest()
        feedback.workbooks.append(_workbook(feedback.folder, returned, is_new=True, problem=made.problem))
    else:
        feedback.failed[number] = made.problem or ""
    if not is_recorded:
        return
    before = conn.execute(
        "select path, sha256 from ops.feedback where submission_id = %s and folder = %s and sha256 is not null",
        (number, str(feedback.folder)),
    ).fetchone()
    if before and before[0] != returned.path:
        _remove(feedback.folder, *before)
    conn.execute(
        "insert into ops.feedback (submission_id, reading_id, folder, path, sha256, order_digest, n_findings, problem, "
        "run_id) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (submission_id) do update set "
        "reading_id = excluded.reading_id, folder = excluded.folder, path = excluded.path, sha256 = excluded.sha256, "
        "order_digest = excluded.order_digest, n_findings = excluded.n_findings, problem = excluded.problem, "
        "run_id = excluded.run_id, written_at = clock_timestamp()",
        (
            *(number, returned.submission.reading_id, str(feedback.folder), returned.path, sha256, _digest(returned)),
            *(len(returned.order.findings), made.problem, run_id),
        ),
    )
    conn.commit()


def _workbook(folder: Path, returned: Return, *, is_new: bool, problem: str | None = None) -> Workbook:
    s = returned.submission
    return Workbook(
        *(s.submission_id, s.county_code, s.form, s.period, folder / returned.path),
        findings=len(returned.order.findings),
        is_new=is_new,
        problem=problem,
    )


def _replace(folder: Path, path: str, data: bytes) -> None:
    """Put bytes at a path below a folder in one move; folders on the way are closed to others, as is the file."""
    target = folder
    for part in path.split("/")[:-1]:
        target = target / part
        make_private_folder(target)
    descriptor, temporary = tempfile.mkstemp(dir=target, prefix=".writing-")  # 0600
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, folder / path)
    except OSError as error:
        error.filename = error.filename or str(folder)  # a full disk is not said to be which
        raise
    finally:
        Path(temporary).unlink(missing_ok=True)
