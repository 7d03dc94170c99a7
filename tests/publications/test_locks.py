"""Who waits for whom: no login that reads can hold anything up, and our own processes wait in turn, in words, not for ever."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest import aliases, raw_tables
from ingest.batch import load_context
from ingest.context import reference_folder
from ingest.discover import discover
from ingest.landing import land
from ingest.read import ReadResult
from tests.publications.conftest import Ledger
from warehouse import feedback, locks, migrate, nightly, publications, reference, roles
from warehouse.cli.main import main
from warehouse.connect import connect
from warehouse.settings import Settings

# Every advisory lock that there has been; a login that may connect can take each of them.
ADVISORY = ["build", "landing", "reference", "feedback", "migrate", "provision", "airflow", "raw_tables", "aliases",
            "discover", "scope.village_income.621121"]  # fmt: skip
HOLD = """
import time
from warehouse import locks
from warehouse.connect import connect
from warehouse.settings import Settings
with connect("owner", settings=Settings.load()) as conn:
    {take}
    print("held", flush=True)
    time.sleep(120)
"""


@contextmanager
def another_process(take: str) -> Iterator[subprocess.Popen[str]]:
    """Another process of ours that has taken a lock and keeps it."""
    process = subprocess.Popen([sys.executable, "-c", HOLD.format(take=take)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait()


def within(seconds: float, what: Callable[[], Any]) -> Any:
    """The result of a call that must end within so many seconds."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(what()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), f"still waiting after {seconds} s"
    assert results, "it failed"
    return results[0]


def eventually(seconds: float, holds: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
    return found


@pytest.fixture
def hostile(settings: Settings) -> Iterator[None]:
    """A session that has taken every advisory lock by name, and keeps it, as any login may on a server whose
    administrator has not taken that from it."""
    with connect("admin", settings=settings, database=settings.database_name, autocommit=True) as bi:
        for name in ADVISORY:
            bi.execute("select pg_advisory_lock(hashtext(%s))", (f"longcang.{name}",))
        for submission in range(1, 5):
            bi.execute("select pg_advisory_lock(hashtextextended('longcang.submission', %s))", (submission,))
        yield


def test_a_login_that_takes_every_advisory_lock_stops_nothing(
    ledger: Ledger, settings: Settings, hostile: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(reference_folder(), tmp_path / "reference")  # decisions on aliases are written into it
    monkeypatch.setenv("LONGCANG_REFERENCE", str(tmp_path / "reference"))
    ledger.conn.close()
    settings.landing.mkdir(exist_ok=True)

    def everything() -> bool:
        roles.provision(settings)
        migrate._upgrade(settings)
        with connect("owner", settings=settings) as conn:
            raw_tables.sync(conn)
            reference.load(conn)
            discover(conn, settings.landing, "r", settings, load_context(settings))
            assert aliases.decide(conn, [], "rejected", "wang") == []
            conn.commit()
            ledger = Ledger(conn)
            submission = ledger.submit()
            assert land(conn, submission, "y", "d", refusal(), "r", 0.1) == "refused"
            ledger.read()
            first = ledger.night()
            ledger.read()
            ledger.night()
            publications.rollback(conn, first)
        feedback.write(settings)
        return True

    assert within(60, everything)


def refusal() -> ReadResult:
    """A file of one county and form that was refused: it is landed under the lock of its scope."""
    result = ReadResult(form="village_income", county_code="621121", scope_code="621121")
    result.refuse("S01", "打不开")
    return result


def test_a_waiting_step_says_at_once_who_holds_it_up_and_goes_on_afterwards(
    ledger: Ledger, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.read()
    nightly.begin("night-2", "nightly", ledger.now().date(), settings)
    with another_process("locks.take(conn, locks.BUILD, 'form night-1')") as holder:
        formed: list[int | None] = []
        waiting = threading.Thread(target=lambda: formed.append(nightly.form("night-2", settings)))
        started = time.monotonic()
        waiting.start()
        [(message,)] = eventually(
            10, lambda: query(settings, "select message from ops.steps where step = 'form' and message is not null")
        )
        assert time.monotonic() - started < 5
        assert f"“longcang form night-1 [{holder.pid}]” (login longcang, server process " in message
        assert ", since 20" in message and "the forming of publications is held by" in message.lower()
        assert message in caplog.text
        assert formed == []
    waiting.join(30)
    assert formed == [1]
    assert query(settings, "select message, state from ops.steps where step = 'form'") == [("发布 1", "done")]


def query(settings: Settings, text: str) -> list[Any]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(text).fetchall()  # type: ignore[arg-type]


def test_a_rollback_does_not_wait_for_a_night_that_is_being_formed(ledger: Ledger, settings: Settings) -> None:
    first, _ = two_nights(ledger)
    with another_process("locks.take(conn, locks.BUILD, 'form x'); locks.stop_landing(conn, 'form x')"):
        started = time.monotonic()
        publications.rollback(ledger.conn, first)
        assert time.monotonic() - started < 2
    assert current(ledger) == first


def two_nights(ledger: Ledger) -> tuple[int, int]:
    ledger.read()
    first = ledger.night()
    ledger.read()
    return first, ledger.night()


def current(ledger: Ledger) -> int | None:
    found = publications.current(ledger.conn)
    ledger.conn.commit()
    return found.publication_id if found else None


def test_a_command_that_cannot_have_its_lock_ends_in_a_sentence(
    ledger: Ledger, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = two_nights(ledger)
    monkeypatch.setattr(locks, "POINTER", replace(locks.POINTER, limit=2.5))
    monkeypatch.setattr(sys, "argv", ["longcang", "rollback", str(first)])
    with another_process(f"locks.take_pointer(conn, {second}, 'publish {second}')") as holder:
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr().err
    assert ended.value.code == 3
    assert said.startswith(
        "longcang: Gave up after 2.5 s. The pointer to the current publication is held by “longcang "
    )
    assert f"publish {second} [{holder.pid}]”" in said and "pg_terminate_backend" in said
    assert current(ledger) == second
    main_again = within(30, lambda: publications.rollback(ledger.conn, first) or True)
    assert main_again and current(ledger) == first


def test_landings_go_on_beside_each_other_and_wait_for_a_cut(ledger: Ledger, settings: Settings) -> None:
    one, two = ledger.submit(), ledger.submit()
    ledger.conn.commit()
    with connect("owner", settings=settings) as other:
        locks.take_landing(other, one, "village_income.621121", "land a")
        with connect("owner", settings=settings) as third:
            within(5, lambda: locks.take_landing(third, two, "household_awards.621121", "land b") or True)
        cut = threading.Thread(target=ledger.form)
        cut.start()
        eventually(10, lambda: query(settings, WAITING))
        late = threading.Thread(target=lambda: landed(settings, two))  # a stream of landings does not starve the cut
        late.start()
        eventually(10, lambda: len(query(settings, WAITING)) == 2)
        other.execute("insert into ops.readings (submission_id, digest, outcome) values (%s, 'd', 'refused')", (one,))
        other.commit()
    cut.join(30)
    late.join(30)
    instants = "select known_until from ops.publications"
    [(until,)] = query(settings, instants)
    known = "select known_at from ops.readings order by reading_id"
    [(before,), (after,)] = query(settings, known)
    assert before < until < after, "the cut went through a landing"


WAITING = (
    "select pid from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0"
)


def landed(settings: Settings, submission: int) -> None:
    with connect("owner", settings=settings) as conn:
        land(conn, submission, "y", "d", refusal(), "r", 0.1)


def test_one_submission_is_landed_by_one_at_a_time_and_may_be_referred_to(ledger: Ledger, settings: Settings) -> None:
    first, second = ledger.submit(), ledger.submit()
    ledger.conn.commit()
    with connect("owner", settings=settings) as one, connect("owner", settings=settings) as two:
        locks.take_landing(one, first, None, "land a")
        # A correction names the submission that it corrects while that one is being landed.
        locks.take_landing(two, second, None, "land b")
        two.execute("set local lock_timeout = '2s'")
        two.execute(
            "insert into ops.readings (submission_id, digest, outcome, corrects_submission_id) values (%s, 'd', 'refused', %s)",
            (second, first),
        )
        again = threading.Thread(target=lambda: landed(settings, first))
        again.start()
        eventually(10, lambda: query(settings, WAITING))
        one.commit()
        again.join(10)
        assert not again.is_alive()


def test_the_first_two_who_use_a_lock_take_turns(settings: Settings) -> None:
    never_used = locks.Lock("never used", "a thing", 30)
    with connect("owner", settings=settings) as one:
        locks.take(one, never_used, "a")
        order: list[str] = []

        def second() -> None:
            with connect("owner", settings=settings) as two:
                locks.take(two, never_used, "b")
                order.append("second")

        thread = threading.Thread(target=second)
        thread.start()
        eventually(10, lambda: query(settings, WAITING))
        order.append("first")
        one.rollback()
        thread.join(30)
    assert order == ["first", "second"]


def test_two_set_ups_of_a_new_database_at_once(server_settings: Settings, tmp_path: Any) -> None:
    name = f"new_{tmp_path.name[-12:]}".replace("-", "_")
    settings = server_settings.with_changes(database_name=name, home=tmp_path)
    with connect("admin", settings=settings, autocommit=True) as admin:
        admin.execute(f"create database {name} owner longcang")
    failures: list[BaseException] = []

    def set_up() -> None:
        try:
            roles.provision(settings)
            migrate.migrate(settings)
        except BaseException as error:
            failures.append(error)

    try:
        threads = [threading.Thread(target=set_up) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert failures == []
        assert migrate.database_version(settings) == migrate.head_version()
    finally:
        with connect("admin", settings=server_settings, autocommit=True) as admin:
            admin.execute(f"drop database {name} with (force)")


@pytest.mark.parametrize("role", ["build", "bi", "auditor"])
def test_a_login_cannot_lock_what_the_program_locks(settings: Settings, role: str) -> None:
    statements = [
        "select from ops.locks for share",
        "select from ops.pointer for key share",
        "select from ops.submissions for key share",
        "lock table ops.readings in row exclusive mode",
        "lock table ops.locks in access exclusive mode",
    ]
    with connect(role, settings=settings, autocommit=True) as conn:
        conn.execute("set default_transaction_read_only = off")
        for statement in statements:
            with conn.transaction(force_rollback=True), pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement)


def test_a_wait_without_end_is_logged_again_only_where_it_changes(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "warehouse.locks")
    lock = locks.Lock("x", "a thing", 4)
    with connect("owner", settings=settings) as one, connect("owner", settings=settings) as two:
        locks.take(one, lock, "keep it")
        with pytest.raises(locks.LockTimeout, match="A thing is held by “longcang keep it"):
            locks.take(two, lock, "have it")
    assert [record.getMessage()[:24] for record in caplog.records] == ["Waiting: A thing is held"]


def test_who_reads_a_relation_and_who_builds_it(settings: Settings) -> None:
    """As a build names them: with the rights of the build role, to which the server shows no times of others."""
    with connect("build", settings=settings) as build:
        build.execute("create table core.made as select 1 as n")
        build.execute("create view marts.made as select n from core.made")
        build.execute("grant select on marts.made to bi_reader")
        build.execute("insert into ops.view_definitions values ('core', 'made', 'x')")
    with connect("bi", settings=settings) as reader, connect("owner", settings=settings) as builder:
        reader.execute("select from marts.made")
        builder.execute("select from ops.view_definitions where view_name = 'made' for no key update")
        query = "select ops.sessions_using('core.made', false), ops.sessions_using('core.made', true)"
        with connect("build", settings=settings) as build:
            row = build.execute(query).fetchone()
        assert row
        assert row[0].startswith('"longcang bi" (login bi_reader, server process ') and ", since 20" in row[0]
        assert row[1].startswith('"longcang owner" (login longcang, server process ') and "bi_reader" not in row[1]
        reader.rollback()
        builder.rollback()
        with connect("build", settings=settings) as build:
            assert build.execute(query).fetchone() == ("a session that has just ended",) * 2
