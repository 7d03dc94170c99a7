"""Reading a batch of submissions in parallel and landing each in a transaction of its own."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg

from ingest import archive
from ingest.context import Context, reference_folder
from ingest.digests import digest
from ingest.issues import UNREADABLE
from ingest.keys import token_key
from ingest.landing import land
from ingest.read import ReadResult
from ingest.workers import Answer, Setup, Task, read_all
from warehouse.connect import connect
from warehouse.settings import Settings

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]


def read_batch(
    submission_ids: list[int], run_id: str, settings: Settings, progress: Progress | None = None
) -> dict[str, int]:
    """Read submissions from the archive by several child processes, and land each as soon as it is read.

    Safe to repeat, and under concurrency: a submission has one reading per digest. The order of landing does not
    matter: which submission speaks for a scope is decided by its number.

    Args:
        progress: called with (file name, done, of) after each file.

    Returns:
        How many ended as loaded, partly, refused, unchanged; ``skipped`` were read before under the same digest.

    Raises:
        DatabaseError, psycopg.Error, OSError: the batch could not be finished; what has landed stays.
    """
    counts: Counter[str] = Counter()
    setup = setup_of(settings)
    with connect("owner", settings=settings) as conn:
        unread = load_context(settings)
        tasks, hashes = _tasks(conn, submission_ids, settings, unread)
        conn.commit()
        if len(tasks) < len(submission_ids):
            counts["skipped"] = len(submission_ids) - len(tasks)
        for answer in read_all(tasks, setup, settings.workers):
            answer.result.county_code = answer.result.county_code or answer.county
            counts[_land(conn, answer, hashes[answer.task.key], unread, run_id)] += 1
            conn.commit()
            if progress:
                progress(answer.task.name.rpartition("/")[2], sum(counts.values()), len(submission_ids))
    return dict(counts)


def _tasks(
    conn: psycopg.Connection[Any], submission_ids: list[int], settings: Settings, context: Context
) -> tuple[list[Task], dict[int, str]]:
    """What is to be read, and the SHA-256 of each; a batch that runs again leaves out what it has landed."""
    rows = conn.execute(
        "select s.submission_id, s.path, s.sha256, s.folder_county_code, r.digest, r.form, r.county_code "
        "from ops.submissions s left join ops.readings_now n using (submission_id) "
        "left join ops.readings r using (reading_id) "
        "where s.submission_id = any(%s) order by s.submission_id",
        (submission_ids,),
    ).fetchall()
    tasks, hashes = [], {}
    for number, path, sha256, folder, held, form, county in rows:
        if held is None or digest(context, form, county) != held:
            tasks.append(Task(number, archive.path_of(settings.archive, sha256), path, folder))
            hashes[number] = sha256
    return tasks, hashes


def _land(conn: psycopg.Connection[Any], answer: Answer, sha256: str, context: Context, run_id: str) -> str:
    """Land an answer; what the database does not take is refused as that file, so that the batch goes on."""
    number, result = answer.task.key, answer.result
    # A child that died could not tell its digest: what it would have been for a file of no known form.
    found = answer.digest or digest(context, None, answer.county)
    try:
        return land(conn, number, sha256, found, result, run_id, answer.seconds)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        conn.rollback()
        state = error.sqlstate
    # The error's text holds values of the rows: only its kind is told.
    log.error("submission %s was not taken by the database: SQLSTATE %s", number, state)
    refused = ReadResult(form=result.form, county_code=result.county_code)
    refused.refuse(UNREADABLE, f"入库时出错（{state}），整份退回，请联系管理员")
    return land(conn, number, sha256, found, refused, run_id, answer.seconds)


def setup_of(settings: Settings) -> Setup:
    """What the reading children are told."""
    return Setup(
        token_key=token_key(settings.secrets_dir),
        reference=reference_folder(),
        refused_share_limit=settings.refused_share_limit,
        reads_hidden_rows=settings.reads_hidden_rows,
        reads_hidden_sheets=settings.reads_hidden_sheets,
    )


def load_context(settings: Settings) -> Context:
    """The context under which the children read."""
    return Context.load(
        token_key(settings.secrets_dir),
        reference=reference_folder(),
        refused_share_limit=settings.refused_share_limit,
        reads_hidden_rows=settings.reads_hidden_rows,
        reads_hidden_sheets=settings.reads_hidden_sheets,
    )
