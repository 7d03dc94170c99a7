"""The stack as services, with the real Airflow: up, a DAG run, a kill, status, down."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.airflow_page import log_in
from tests.server.conftest import own_settings
from warehouse import services
from warehouse.airflow_setup import metadata_urls, migrate_airflow, password_file
from warehouse.connect import connect
from warehouse.errors import ServiceError
from warehouse.processes import Background
from warehouse.settings import Settings

DAGS = """
from airflow.sdk import dag, task

@dag(schedule=None, is_paused_upon_creation=False)
def short():
    @task
    def double(n):
        return 2 * n
    double.expand(n=[1, 2, 3])

@dag(schedule=None, is_paused_upon_creation=False)
def long():
    @task
    def wait():
        import subprocess
        subprocess.run(["sleep", "301"])
    wait()

short()
long()
"""


def airflow(settings: Settings, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "airflow", *arguments],
        env={**os.environ, **services.airflow_environment(settings)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def state_of(settings: Settings, run_id: str) -> str:
    with connect("airflow", settings=settings) as connection:
        row = connection.execute("select state from dag_run where run_id = %s", [run_id]).fetchone()
    return row[0] if row else "unknown"


def wait_for(settings: Settings, run_id: str, wanted: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while (found := state_of(settings, run_id)) != wanted:
        assert time.monotonic() < deadline, f"{run_id} is {found} after {seconds} s"
        time.sleep(0.3)


def sleepers() -> set[int]:
    return {p.pid for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or []) == ["sleep", "301"]}


@pytest.mark.ci_only
def test_up_a_run_a_kill_and_down(airflow_settings: Settings, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "dags").mkdir(parents=True)
    (project / "dags" / "two.py").write_text(DAGS)
    settings = airflow_settings.with_changes(project_root=project)
    before = sleepers()
    lines: list[str] = []
    try:
        services.up(settings, say=lines.append)
        found = services.status(settings)
        assert {name: found[f"airflow {name}"].split()[0] for name in services.PARTS} == dict.fromkeys(
            services.PARTS, "healthy"
        )
        assert services.scheduler_is_up(settings)
        assert found["published"] == "nothing" and found["database"].startswith("running at 127.0.0.1:")
        pids = {name: _part(settings, name).process() for name in services.PARTS}
        services.up(settings, say=lines.append)
        assert pids == {name: _part(settings, name).process() for name in services.PARTS}, "up started them again"

        assert stat.S_IMODE(os.stat(password_file(settings)).st_mode) == 0o600
        assert log_in(settings, found["airflow page"])[0] == 201
        assert log_in(settings, found["airflow page"], password="admin")[0] == 401
        airflow(settings, "dags", "trigger", "short", "--run-id", "one")
        wait_for(settings, "one", "success")

        scheduler = _part(settings, "scheduler").process()
        assert scheduler is not None
        scheduler.children()[0].kill()
        airflow(settings, "dags", "trigger", "short", "--run-id", "two")
        wait_for(settings, "two", "success", 120)  # nobody but its keeper has started it again
        scheduler.kill()
        scheduler.wait(30)  # the signal is sent, not yet obeyed
        assert list(services.parts_down(settings)) == ["scheduler"]
        services.up(settings, say=lines.append)
        airflow(settings, "dags", "trigger", "long", "--run-id", "three")
        deadline = time.monotonic() + 60
        while not sleepers() - before and time.monotonic() < deadline:
            time.sleep(0.2)
        assert sleepers() - before, "the long task did not start: the test is void"
    finally:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(services, "STOP_SECONDS", dict.fromkeys(services.PARTS, 3.0))
            patch.setattr(services.EmbeddedServer, "stop", lambda self: False)  # other tests are using it
            services.down(settings, say=lines.append)
    assert [_part(settings, name).process() for name in services.PARTS] == [None] * 4
    assert not sleepers() - before, "a task outlived the services"
    assert services.status(settings)["airflow scheduler"] == "down"
    assert not services.scheduler_is_up(settings)
    _no_secret_in_logs(settings)


def _part(settings: Settings, name: str) -> Background:
    return Background(f"airflow-{name}", settings.home / "run", settings.logs)


def _no_secret_in_logs(settings: Settings) -> None:
    secrets = {path.name: path.read_text().strip() for path in settings.secrets_dir.iterdir() if path.suffix == ""}
    ours = (path for path in settings.server_secrets_dir.iterdir() if path.is_file())  # beside it: made logins
    secrets |= {path.name: path.read_text().strip() for path in ours}
    files = [*settings.logs.rglob("*"), *(settings.airflow_home / "logs").rglob("*")]
    assert len(secrets) >= 8 and len(files) >= 4
    for file in (file for file in files if file.is_file()):
        text = file.read_text(errors="replace")
        assert [name for name, value in secrets.items() if value in text] == [], file


def test_airflow_s_metadata_is_migrated_once(airflow_settings: Settings) -> None:
    assert migrate_airflow(airflow_settings) is False
    with connect("airflow", settings=airflow_settings) as connection:
        assert connection.execute("select count(*) from dag_run").fetchone() == (0,)


def test_metadata_of_a_newer_airflow_is_left_as_it_is(airflow_settings: Settings) -> None:
    with connect("airflow", settings=airflow_settings) as connection:
        connection.execute("update longcang_airflow_version set version = '99.10.0'")
    with pytest.raises(ServiceError, match=r"of Airflow 99\.10\.0"):
        migrate_airflow(airflow_settings)


def test_airflow_s_urls_on_a_server_with_tls(tmp_path: Path) -> None:
    """asyncpg stumbles over libpq's names for the same thing."""
    settings = own_settings(
        tmp_path,
        DATABASE_URL="postgresql://u:p@h/d",
        AIRFLOW_DATABASE_URL="postgresql+psycopg2://a:b@h:6432/m?sslmode=require&connect_timeout=3",
    )
    sync_url, async_url = metadata_urls(settings)
    assert sync_url == "postgresql+psycopg2://a:b@h:6432/m?sslmode=require&connect_timeout=3" or (
        sync_url == "postgresql+psycopg2://a:b@h:6432/m?connect_timeout=3&sslmode=require"
    )
    assert async_url == "postgresql+asyncpg://a:b@h:6432/m?dsn=postgresql%3A%2F%2F%3Fsslmode%3Drequire"


def test_status_before_anything_was_started(tmp_path: Path) -> None:
    settings = own_settings(tmp_path / "home")
    found = services.status(settings)
    assert found["database"] == "down" and found["airflow scheduler"] == "down"
    assert not (tmp_path / "home").exists(), "asking made folders"
    services.down(settings, say=lambda line: pytest.fail(line))


def test_the_page_s_port_where_8080_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = own_settings(tmp_path)
    settings.make_folders()
    monkeypatch.setattr(services, "is_port_free", lambda port: port >= 8083)
    services._choose_api_port(settings)
    assert services.api_port(settings) >= 8083
    with pytest.raises(services.ServiceError, match="Port 8080 is taken by another program"):
        services._choose_api_port(own_settings(tmp_path, AIRFLOW_PORT=8080))
