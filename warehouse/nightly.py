"""The steps of a night, as plain functions that the DAG's tasks call.

Each step can be killed at any moment and run again: what it has done lies in ``ops``, never in Airflow's XCom. A
step finds its publication by the run's id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from warehouse import decided, limits, publications, retention, trials
from warehouse.clock import ZONE, see_that_it_goes_on
from warehouse.connect import connect
from warehouse.errors import NotPublished
from warehouse.faults import explain
from warehouse.progress import Step
from warehouse.settings import Settings

LAYERS = ("staging", "core", "metrics")
# Enough for a second county to fail once the first is out; what still fails then is no county's mistake.
MAX_PASSES = 4
FILES_PER_BATCH, MAX_BATCHES = 100, 16
FEEDBACK = "feedback"

log = logging.getLogger(__name__)


class GateHeld(NotPublished):
    """The gate holds the whole publication; readers go on seeing the one before."""


class PersonHeld(NotPublished):
    """A person pinned the pointer, or moved it while the night ran: it stays there, and the night's publication is held."""


class Overtaken(NotPublished):
    """A later night has been published: the run's candidate is retired, and there is nothing left to do."""


def begin(run_id: str, kind: str, as_of_date: date, settings: Settings) -> None:
    """Record the run. A run that is begun again keeps its date, and forgets the steps that it had not ended.

    Readers past their time are ended first, and what an earlier trial has left is taken back.
    """
    end_overdue_readers(settings)
    trials.remove_left(settings)
    with connect("owner", settings=settings) as conn:
        conn.execute("delete from ops.steps where run_id = %s and state <> 'done'", (run_id,))
        conn.execute(
            "insert into ops.runs (run_id, kind, as_of_date) values (%s, %s, %s) "
            "on conflict (run_id) do update set state = 'running', finished_at = null",
            (run_id, kind, as_of_date),
        )


def end_overdue_readers(settings: Settings) -> int:
    """End the sessions of readers that take longer than they may (`limits`); gives how many."""
    with connect("owner", settings=settings) as conn:
        ended = limits.end_overdue(conn)
    for login, pid in ended:
        log.warning("the session %s of %s was ended: it took longer than a reader may", pid, login)
    return len(ended)


def begun(run_id: str, settings: Settings) -> tuple[str, date]:
    """The run's kind (``nightly``, ``trial``, ``restate``) and date. Raises LookupError where it was never begun."""
    with connect("owner", settings=settings) as conn:
        row = conn.execute("select kind, as_of_date from ops.runs where run_id = %s", (run_id,)).fetchone()
    if row is None:
        raise LookupError(f"run {run_id} was never begun; start it through longcang run or the DAG")
    return str(row[0]), row[1]


def is_trial(run_id: str, settings: Settings) -> bool:
    """Whether the run is a trial (``longcang run --dry-run``), which publishes nothing and gives nothing back; one that was
    never begun is none."""
    with connect("owner", settings=settings) as conn:
        row = conn.execute("select from ops.runs where run_id = %s and kind = %s", (run_id, trials.KIND)).fetchone()
    return row is not None


def discover(run_id: str, landing: Path, settings: Settings) -> list[list[int]]:
    """Look at the landing folder; archive and record what is new.

    Returns:
        Batches of submission numbers that are to be read, including those an earlier night left unread.
    """
    from ingest import raw_tables
    from ingest.batch import load_context
    from ingest.discover import discover as look

    with Step(run_id, "discover", settings, unit="files") as step, connect("owner", settings=settings) as conn:
        see_that_it_goes_on(conn)
        raw_tables.sync(conn)
        conn.commit()
        found = look(conn, landing, run_id, settings, load_context(settings))
        conn.commit()
        step.set(len(found), len(found))
    size = max(FILES_PER_BATCH, ceil(len(found) / MAX_BATCHES))
    return [found[start : start + size] for start in range(0, len(found), size)]


def ingest(run_id: str, submission_ids: list[int], settings: Settings) -> dict[str, int]:
    """Read one batch of submissions and land them, each in one transaction."""
    from ingest.batch import read_batch

    with Step(run_id, f"ingest {submission_ids[0]}", settings, unit="files", total=len(submission_ids)) as step:

        def show(name: str, done: int, total: int) -> None:
            step.set(done, total, name)

        counts = read_batch(submission_ids, run_id, settings, show)
        step.set(len(submission_ids))
    return counts


def form(run_id: str, settings: Settings, *, known_until: datetime | None = None) -> int | None:
    """Form the run's candidate; None where it would equal what is published already."""
    from expectations import gate

    of_run, day = begun(run_id, settings)
    kind = of_run if known_until is None else "restatement"
    with Step(run_id, "form", settings) as step, connect("owner", settings=settings) as conn:
        see_that_it_goes_on(conn)
        formed = publications.form(
            conn,
            run_id=run_id,
            kind=kind,
            as_of_date=day,
            gate_digest=gate.digest(),
            choices=settings.income_basis,
            known_until=known_until,
            force=kind != "nightly",
        )
        if kind == trials.KIND and formed is not None:
            trials.remember(conn, formed)
        step.set(0, message="与现行发布相同" if formed is None else f"发布 {formed}")
    return formed


def candidate(run_id: str, settings: Settings) -> publications.Publication | None:
    """The run's publication where it still awaits build, gate or pointer; None where there is nothing to do.

    One that a later night has overtaken is retired here: neither would its figures be shown, nor may it hold a reading.
    """
    found = _publication(run_id, settings)
    if found is None or found.state != "candidate":
        return None
    with connect("owner", settings=settings) as conn:
        return None if publications.retire_if_overtaken(conn, found.publication_id) else found


def _publication(run_id: str, settings: Settings) -> publications.Publication | None:
    with connect("owner", settings=settings) as conn:
        row = conn.execute("select publication_id from ops.publications where run_id = %s", (run_id,)).fetchone()
        return publications.get(conn, row[0]) if row else None


def build(run_id: str, layer: str, settings: Settings) -> None:
    """Build one layer of the run's candidate with dbt."""
    from warehouse import dbt_runner

    publication = candidate(run_id, settings)
    if publication is None:
        return
    with Step(run_id, f"build {layer}", settings, unit="nodes") as step:

        def show(done: int, total: int, node: str) -> None:
            step.set(done, total, node)

        dbt_runner.build(layer, publication.publication_id, run_id, settings, progress=show)


def gate_landed(run_id: str, settings: Settings) -> None:
    """Judge what landed; hold back the new readings of counties that fail.

    Raises:
        GateHeld: the failure is the province's, or no new reading is to blame for it.
    """
    _gate(run_id, "landed", settings, rebuild=lambda: None)


def gate_candidate(run_id: str, settings: Settings) -> None:
    """Judge the candidate; where only some counties fail, form and build it again with their last good readings.

    Raises:
        GateHeld: as for :func:`gate_landed`.
    """

    def rebuild() -> None:
        for layer in LAYERS[1:]:
            build(run_id, layer, settings)

    _gate(run_id, "candidate", settings, rebuild=rebuild)


def _gate(run_id: str, suite: str, settings: Settings, rebuild: Callable[[], None]) -> None:
    from expectations import gate

    publication = candidate(run_id, settings)
    if publication is None:
        return
    number = publication.publication_id
    digest = gate.digest()
    with Step(run_id, f"gate {suite}", settings, unit="expectations") as step:
        for pass_no in range(1, MAX_PASSES + 1):
            verdict = gate.judge(number, suite, pass_no, settings, progress=lambda d, t, n: step.set(d, t, n))
            if verdict.success:
                return
            sentences = [failure.sentence for failure in verdict.province_failures]
            with connect("owner", settings=settings) as conn:
                if verdict.province_failures or verdict.holds_all:
                    _hold(conn, number, suite, sentences or sorted({f.sentence for f in verdict.failing}))
                failing = [(f.county_code, f.form, f.rule_id, f.sentence) for f in verdict.failing]
                if publications.hold_readings(conn, number, failing, digest) == 0:
                    _hold(conn, number, suite, sorted({f.sentence for f in verdict.failing}))
            step.set(step.done, message=f"{len({f[:2] for f in failing})} 个县表改用上一次合格的数据")
            form(run_id, settings, known_until=publication.known_until if publication.kind == "restatement" else None)
            rebuild()
        with connect("owner", settings=settings) as conn:
            _hold(conn, number, suite, sorted({f.sentence for f in verdict.failing}))


def _hold(conn: psycopg.Connection[Any], publication_id: int, suite: str, sentences: list[str]) -> None:
    publications.settle(conn, publication_id, "held", Jsonb({"suite": suite, "reasons": sentences}))
    conn.commit()
    raise GateHeld(f"publication {publication_id} is held by the {suite} gate: " + "；".join(sentences))


def publish(run_id: str, settings: Settings) -> int | None:
    """Move the pointer to the run's candidate (a nightly run), or set it beside the others (a restatement, a trial).

    Raises:
        PersonHeld: a person has pinned the pointer, or moved it since the run began. Once held so, it is held each time.
        Overtaken: a later night has been published; the run ends as done all the same.
    """
    publication = _publication(run_id, settings)
    if publication is None:
        return None
    number, is_open = publication.publication_id, publication.state in ("candidate", "held_by_person")
    pinned = None
    if is_open:
        with Step(run_id, "publish", settings) as step, connect("owner", settings=settings) as conn:
            if publication.kind == "nightly":
                publication = publications.publish(conn, number)
                pinned = decided.pin_now(conn)
            else:
                publications.settle(conn, number, "retired")
            step.set(1, 1, _said_of(publication))
    if publication.is_overtaken:
        raise Overtaken(publication.note)
    if publication.state == "held_by_person":
        why = "somebody moved the pointer while the night ran; `longcang publications` lists them"
        raise PersonHeld(
            f"publication {number} is held: {pinned.sentence if pinned else why}; `longcang publish {number}` publishes it"
        )
    return number if is_open else None


def _said_of(publication: publications.Publication) -> str:
    if publication.kind == trials.KIND:
        return "试运行，没有发布"
    if publication.is_overtaken:
        return publication.note or ""
    is_held = publication.state == "held_by_person"
    return f"发布 {publication.publication_id}" + (" 未移动指针：有人指定或钉住了现行发布" if is_held else "")


def feedback(run_id: str, settings: Settings) -> None:
    """Write the workbooks that go back to the counties. What goes wrong here is told, and holds up nothing. A trial gives
    nothing back: the next night does."""
    if is_trial(run_id, settings):
        return
    with Step(run_id, FEEDBACK, settings, unit="workbooks") as step:
        try:
            from warehouse import feedback as writing

            done = writing.write(settings, run_id=run_id, progress=lambda d, t, name: step.set(d, t, name))
            step.set(done.written, done.written, f"没有写成 {len(done.failed)} 份" if done.failed else None)
        except Exception as error:  # its text may hold what stands in the workbooks
            why = explain(error, settings) or type(error).__name__
            log.error("feedback was not written: %s", why)
            step.set(step.done, message=f"退改工作簿没有写完，改好后运行 longcang feedback。{why}")


def finish(run_id: str, settings: Settings) -> str:
    """Close the run's book-keeping and keep its report, both at once: who waits for the end finds the report there.

    Returns:
        ``done``, ``held`` (the gate held its publication), ``held_by_person`` (a person pinned the pointer, or moved
        it while it ran)
        or ``failed`` (a step did not get to its end).
    """
    from warehouse import disk, report

    with connect("owner", settings=settings) as conn:
        row = conn.execute(
            "select (select case when kind = 'nightly' and state = 'retired' and published_at is null then 'overtaken' "
            "else state end from ops.publications where run_id = r.run_id), "
            "coalesce((select bool_and(state = 'done') from ops.steps where run_id = r.run_id and step <> %s), false), "
            "exists (select from ops.steps where run_id = r.run_id and step = 'form'), kind = 'trial' and report is not null "
            "and exists (select from ops.publications where run_id = r.run_id and purged_at is not null) "
            "from ops.runs r where run_id = %s",
            (FEEDBACK, run_id),
        ).fetchone()
        if row is None:
            return "failed"
        publication, steps_done, formed, is_taken_back = row
        ended = publication in (None, "published", "retired") and steps_done and formed
        is_held = publication in ("held", "held_by_person")
        state = publication if is_held else "done" if ended or publication == "overtaken" else "failed"
        conn.commit()
        freed = 0 if is_taken_back else disk.clean(settings)
        ending = "update ops.runs set state = %s, finished_at = clock_timestamp() where run_id = %s"
        conn.execute(ending, (state, run_id))
        if is_taken_back:
            return state
        found = report.collect(conn, run_id, settings)
        found["home"]["freed"] = freed
        if found["run"]["kind"] == trials.KIND and found["publication"] and state != "failed":
            conn.rollback()  # what was read above would be in the way of its own removal
            found["trial"] = {"left": trials.remove(found["publication"]["publication_id"], settings)}
            conn.execute(ending, (state, run_id))
        conn.execute("update ops.runs set report = %s where run_id = %s", (Jsonb(found), run_id))
    return state


def known_until(as_of: str, settings: Settings) -> tuple[date, datetime]:
    """What ``restate --as-of`` means: a date, or an instant with or without zone (Asia/Shanghai by default).

    A date stands for what the night of that date knew: the cut of the last nightly publication formed for it or
    before it, or, where there was none, the end of that day (of today: what is known by now). An instant stands for
    all that was known at it, under the date of the last nightly publication formed by then, or, where there was none,
    its own.

    Returns:
        The publication's ``as_of_date`` and ``known_until``.

    Raises:
        ValueError: it is neither a date nor an instant, or it lies ahead of now, by the database's clock.
    """
    try:
        day, moment = date.fromisoformat(as_of), None
    except ValueError:
        try:
            moment = datetime.fromisoformat(as_of)
        except ValueError:
            raise ValueError(
                f"{as_of!r} is neither a date (2020-06-30) nor an instant (2020-06-30T12:00+08:00)"
            ) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
        day = moment.astimezone(ZONE).date()
    last = (
        "as_of_date <= %s order by as_of_date desc, publication_id desc"
        if moment is None
        else "known_until <= %s order by known_until desc"
    )
    with connect("owner", settings=settings) as conn:
        now: datetime = conn.execute("select clock_timestamp()").fetchone()[0]  # type: ignore[index]
        if (moment or datetime.combine(day, time(), ZONE)) > now:
            raise ValueError(
                f"{as_of} lies ahead of now ({now.astimezone(ZONE):%Y-%m-%dT%H:%M%z}): what will be known then is not known"
            )
        row = conn.execute(
            "select as_of_date, known_until from ops.publications where kind = 'nightly' and published_at is not null "
            f"and {last} limit 1",
            (moment or day,),
        ).fetchone()
    if moment is None:
        return day, row[1] if row else min(now, datetime.combine(day + timedelta(days=1), time(), ZONE))
    return row[0] if row else day, moment


def housekeeping(run_id: str, settings: Settings) -> dict[str, int]:
    """Retention of publications; nothing here makes a reader wait. Logs and targets go at the end of each night (`finish`).

    Returns:
        How many publications' rows were deleted.
    """
    with connect("owner", settings=settings) as conn:
        with Step(run_id, "retention", settings, unit="publications") as step:
            purged = retention.purge(conn, settings.keep_publications)
            step.set(len(purged))
    with connect("owner", settings=settings, autocommit=True) as conn, Step(run_id, "vacuum", settings) as step:
        left = retention.vacuum(conn, lambda table: step.advance(message=table)) if purged else []
        if left:
            step.set(step.done, message=f"未整理完，留待下次：{'、'.join(left)}")
        conn.execute("update ops.runs set state = 'done', finished_at = clock_timestamp() where run_id = %s", (run_id,))
    return {"purged": len(purged)}
