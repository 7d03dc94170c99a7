"""Publications: forming a candidate, moving the pointer, rolling back, restating.

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
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from warehouse import decided, locks, parts, reference
from warehouse.errors import LongcangError

Connection = psycopg.Connection[Any]

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

    @property
    def is_overtaken(self) -> bool:
        """Whether it is a night's that was retired because a later one had been published."""
        return (self.kind, self.state, self.published_at) == ("nightly", "retired", None)


SELECT = """
    select p.publication_id, p.run_id, p.kind, p.state, p.as_of_date, p.known_until, p.reference_version,
           p.code_digest, p.formed_times, p.note, p.created_at, p.published_at, p.retired_at, p.purged_at,
           p.publication_id = c.publication_id is true as is_current
    from ops.publications p cross join ops.pointer c
"""


def code_digest(choices: str = "") -> str:
    """A digest of what turns readings into figures: models, macros, expectations, contracts, and the settings that the
    models follow (`choices`)."""
    total = hashlib.sha256(choices.encode())
    for place in CODE:
        path = ROOT / place
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.suffix in {".sql", ".yml", ".yaml", ".py", ".json"}:
                total.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]


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
    choices: str = "",
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
        locks.take(conn, locks.BUILD, f"form {run_id}")
        locks.stop_landing(conn, f"form {run_id}")  # a cut through the landings is clean
        existing = conn.execute(
            "select publication_id, state, known_until, reference_version from ops.publications where run_id = %s",
            (run_id,),
        ).fetchone()
        if existing and existing[1] != "candidate":
            return int(existing[0])
        digest = code_digest(choices)
        note = None
        if existing:
            known_until, version = existing[2], existing[3]
        else:
            version = _reference_version(conn, known_until)
            known_until = known_until or conn.execute("select clock_timestamp()").fetchone()[0]  # type: ignore[index]
        if kind == "restatement":
            gate_digest, note = _as_of_then(conn, known_until, gate_digest, digest)
        parts.choose(conn, known_until, gate_digest, int(existing[0]) if existing else None)
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
                "gate_digest, note) values (%s, %s, %s, %s, %s, %s, %s, %s) returning publication_id",
                (run_id, kind, as_of_date, known_until, version, digest, gate_digest, note),
            ).fetchone()[0]  # type: ignore[index]
        conn.execute(
            "insert into ops.publication_parts (publication_id, form, county_code, period, period_end, snapshot_day, "
            "part_code, reading_id, is_latest_period) select %s, form, county_code, period, period_end, snapshot_day, "
            "part_code, reading_id, is_latest_period from fresh_parts",
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
    return (
        published is not None
        and (published.as_of_date, published.reference_version, published.code_digest) == (as_of_date, version, digest)
        and parts.are_those_of(conn, published.publication_id, published.known_until)
    )


def _as_of_then(conn: Connection, known_until: datetime, gate_digest: str, digest: str) -> tuple[str, str | None]:
    """The gate of the last night that was published from what was known by an instant, whose holds a restatement takes
    over, and a note where the code has changed since that night. Without such a night: today's gate, no note."""
    row = conn.execute(
        "select gate_digest, code_digest from ops.publications where kind = 'nightly' and published_at is not null "
        "and known_until <= %s order by known_until desc limit 1",
        (known_until,),
    ).fetchone()
    if row is None:
        return gate_digest, None
    changed = "口径已变：模型、表单约定或校验规则与当时不同，数字可能与当时发布的不一致"
    return row[0] or gate_digest, None if row[1] == digest else changed


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
            "select count(distinct reading_id) from ops.publication_parts "
            "join ops.gate_holds using (publication_id, reading_id) where publication_id = %s",
            (publication_id,),
        ).fetchone()
    return int(row[0]) if row else 0


def publish(conn: Connection, publication_id: int) -> Publication:
    """Move the pointer to a candidate that the gate passed, unless a person has pinned it, or moved it since the
    candidate's run began.

    Publishing what is published already does nothing; what a person's decision held stays so; and what a later night has
    overtaken is retired instead.

    Returns:
        The publication as it is now: ``published``, ``held_by_person``, or ``retired`` (overtaken).

    Raises:
        PublicationError: it is held by the gate, retired or gone.
    """
    with conn.transaction():
        locks.take_pointer(conn, publication_id, f"publish {publication_id}")
        if not retire_if_overtaken(conn, publication_id):
            publication = get(conn, publication_id)
            if publication.is_current or publication.state == "held_by_person":
                return publication
            _refuse(publication, "candidate")
            if reason := _kept_by_person(conn, publication_id):
                settle(conn, publication_id, "held_by_person", Jsonb({"reasons": [reason]}))
            else:
                _move(conn, publication_id, "nightly")
        return get(conn, publication_id)


def retire_if_overtaken(conn: Connection, publication_id: int) -> bool:
    """Retire the candidate of a night where a later one has been published: figures go backwards by a person's rollback
    only, never by a task of an old run that runs again. The note says so.

    Returns:
        Whether it was a candidate and is retired now.
    """
    return bool(
        conn.execute(
            """
            update ops.publications p set state = 'retired', retired_at = clock_timestamp(),
                note = concat_ws('；', p.note, format('较新的发布 %%s 已经发布过，发布 %%s 不再发布', n.newest, p.publication_id))
            from (select max(publication_id) as newest from ops.publications
                  where kind = 'nightly' and published_at is not null) n
            where p.publication_id = %s and p.kind = 'nightly' and p.state = 'candidate' and p.publication_id < n.newest
            """,
            (publication_id,),
        ).rowcount
    )


def publish_held(conn: Connection, publication_id: int) -> None:
    """Move the pointer to a publication that was held because a person had moved or pinned it.

    Raises:
        PublicationError: it is not such a one, its rows are past the retention, or the current one is pinned.
    """
    with conn.transaction():
        _move_by_person(conn, publication_id, "publish", "held_by_person")


def rollback(conn: Connection, publication_id: int) -> None:
    """Move the pointer back to a retired publication, or confirm the current one: a night under way leaves it there.

    Raises:
        PublicationError: it was never published or formed to the end, its rows are past the retention, or the current
            one is pinned.
    """
    with conn.transaction():
        _move_by_person(conn, publication_id, "rollback", "retired")


def pin(conn: Connection, publication_id: int, *, by: str, reason: str) -> None:
    """Roll back to a publication, or confirm the current one, and let no night publish until `decided.unpin`. In place of an
    earlier pin, if there is one.

    Raises:
        PublicationError: as for `rollback`.
    """
    with conn.transaction():
        _move_by_person(conn, publication_id, "rollback", "retired", pins=True)
        decided.record(conn, "pin", {"publication": publication_id}, by=by, reason=reason)


def _move_by_person(
    conn: Connection, publication_id: int, command: str, from_state: str, *, pins: bool = False
) -> None:
    locks.take_pointer(conn, publication_id, f"{command} {publication_id}")
    pinned = None if pins else decided.pin_now(conn)
    if pinned is not None:
        raise PublicationError(pinned.sentence)
    publication = get(conn, publication_id)
    if not publication.is_current:
        _refuse(publication, from_state)
    _move(conn, publication_id, command)


def _refuse(publication: Publication, from_state: str) -> None:
    if publication.is_overtaken:
        raise PublicationError(f"publication {publication.publication_id} was never published: {publication.note}")
    if publication.kind == "trial":
        raise PublicationError(
            f"publication {publication.publication_id} was a trial; a night without --dry-run publishes"
        )
    if publication.purged_at is not None:
        raise PublicationError(
            f"publication {publication.publication_id} is past the retention; form it anew with "
            f"`longcang restate --as-of {publication.as_of_date}`"
        )
    if publication.state == from_state:
        return
    way = {
        "retired": f"`longcang rollback {publication.publication_id}` shows it again",
        "held_by_person": f"`longcang publish {publication.publication_id}` publishes it",
    }.get(publication.state, f"only one that is {from_state} can become current this way")
    raise PublicationError(f"publication {publication.publication_id} is {publication.state}; {way}")


def _kept_by_person(conn: Connection, publication_id: int) -> str | None:
    """Where a person has pinned the pointer, or moved it since the publication's run began: a Chinese sentence that says
    so."""
    if pinned := decided.pin_now(conn):
        return f"{pinned.text}；之后可用 longcang publish {publication_id} 发布这一次"
    row = conn.execute(
        "select to_char(m.moved_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), m.to_publication_id "
        "from ops.pointer_moves m, ops.publications p left join ops.runs r using (run_id) "
        "where p.publication_id = %s and m.reason <> 'nightly' and m.moved_at > coalesce(r.started_at, p.created_at) "
        "order by m.move_id desc limit 1",
        (publication_id,),
    ).fetchone()
    if row is None:
        return None
    return f"运行期间（{row[0]}）有人将现行发布定为 {row[1]}；核对后如仍要发布，运行 longcang publish {publication_id}"


def _move(conn: Connection, publication_id: int, reason: str) -> None:
    """Move the pointer, under its lock."""
    before = current(conn)
    if before is None or before.publication_id != publication_id:
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
    """End a candidate's life without publishing it: ``held`` by the gate, ``held_by_person`` (somebody pinned the
    pointer, or moved it while its night ran), or ``retired`` (a restatement)."""
    conn.execute(
        "update ops.publications set state = %s, verdict = coalesce(%s, verdict), "
        "retired_at = case when %s = 'retired' then clock_timestamp() end "
        "where publication_id = %s and state = 'candidate'",
        (state, verdict, state, publication_id),
    )
