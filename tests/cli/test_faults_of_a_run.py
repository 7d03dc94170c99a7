"""What `longcang run` says and does when the database, its own connection or the process of Airflow goes away under it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cli.small_night import SmallNight, make_project
from tests.e2e.kills import own_stack
from warehouse import services, setup
from warehouse.airflow_setup import migrate_airflow
from warehouse.connect import connect
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings

pytestmark = pytest.mark.ci_only


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A server of this module's own."""
    settings = own_stack(tmp_path_factory.mktemp("faults"))
    settings = settings.with_changes(project_root=make_project(settings.home.parent / "project"))
    settings.landing.mkdir()
    (settings.landing / "a.csv").write_text("a\n")  # an empty folder is not looked at
    setup.ensure_database(settings)
    migrate_airflow(settings)
    yield settings
    services.down(settings, say=lambda text: None)


@pytest.fixture
def night(stack: Settings) -> Iterator[SmallNight]:
    found = SmallNight(stack)
    found.start()
    yield found
    assert found.process is not None
    if found.process.poll() is None:
        found.process.terminate()
        found.process.wait(30)


def backends(settings: Settings, application: str) -> list[int]:
    """Process ids of the server's sessions whose name begins so, our own left out."""
    with connect("admin", settings=settings) as admin:
        return [
            row[0]
            for row in admin.execute(
                "select pid from pg_stat_activity where starts_with(application_name, %s) and pid <> pg_backend_pid()",
                (application,),
            )
        ]


def test_connections_that_are_cut_off_are_made_again(night: SmallNight, stack: Settings) -> None:
    """The watcher's and the step's own: neither costs even a retry."""
    night.wait_for_attempt(1)
    watchers, steps = backends(stack, "longcang watch "), backends(stack, "longcang owner")
    assert watchers and steps
    with connect("admin", settings=stack, autocommit=True) as admin:
        for pid in watchers + steps:
            admin.execute("select pg_terminate_backend(%s)", (pid,))
    night.go()
    status, out, err = night.end()
    assert (status, len(night.attempts())) == (0, 1), out + err
    assert "away" not in out + err


def test_a_killed_session_restarts_the_server_and_costs_a_retry(night: SmallNight, stack: Settings) -> None:
    """PostgreSQL ends all sessions where one was killed, Airflow's own among them."""
    night.wait_for_attempt(1)
    os.kill(backends(stack, "longcang owner")[0], signal.SIGKILL)
    night.wait_for_attempt(2)
    night.go()
    status, out, err = night.end()
    assert status == 0, out + err


def test_a_killed_server_is_started_again_and_the_run_goes_on(night: SmallNight, stack: Settings) -> None:
    night.wait_for_attempt(1)
    server = EmbeddedServer(stack)
    pid = server.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    night.wait_for_attempt(2)
    night.go()
    status, out, err = night.end()
    assert status == 0, out + err
    assert "The database was away and is back: the run is begun again, and what was done stays done." in out


def test_a_server_that_cannot_come_back_is_one_sentence(night: SmallNight, stack: Settings) -> None:
    night.wait_for_attempt(1)
    server = EmbeddedServer(stack)
    extra = stack.server_home / "postgresql.extra.conf"
    extra.write_text("no_such_setting = 1\n")
    try:
        pid = server.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        status, out, err = night.end()
    finally:
        extra.unlink()
        server.start()
    assert status == 3
    assert err.count("\n") == 1 and err.startswith(f"longcang: The database ({server.data}) went away in the middle")
    assert str(server.log_folder) in err and "`longcang up`" in err and "no_such_setting" in err
    assert "没有新的报表" not in out


def test_a_killed_process_of_airflow_is_one_sentence(night: SmallNight, stack: Settings) -> None:
    pid = night.wait_for_attempt(1)
    worker = next(
        p for p in [psutil.Process(pid), *psutil.Process(pid).parents()] if "airflow" in " ".join(p.cmdline())
    )
    worker.kill()
    status, out, err = night.end()
    assert status == 3
    assert err.count("\n") == 1 and "was killed by signal 9, as the system does where memory runs out" in err
    assert str(stack.logs) in err and "run again (what was done stays done)" in err
    assert "出错中断" in out and "没有做完：查看报表目录（discover）" in out
    assert "报表目录没有看完，不知道有没有新的报表" in out and "没有新的报表。" not in out


def test_a_full_disk_is_one_sentence_on_the_screen_and_in_the_log(night: SmallNight, stack: Settings) -> None:
    """/dev/full gives a write's ENOSPC without a file system of its own."""
    night.wait_for_attempt(1)
    (night.folder / "full").touch()
    night.go()
    status, out, err = night.end()
    assert status == 3 and len(night.attempts()) == 4, "a full disk is worth retries"
    assert err.count("\n") == 1, err
    assert "longcang: The step discover failed (log: " in err and "is full" in err and "make room on it" in err
    log = max(stack.logs.glob("nightly-*.log"), key=lambda path: path.stat().st_mtime)
    assert str(log) in err and "the step discover stopped: The disk of" in log.read_text()
    assert "报表目录没有看完" in out and "没有新的报表。" not in out and "本次没有组成新的发布" in out
    page = [line for line in log.read_text().splitlines() if "陇仓 运行报告" in line]
    assert page and all("[warehouse.dag_steps]" in line for line in page), "the report is logged, not printed"
    assert Path("/dev/full").exists()
