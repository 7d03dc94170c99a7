"""What is said of faults of machine and database: one sentence with the cause, where its log is and what to do."""

from __future__ import annotations

import errno
import io
import logging
import os
from datetime import date
from pathlib import Path

import psycopg
import pytest
from rich.console import Console
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from ingest.contracts import ContractError, load_all
from tests.server.conftest import own_settings
from warehouse import nightly
from warehouse.clock import ClockFault
from warehouse.connect import connect, sqlalchemy_url
from warehouse.errors import DatabaseError, ServerError
from warehouse.faults import StepFault, explain, is_database_lost
from warehouse.progress import Step
from warehouse.report import collect
from warehouse.report_text import render
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings

DAY = date(2020, 7, 1)


def end_sessions(settings: Settings, but: int = 0) -> None:
    """End every session of the test's database, one left out."""
    with connect("admin", settings=settings, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> %s",
            (settings.database_name, but),
        )


def steps(settings: Settings) -> dict[str, tuple[str, str | None]]:
    with connect("owner", settings=settings) as conn:
        return {row[0]: (row[1], row[2]) for row in conn.execute("select step, state, message from ops.steps")}


def shown(settings: Settings, run_id: str) -> str:
    out = Console(record=True, width=200, file=io.StringIO())
    with connect("owner", settings=settings) as conn:
        render(collect(conn, run_id, settings), out)
    return out.export_text()


def test_a_session_that_was_ended_whoever_held_it(settings: Settings) -> None:
    """psycopg, and SQLAlchemy over psycopg2, as Great Expectations has it."""
    server = EmbeddedServer(settings)
    said = f"The database ({server.data}) went away in the middle of the work (log: {server.log_folder}); `longcang up` starts"
    conn = connect("owner", settings=settings)
    engine = create_engine(sqlalchemy_url("owner", settings))
    with engine.connect() as other:
        other.execute(text("select 1"))
        end_sessions(settings)
        with pytest.raises(psycopg.OperationalError) as ours:
            conn.execute("select 1")
        with pytest.raises(DBAPIError) as wrapped:
            other.execute(text("select 1"))
    for caught in (ours.value, wrapped.value):
        assert is_database_lost(caught)
        assert (explain(caught, settings) or "").startswith(said)


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    settings = own_settings(tmp_path, DATABASE_URL="postgresql://u:secret@127.0.0.1:1/d")
    with pytest.raises(DatabaseError) as caught:
        connect("owner", settings=settings)
    said = explain(caught.value, settings) or ""
    assert said.startswith("The database (127.0.0.1:1) went away in the middle of the work;") and "secret" not in said


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        (errno.ENOSPC, "is full; make room on it"),
        (errno.EDQUOT, "is full; make room on it"),
        (errno.EROFS, "mounted read-only"),
        (errno.EIO, "gives errors when it is read or written"),
        (errno.EACCES, "may not be read or written by this user"),
        (errno.ENOMEM, "the memory of this machine ran out"),
    ],
)
def test_faults_of_files_name_the_place(settings: Settings, number: int, sign: str) -> None:
    said = explain(OSError(number, os.strerror(number), "/somewhere/file"), settings) or ""
    assert sign.lower() in said.lower() and ("/somewhere/file" in said or number == errno.ENOMEM)
    assert explain(OSError(number, os.strerror(number)), settings)


def test_a_path_without_a_slash_is_named_as_it_is(settings: Settings) -> None:
    said = explain(PermissionError(errno.EACCES, os.strerror(errno.EACCES), "reports"), settings)
    assert said is not None and said.startswith("The file or folder reports may not be read or written by this user")


def test_what_is_no_fault_of_the_machine_keeps_its_traceback(settings: Settings) -> None:
    for error in (ValueError("x"), OSError(errno.ENOENT, "No such file"), nightly.GateHeld("held")):
        assert explain(error, settings) is None
    assert explain(ServerError("a sentence."), settings) == "a sentence."
    with connect("owner", settings=settings) as conn, pytest.raises(psycopg.Error) as caught:
        conn.execute("select 'out of memory, No space left on device'::int")
    assert explain(caught.value, settings) is None, "a value of a row was taken for a fault"


def test_a_step_s_own_connection_is_made_again(settings: Settings) -> None:
    with Step("r", "long", settings, total=2) as step:
        end_sessions(settings)
        step.set(1)
        end_sessions(settings)
    assert steps(settings) == {"long": ("done", None)}


def test_a_step_that_a_full_disk_stops_says_so(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    nightly.begin("r", "nightly", DAY, settings)
    with caplog.at_level(logging.ERROR), pytest.raises(StepFault) as caught, Step("r", "discover", settings):
        Path("/dev/full").write_text("x")
    assert "is full" in str(caught.value) and caught.value.__cause__ is None and caught.value.__suppress_context__
    assert steps(settings) == {"discover": ("failed", str(caught.value))}
    assert f"the step discover stopped: {caught.value}" in caplog.text
    assert nightly.finish("r", settings) == "failed"
    report = shown(settings, "r")
    assert "没有做完：查看报表目录（discover）" in report and "报表目录没有看完，不知道有没有新的报表" in report
    assert "没有新的报表。" not in report and "没有新内容" not in report and "本次没有组成新的发布" in report


def test_a_later_step_that_fails_leaves_no_doubt_that_the_folder_was_looked_at(settings: Settings) -> None:
    nightly.begin("r", "nightly", DAY, settings)
    with Step("r", "discover", settings) as step:
        step.set(3, 3)
    with pytest.raises(ZeroDivisionError), Step("r", "ingest 1", settings):
        _ = 1 // 0
    nightly.finish("r", settings)
    said = steps(settings)["ingest 1"][1] or ""
    assert said.startswith("ZeroDivisionError at tests/server/test_faults.py, line ") and "traceback" in said
    assert said in shown(settings, "r"), "the cause stands in the report too"
    assert "报表目录已看过，新的报表还没有读入" in shown(settings, "r")
    with Step("r", "discover", settings) as step:
        step.set(0, 0)
    assert "本次没有新的报表。" in shown(settings, "r"), "it looked, and there are none"
    assert "没有做完：读入报表（ingest 1）" in shown(settings, "r")


def test_a_run_that_is_begun_again_forgets_what_it_had_not_ended(settings: Settings) -> None:
    """The next attempt's batches may have other names: an old one that stays failed would fail the run."""
    for name in ("discover", "form"):
        with Step("r", name, settings):
            pass
    with pytest.raises(ZeroDivisionError), Step("r", "ingest 7", settings):
        _ = 1 // 0
    nightly.begin("r", "nightly", DAY, settings)
    assert sorted(steps(settings)) == ["discover", "form"]
    assert nightly.finish("r", settings) == "done"


def test_a_mistake_in_a_contract_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("id: [F01\n", encoding="utf-8")
    with pytest.raises(ContractError), Step("r", "discover", settings) as step:
        step.set(3, 9, "what was done last")
        load_all(tmp_path)
    said = steps(settings)["discover"][1] or ""
    assert said.startswith("broken.yml, line 2, column 1: not readable as YAML: ") and "\n" not in said


def record_at(settings: Settings, when: str) -> None:
    with connect("owner", settings=settings) as conn:
        conn.execute(f"insert into ops.steps (run_id, step, updated_at) values ('old', 'form', {when})")  # type: ignore[arg-type]


@pytest.mark.parametrize("work", ["discover", "form"])
def test_a_clock_that_was_set_back_stops_the_night(settings: Settings, work: str) -> None:
    """Readings known later than now would be left out of what is formed now."""
    record_at(settings, "clock_timestamp() + interval '2 days'")
    nightly.begin("r", "nightly", DAY, settings)
    with pytest.raises(ClockFault) as caught:
        if work == "discover":
            nightly.discover("r", settings.landing, settings)
        else:
            nightly.form("r", settings)
    assert "The machine's clock" in str(caught.value) and "set it right (`timedatectl`)" in str(caught.value)
    assert steps(settings)[work] == ("failed", str(caught.value))


def test_a_clock_that_stepped_back_by_a_second_is_waited_for(settings: Settings) -> None:
    record_at(settings, "clock_timestamp() + interval '1 second'")
    nightly.begin("r", "nightly", DAY, settings)
    assert nightly.discover("r", settings.landing, settings) == []
