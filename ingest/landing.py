"""Landing one reading: its outcome, parts, issues and rows appear in one transaction or not at all."""

from __future__ import annotations

import json
from dataclasses import astuple, fields
from typing import Any

import psycopg
import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import sql
from psycopg.types.json import Jsonb

from ingest import aliases, issues
from ingest.issues import Issue
from ingest.read import ReadResult
from ingest.returned import LABEL, number_of
from warehouse import locks

Connection = psycopg.Connection[Any]
ISSUE_FIELDS = [field.name for field in fields(Issue)]


def land(
    conn: Connection,
    submission_id: int,
    sha256: str,
    digest: str,
    result: ReadResult,
    run_id: str,
    seconds: float,
    decision_id: int | None = None,
) -> str:
    """Land what was read of a submission.

    Safe to repeat, and under concurrency: a submission has one reading per digest, and per decision to read it again.

    Returns:
        The outcome recorded: the result's, or ``unchanged`` where the same bytes speak for the whole scope already.
    """
    with conn.transaction():
        # Shared with other landings, exclusive with the forming of a publication: its cut is clean.
        scope = None if result.scope_code is None else f"{result.form}.{result.county_code}"
        locks.take_landing(conn, submission_id, scope, f"land {run_id}")
        existing = conn.execute(
            "select reading_id, outcome from ops.readings where submission_id = %s and digest = %s "
            "and decision_id is not distinct from %s",
            (submission_id, digest, decision_id),
        ).fetchone()
        if existing:
            _into_force(conn, submission_id, existing[0], run_id)
            return str(existing[1])
        corrects = _corrected(conn, submission_id, result)
        outcome = "unchanged" if _is_current(conn, submission_id, sha256, digest, result) else result.outcome
        reading_id = _reading(conn, submission_id, digest, outcome, result, run_id, seconds, corrects, decision_id)
        if outcome == "unchanged":
            return outcome
        for part, count in result.parts.items():
            conn.execute("insert into ops.reading_parts values (%s, %s, %s)", (reading_id, part, count))
        _issues(conn, reading_id, result)
        if result.county_code is not None:
            aliases.record(conn, reading_id, result.county_code, result.proposals)
        if result.rows is not None and result.form is not None and result.rows.num_rows:
            _rows(conn, reading_id, result.form, result.rows)
    return outcome


def _into_force(conn: Connection, submission_id: int, reading_id: int, run_id: str) -> None:
    """An earlier reading speaks again, where it does not speak already."""
    conn.execute(
        "insert into ops.readings_in_force (submission_id, reading_id, is_return, run_id) "
        "select submission_id, %s, true, %s from ops.readings_now where submission_id = %s and reading_id <> %s",
        (reading_id, run_id, submission_id, reading_id),
    )


def _is_current(conn: Connection, submission_id: int, sha256: str, digest: str, result: ReadResult) -> bool:
    """Whether the newest accepted submission that touches this scope holds the same bytes under the same digest."""
    if result.outcome == "refused":
        return False
    newest = conn.execute(
        """
        select s.sha256, r.digest, r.scope_code
        from ops.submissions s
        join ops.readings_now n using (submission_id)
        join ops.readings r using (reading_id)
        where s.submission_id < %(submission)s and r.outcome in ('loaded', 'partly')
          and r.form = %(form)s and r.county_code = %(county)s and r.period = %(period)s
          and (r.scope_code = %(scope)s or r.scope_code = %(county)s or %(scope)s = %(county)s)
        order by s.submission_id desc limit 1
        """,
        {
            "submission": submission_id,
            "form": result.form,
            "county": result.county_code,
            "period": result.period,
            "scope": result.scope_code,
        },
    ).fetchone()
    return newest == (sha256, digest, result.scope_code)


def _corrected(conn: Connection, submission_id: int, result: ReadResult) -> int | None:
    """The earlier submission that the file says it corrects; where that is another county's, form's or period's, the file
    is told so, and corrects none. What the earlier one did not let be told agrees with anything."""
    if result.corrects is None:
        return None
    row = conn.execute(
        """
        select coalesce(r.county_code, s.folder_county_code), r.form, r.period
        from ops.submissions s
        left join ops.readings_now n using (submission_id)
        left join ops.readings r using (reading_id)
        where s.submission_id = %s and s.submission_id < %s
        """,
        (result.corrects, submission_id),
    ).fetchone()
    own = (result.county_code, result.form, result.period)
    names = ("另一个县", "另一种表", "另一个报告期")
    if row is not None:
        other = [n for n, a, b in zip(names, own, row, strict=True) if a is not None and b is not None and a != b]
        if not other:
            return result.corrects
        wrong = f"是{'、'.join(other)}的"
    else:
        wrong = "查无此号"
    sentence = f"{LABEL}“{number_of(result.corrects)}”{wrong}，本表未作为它的更正件，仍按新报的表读入"
    result.issues.append(Issue(issues.RETURN_NUMBER, issues.WARN, issues.NONE, sentence))
    return None


def _reading(
    conn: Connection,
    submission_id: int,
    digest: str,
    outcome: str,
    result: ReadResult,
    run_id: str,
    seconds: float,
    corrects: int | None,
    decision_id: int | None,
) -> int:
    row = conn.execute(
        "insert into ops.readings (submission_id, digest, form, county_code, scope_code, period, period_start, "
        "period_end, snapshot_day, outcome, refusal_code, refusal, rows_read, rows_accepted, rows_refused, layout, totals, seconds, "
        "run_id, corrects_submission_id, decision_id, known_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
        "%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp()) returning reading_id",
        (
            *(submission_id, digest, result.form, result.county_code, result.scope_code, result.period),
            *(result.period_start, result.period_end, result.snapshot_day),
            *(outcome, result.refusal_code, result.refusal),
            *(result.rows_read, result.rows_accepted, result.rows_refused),
            *(_json(result.layout), _json(result.totals), round(seconds, 3), run_id, corrects),
            decision_id,
        ),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _json(value: dict[str, Any]) -> Jsonb:
    return Jsonb(value, dumps=lambda found: json.dumps(found, ensure_ascii=False, default=str).replace("\\u0000", ""))


def _issues(conn: Connection, reading_id: int, result: ReadResult) -> None:
    if not result.issues:
        return
    columns = sql.SQL(", ").join(map(sql.Identifier, ["reading_id", "form", "county_code", *ISSUE_FIELDS]))
    with conn.cursor() as cur, cur.copy(sql.SQL("copy ops.issues ({}) from stdin").format(columns)) as copy:
        for issue in result.issues:
            values = [v.replace("\0", "") if isinstance(v, str) else v for v in astuple(issue)]
            copy.write_row([reading_id, result.form, result.county_code, *values])


def _rows(conn: Connection, reading_id: int, form: str, rows: pa.Table) -> None:
    """Binary COPY straight from Arrow."""
    numbered = rows.add_column(0, "reading_id", pa.repeat(pa.scalar(reading_id, pa.int64()), rows.num_rows))
    encoder = ArrowToPostgresBinaryEncoder(numbered.schema)
    columns = sql.SQL(", ").join(map(sql.Identifier, numbered.column_names))
    statement = sql.SQL("copy {} ({}) from stdin with (format binary)").format(sql.Identifier("raw", form), columns)
    with conn.cursor() as cur, cur.copy(statement) as copy:
        copy.write(encoder.write_header())
        for batch in numbered.to_batches():
            copy.write(encoder.write_batch(batch))
        copy.write(encoder.finish())
