"""Reading a batch of submissions in parallel and landing each in a transaction of its own."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from ingest import archive
from ingest.context import Context, reference_folder
from ingest.digests import digest
from ingest.formats import gate
from ingest.issues import UNREADABLE
from ingest.keys import token_key
from ingest.landing import land
from ingest.read import ReadResult
from ingest.workers import Answer, Setup, Task, Unread, read_all, too_large
from ingest.worklist import DECIDED
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.settings import Settings

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]


def read_batch(
    submission_ids: list[int], run_id: str, settings: Settings, progress: Progress | None = None
) -> dict[str, int]:
    """Read submissions from the archive by several child processes, and land each as soon as it is read.

    Safe to repeat, and under concurrency: a submission has one reading per digest. The order of landing does not
    matter: which submission speaks for a scope is decided by its number. Nothing is landed of a file over which the machine
    failed; the others are, before that is raised.

    Args:
        progress: called with (file name, done, of) after each file.

    Returns:
        How many ended as loaded, partly, refused, unchanged; ``skipped`` were read before under the same digest.

    Raises:
        UnreadError: the machine failed over some of the files.
        DatabaseError, psycopg.Error, OSError: the batch could not be finished; what has landed stays.
    """
    counts: Counter[str] = Counter()
    with connect("owner", settings=settings) as conn:
        context = load_context(settings)
        setup = Setup(token_key(settings.secrets_dir), context)
        works = _works(conn, submission_ids, settings, context)
        conn.commit()
        if len(works) < len(submission_ids):
            counts["skipped"] = len(submission_ids) - len(works)
        unread: list[Unread] = []
        for answer in _answers(works, setup, settings.workers):
            if isinstance(answer, Unread):
                unread.append(answer)
                continue
            answer.result.county_code = answer.county
            counts[_land(conn, works[answer.task.key], answer, context, run_id)] += 1
            conn.commit()
            if progress:
                progress(answer.task.name.rpartition("/")[2], sum(counts.values()), len(submission_ids))
    if unread:
        raise UnreadError(unread, len(works))
    return dict(counts)


class UnreadError(LongcangError):
    """Files over which the machine failed: nothing is recorded of them, and the next night reads them."""

    SHOWN = 10

    def __init__(self, unread: list[Unread], count: int) -> None:
        lines = [f"submission {u.task.key} ({u.task.name}): {u.fault}" for u in unread[: self.SHOWN]]
        if len(unread) > self.SHOWN:
            lines.append(f"and {len(unread) - self.SHOWN} more")
        super().__init__(
            f"{len(unread)} of {count} files could not be read, through no fault of theirs. What was known of them before "
            "stays in force; mend what is named here, and run again:\n  " + "\n  ".join(lines)
        )
        self.unread = unread


@dataclass(frozen=True)
class _Work:
    """A file to read, its SHA-256, whether it is too large to be, and the decision that asks for it, if one does."""

    task: Task
    sha256: str
    is_over: bool
    decision_id: int | None


def _works(
    conn: psycopg.Connection[Any], submission_ids: list[int], settings: Settings, context: Context
) -> dict[int, _Work]:
    """What is to be read, by submission; a batch that runs again leaves out what it has landed."""
    rows = conn.execute(
        "select s.submission_id, s.path, s.sha256, s.size_bytes, s.folder_county_code, d.decision_id, "
        "r.digest, r.form, r.county_code, r.decision_id "
        f"from ops.submissions s left join ({DECIDED}) d using (submission_id) "
        "left join ops.readings_now n using (submission_id) left join ops.readings r using (reading_id) "
        "where s.submission_id = any(%s) order by s.submission_id",
        (submission_ids,),
    ).fetchall()
    works = {}
    for number, path, sha256, size, folder, decision, held, form, county, done in rows:
        if held is None or decision != done or digest(context, form, county) != held:
            task = Task(number, archive.path_of(settings.archive, sha256), path, folder, sha256)
            works[number] = _Work(task, sha256, size > gate.MAX_BYTES, decision)
    return works


def _answers(works: dict[int, _Work], setup: Setup, workers: int) -> Iterator[Answer | Unread]:
    yield from (too_large(work.task) for work in works.values() if work.is_over)
    yield from read_all([work.task for work in works.values() if not work.is_over], setup, workers)


def _land(conn: psycopg.Connection[Any], work: _Work, answer: Answer, context: Context, run_id: str) -> str:
    """Land an answer; what the database does not take is refused as that file, so that the batch goes on."""
    number, result = work.task.key, answer.result
    found = digest(context, result.form, answer.county)
    try:
        return land(conn, number, work.sha256, found, result, run_id, answer.seconds, work.decision_id)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        conn.rollback()
        state = error.sqlstate
    # The error's text holds values of the rows: only its kind is told.
    log.error("submission %s was not taken by the database: SQLSTATE %s", number, state)
    refused = ReadResult(form=result.form, county_code=result.county_code)
    refused.refuse(UNREADABLE, f"入库时出错（{state}），整份退回，请联系管理员")
    return land(conn, number, work.sha256, found, refused, run_id, answer.seconds, work.decision_id)


def load_context(settings: Settings) -> Context:
    """The context of these settings: under it files are looked for, read and judged."""
    return Context.load(
        token_key(settings.secrets_dir),
        reference=reference_folder(),
        local_reference=settings.local_reference,
        refused_share_limit=settings.refused_share_limit,
        reads_hidden_rows=settings.reads_hidden_rows,
        reads_hidden_sheets=settings.reads_hidden_sheets,
    )
