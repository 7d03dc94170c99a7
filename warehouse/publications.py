"""Publications: forming a candidate, moving the pointer, rolling back, restating, retention.

A publication is a set of (reading, part) pairs, a version of the reference data and a date. It is formed here, its
rows are computed by dbt, the gate judges it, and publishing it moves one pointer in one transaction. Nothing here
takes a lock on anything that a BI query reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from warehouse import reference
from warehouse.errors import LongcangError

Connection = psycopg.Connection[Any]

# One lock around forming, building and publishing; another that lets a cut through the landings be clean.
BUILD_LOCK = "longcang.build"
LANDING_LOCK = "longcang.landing"

ROOT = Path(__file__).resolve().parents[1]
CODE = ("dbt_project/models", "dbt_project/macros", "dbt_project/dbt_project.yml", "expectations", "ingest/contracts")


class PublicationError(LongcangError):
    """A publication cannot be moved or formed as asked; the text says why and what to do."""


@dataclass(frozen=True)
class Publication:
    """One row of ``ops.publications``."""

    publication_id: int
    run_id: str | None
    kind: str
    state: str
    as_of_date: date
    known_until: datetime
    reference_version: int
    code_digest: str
    formed_times: int
    note: str | None
    created_at: datetime
    published_at: datetime | None
    retired_at: datetime | None
    purged_at: datetime | None
    is_current: bool


SELECT = """
    select p.publication_id, p.run_id, p.kind, p.state, p.as_of_date, p.known_until, p.reference_version,
           p.code_digest, p.formed_times, p.note, p.created_at, p.published_at, p.retired_at, p.purged_at,
           p.publication_id = c.publication_id is true as is_current
    from ops.publications p cross join ops.pointer c
"""

# The readings that speak for each part of each (form, county, period), as known at an instant: of each submission its
# newest reading that the gate does not hold, of each part the newest submission.
PARTS = """
    create temp table fresh_parts on commit drop as
    with readings as (
        select distinct on (r.submission_id) r.*
        from ops.readings r
        where r.known_at <= %(known_until)s and r.outcome <> 'unchanged'
          and not exists (
              select from ops.gate_holds h
              where h.reading_id = r.reading_id and h.gate_digest = %(gate_digest)s
                and (h.publication_id = %(publication_id)s
                     or (h.held_at <= %(known_until)s and exists (select from ops.publications p
                         where p.publication_id = h.publication_id and p.kind = 'nightly'))))
        order by r.submission_id, r.reading_id desc
    ),
    ranked as (
        select r.form, r.county_code, r.period, r.period_end, rp.part_code, r.reading_id, r.submission_id,
               row_number() over (partition by r.form, r.county_code, r.period, rp.part_code
                                  order by r.submission_id desc) as newest
        from readings r join ops.reading_parts rp using (reading_id)
        where r.outcome in ('loaded', 'partly')
    )
    select form, county_code, period, period_end, part_code, reading_id,
           row_number() over (partition by form, county_code, part_code
                              order by period_end desc, submission_id desc) = 1 as is_latest_period
    from ranked where newest = 1
"""


def code_digest() -> str:
    """A digest of what turns readings into figures: models, macros, expectations, contracts."""
    total = hashlib.sha256()
    for place in CODE:
        path = ROOT / place
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.suffix in {".sql", ".yml", ".yaml", ".py", ".json"}:
                total.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def lock_build(conn: Connection) -> None:
    """Take the build lock for the rest of the transaction."""
    conn.execute("select pg_advisory_xact_lock(hashtext(%s))", (BUILD_LOCK,))


def get(conn: Connection, publication_id: int) -> Publication:
    """The publication with this number.

    Raises:
        PublicationError: there is none.
    """
    with conn.cursor(row_factory=class_row(Publication)) as cur:
        found = cur.execute(SELECT + " where p.publication_id = %s", (publication_id,)).fetchone()
    if found is None:
        raise PublicationError(f"there is no publication {publication_id}; `longcang publications` lists them")
    return found


def listing(conn: Connection, limit: int = 50) -> list[Publication]:
    """The newest publications, newest first."""
    with conn.cursor(row_factory=class_row(Publication)) as cur:
        return cur.execute(SELECT + " order by p.publication_id desc limit %s", (limit,)).fetchall()


def current(conn: Connection) -> Publication | None:
    """The published one, or None before the first."""
    with conn.cursor(row_factory=class_row(Publication)) as cur:
        return cur.execute(SELECT + " where p.publication_id = c.publication_id").fetchone()


def newest(conn: Connection) -> Publication | None:
    """The newest publication that a night formed, whatever became of it; None before the first."""
    with conn.cursor(row_factory=class_row(Publication)) as cur:
        return cur.execute(SELECT + " where p.kind = 'nightly' order by p.publication_id desc limit 1").fetchone()


def form(
    conn: Connection,
    *,
    run_id: str,
    kind: str,
    as_of_date: date,
    gate_digest: str,
    known_until: datetime | None = None,
    force: bool = False,
) -> int | None:
    """Form the candidate of a run from the readings known now (or at ``known_until``).

    A run has one candidate: forming it again (a retry, or after the gate held readings) keeps its number and its cut,
    and replaces its parts.

    Returns:
        The publication's number, or None where it would equal the one that is published (unless ``force``).
    """
    with conn.transaction():
        lock_build(conn)
        conn.execute("select pg_advisory_xact_lock(hashtext(%s))", (LANDING_LOCK,))
        existing = conn.execute(
            "select publication_id, state, known_until, reference_version from ops.publications where run_id = %s",
            (run_id,),
        ).fetchone()
        if existing and existing[1] != "candidate":
            return int(existing[0])
        if existing:
            known_until, version = existing[2], existing[3]
        else:
            version = _reference_version(conn, known_until)
            known_until = known_until or conn.execute("select clock_timestamp()").fetchone()[0]  # type: ignore[index]
        conn.execute(
            PARTS,
            {
                "known_until": known_until,
                "gate_digest": gate_digest,
                "publication_id": existing[0] if existing else None,
            },
        )
        digest = code_digest()
        if not existing and not force and _equals_published(conn, as_of_date, version, digest):
            return None
        if existing:
            publication_id = int(existing[0])
            conn.execute("delete from ops.publication_parts where publication_id = %s", (publication_id,))
            conn.execute(
                "update ops.publications set formed_times = formed_times + 1 where publication_id = %s",
                (publication_id,),
            )
        else:
            publication_id = conn.execute(
                "insert into ops.publications (run_id, kind, as_of_date, known_until, reference_version, code_digest, "
                "note) values (%s, %s, %s, %s, %s, %s, %s) returning publication_id",
                (run_id, kind, as_of_date, known_until, version, digest, _code_note(conn, kind, as_of_date, digest)),
            ).fetchone()[0]  # type: ignore[index]
        conn.execute(
            "insert into ops.publication_parts (publication_id, form, county_code, period, period_end, part_code, "
            "reading_id, is_latest_period) select %s, form, county_code, period, period_end, part_code, reading_id, "
            "is_latest_period from fresh_parts",
            (publication_id,),
        )
        # A new publication's parts are unknown to the planner until it is told: it would plan for none.
        conn.execute("analyze ops.publications, ops.publication_parts, ops.reading_parts")
        return int(publication_id)


def _reference_version(conn: Connection, known_until: datetime | None) -> int:
    if known_until is None:
        return reference.load(conn)
    return reference.version_known_at(conn, known_until)


def _equals_published(conn: Connection, as_of_date: date, version: int, digest: str) -> bool:
    published = current(conn)
    if published is None or (published.as_of_date, published.reference_version, published.code_digest) != (
        as_of_date,
        version,
        digest,
    ):
        return False
    row = conn.execute(
        """
        select not exists (
            (select form, county_code, period, part_code, reading_id from fresh_parts
             except select form, county_code, period, part_code, reading_id from ops.publication_parts
                    where publication_id = %(id)s)
            union all
            (select form, county_code, period, part_code, reading_id from ops.publication_parts
             where publication_id = %(id)s
             except select form, county_code, period, part_code, reading_id from fresh_parts))
        and not exists (select from ops.readings where known_at > %(known)s and outcome <> 'unchanged')
        """,
        {"id": published.publication_id, "known": published.known_until},
    ).fetchone()
    return bool(row and row[0])


def _code_note(conn: Connection, kind: str, as_of_date: date, digest: str) -> str | None:
    if kind != "restatement":
        return None
    row = conn.execute(
        "select code_digest from ops.publications where kind = 'nightly' and published_at is not null "
        "and as_of_date <= %s order by publication_id desc limit 1",
        (as_of_date,),
    ).fetchone()
    if row is None or row[0] == digest:
        return None
    return "口径已变：模型、表单约定或校验规则与当时不同，数字可能与当时发布的不一致"


def hold_readings(
    conn: Connection, publication_id: int, failing: Iterable[tuple[str, str, str, str]], gate_digest: str
) -> int:
    """Mark the new readings behind failing (county, form, rule, sentence) as held by the gate.

    New readings are those of the candidate that the published one does not have; the last good ones stay usable.

    Returns:
        How many of the candidate's readings are held now; 0 means that no new reading is to blame.
    """
    with conn.transaction():
        for county_code, form_name, rule_id, sentence in failing:
            conn.execute(
                """
                insert into ops.gate_holds (reading_id, gate_digest, publication_id, rule_id, sentence)
                select distinct reading_id, %s, publication_id, %s, %s from ops.publication_parts p
                where publication_id = %s and county_code = %s and form = %s
                  and not exists (select from ops.publication_parts q where q.reading_id = p.reading_id
                      and q.publication_id = ops.baseline_publication(p.publication_id))
                on conflict do nothing
                """,
                (gate_digest, rule_id, sentence, publication_id, county_code, form_name),
            )
        row = conn.execute(
            "select count(distinct reading_id) from ops.publication_parts join ops.gate_holds using (reading_id) "
            "where publication_parts.publication_id = %s and gate_digest = %s",
            (publication_id, gate_digest),
        ).fetchone()
    return int(row[0]) if row else 0


def publish(conn: Connection, publication_id: int, reason: str = "nightly") -> None:
    """Move the pointer to a candidate that the gate passed. Publishing what is published already does nothing.

    Raises:
        PublicationError: it is held, retired or gone.
    """
    _move(conn, publication_id, reason, allowed=("candidate",))


def rollback(conn: Connection, publication_id: int) -> None:
    """Move the pointer back to a retired publication.

    Raises:
        PublicationError: it was never published or formed to the end, or its rows are past the retention.
    """
    _move(conn, publication_id, "rollback", allowed=("retired",))


def _move(conn: Connection, publication_id: int, reason: str, allowed: tuple[str, ...]) -> None:
    with conn.transaction():
        lock_build(conn)
        publication = get(conn, publication_id)
        if publication.is_current:
            return
        if publication.purged_at is not None:
            raise PublicationError(
                f"publication {publication_id} is past the retention; form it anew with "
                f"`longcang restate --as-of {publication.as_of_date}`"
            )
        if publication.state not in allowed:
            raise PublicationError(
                f"publication {publication_id} is {publication.state}, and only one that is {' or '.join(allowed)} "
                "can become current this way"
            )
        before = current(conn)
        conn.execute(
            "update ops.publications set state = 'retired', retired_at = clock_timestamp() where state = 'published'"
        )
        conn.execute(
            "update ops.publications set state = 'published', published_at = coalesce(published_at, clock_timestamp()),"
            " retired_at = null where publication_id = %s",
            (publication_id,),
        )
        conn.execute("update ops.pointer set publication_id = %s, moved_at = clock_timestamp()", (publication_id,))
        conn.execute(
            "insert into ops.pointer_moves (from_publication_id, to_publication_id, reason) values (%s, %s, %s)",
            (before.publication_id if before else None, publication_id, reason),
        )


def settle(conn: Connection, publication_id: int, state: str, verdict: Jsonb | None = None) -> None:
    """End a candidate's life without publishing it: ``held`` by the gate, or ``retired`` (a restatement)."""
    conn.execute(
        "update ops.publications set state = %s, verdict = coalesce(%s, verdict), "
        "retired_at = case when %s = 'retired' then clock_timestamp() end "
        "where publication_id = %s and state = 'candidate'",
        (state, verdict, state, publication_id),
    )


def per_publication_tables(conn: Connection) -> list[tuple[str, str]]:
    """(schema, table) of every table whose rows belong to one publication."""
    return conn.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "join pg_attribute a on a.attrelid = c.oid and a.attname = 'publication_id' and not a.attisdropped "
        "where c.relkind = 'r' and n.nspname in ('core', 'metrics') order by 1, 2"
    ).fetchall()


def purge(conn: Connection, keep: int) -> list[int]:
    """Delete the rows of publications past the retention: all but the newest ``keep`` that were ever current.

    What was held or left behind as a candidate goes too, once a newer one is published. Each publication is one
    transaction of plain DELETEs, which no reader waits for.

    Returns:
        The numbers of the publications whose rows are gone now.
    """
    tables = per_publication_tables(conn)
    old = conn.execute(
        """
        select publication_id from ops.publications
        where purged_at is null and state <> 'published'
          and (state <> 'candidate' or created_at < clock_timestamp() - interval '2 days')
          and publication_id < coalesce((select publication_id from ops.pointer), 0)
          and publication_id not in (select publication_id from ops.publications
              where state in ('published', 'retired') and purged_at is null
              order by publication_id desc limit %s)
        order by publication_id
        """,
        (keep,),
    ).fetchall()
    for (publication_id,) in old:
        with conn.transaction():
            conn.execute(
                "update ops.publications set purged_at = clock_timestamp() where publication_id = %s",
                (publication_id,),
            )
            for schema, table in tables:
                conn.execute(
                    sql.SQL("delete from {} where publication_id = %s").format(sql.Identifier(schema, table)),
                    (publication_id,),
                )
            conn.execute("delete from ops.publication_parts where publication_id = %s", (publication_id,))
    return [row[0] for row in old]
