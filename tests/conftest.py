"""Fixtures for every test: one embedded PostgreSQL for the whole session, a fresh migrated database for each test.

The server is shared by all xdist workers and ended by the last of them; a database is a copy of a migrated template
(a tenth of a second). Roles belong to the server, so all databases share their passwords. Nothing here reads or writes
the project's own `.longcang/`.

- `settings`          a fresh database and home for one test; `Settings.load()` gives the same in it and its children
- `module_settings`   the same for all tests of a module
- `airflow_settings`, `module_airflow_settings`   these with a migrated Airflow database beside the warehouse's
- `fresh_database`    a factory, for tests that need several
- `server_settings`   the server itself, with an empty migrated template, for tests that make their own databases
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from ingest import raw_tables
from warehouse import reference
from warehouse.airflow_setup import migrate_airflow
from warehouse.connect import AIRFLOW, OWNER, connect
from warehouse.dbt_runner import PARSED
from warehouse.migrate import migrate
from warehouse.roles import prepare_database, provision
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings

TEMPLATE, AIRFLOW_TEMPLATE = "longcang_template", "airflow_template"
# Small, since other servers run beside it; lock waits are logged, since tests look for them. No test cuts the power.
TEST_SERVER = {
    "fsync": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "1GB",
    "maintenance_work_mem": "64MB",
    "work_mem": "32MB",
    "log_lock_waits": "on",
    "deadlock_timeout": "50ms",
}

FreshDatabase = Callable[[], Settings]

_numbers, _taken = itertools.count(1), set[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Turn every path that the code might fall back to into a temporary one, before anything is imported."""
    for name in [name for name in os.environ if name.startswith(("LONGCANG_", "AIRFLOW__", "PG", "COLUMNS", "LINES"))]:
        del os.environ[name]
    scratch = tempfile.mkdtemp(prefix="longcang-tests-")
    config.add_cleanup(lambda: shutil.rmtree(scratch, ignore_errors=True))
    os.environ["LONGCANG_HOME"] = f"{scratch}/home"
    os.environ["LONGCANG_LANDING"] = f"{scratch}/landing"
    os.environ["AIRFLOW_HOME"] = f"{scratch}/airflow"
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"


# Files that begin with what other files use too (a prepared warehouse, a written province), and the longest one: were two
# workers to begin with the same, one would wait for the other.
FIRST = (
    *(
        "tests/dbt/test_project.py",
        "tests/simulator/test_files.py",
        "tests/e2e/test_clean.py",
        "tests/e2e/test_truth.py",
    ),
    *("tests/gate/test_candidate_rules.py", "tests/dbt/test_publications.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those files first, in that order; a worker takes the next file as soon as it has none."""
    places = {file: place for place, file in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(places)))


@pytest.fixture(scope="session")
def server_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the session's server; its database is the migrated template, to be copied, not to be used."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    end_abandoned_servers(shared.parent, but=shared)
    folder = shared / "longcang-server"
    folder.mkdir(exist_ok=True)
    root = Path(__file__).resolve().parent.parent
    settings = Settings.load(
        {
            "LONGCANG_PROJECT": str(root),
            "LONGCANG_HOME": str(folder),
            "LONGCANG_LANDING": str(folder / "landing"),
            "LONGCANG_DATABASE_NAME": TEMPLATE,
            "LONGCANG_SETTLE_SECONDS": "0",
            "LONGCANG_WORKERS": "2",
        }
    )
    with users_of(folder) as users:
        settings.make_folders()
        EmbeddedServer(settings, TEST_SERVER).start()
        if not (folder / "template-is-ready").exists():
            make_template(settings)
            (folder / "template-is-ready").touch()
        users.add(os.getpid())
    yield settings
    with users_of(folder) as users:
        users.discard(os.getpid())
        if not users:
            EmbeddedServer(settings).stop()


def make_template(settings: Settings) -> None:
    """Everything that a night finds in place before it begins, and what is the same in all of them: the reference data,
    which take a second to load."""
    provision(settings)
    migrate(settings)
    with connect("owner", settings=settings) as conn:
        raw_tables.sync(conn)
        reference.load(conn)


@contextmanager
def users_of(folder: Path) -> Iterator[set[int]]:
    """The process ids of the workers that use a server, under a lock; those that died are left out."""
    with open(folder / "users.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / "users"
        known = path.read_text().split() if path.exists() else []
        users = {int(pid) for pid in known if psutil.pid_exists(int(pid))}
        yield users
        path.write_text("\n".join(map(str, users)))


def end_abandoned_servers(root: Path, but: Path) -> None:
    """End the servers of earlier sessions that were killed before they could do so themselves."""
    for folder in root.glob("*/longcang-server"):
        if folder.parent == but or not (folder / "users").exists():
            continue
        with users_of(folder) as users:
            if not users:
                EmbeddedServer(Settings.load({"LONGCANG_HOME": str(folder)})).stop()


@contextmanager
def database_copy(server: Settings, home: Path, template: str = TEMPLATE) -> Iterator[Settings]:
    """A fresh copy of a template and a home of its own; its databases are dropped at the end.

    Airflow's database is named but not made: see `airflow_settings`. dbt reads a whole project anew where the database has
    another name than last time, which takes longer than a layer's build: so names come round again within a worker, and
    what dbt has parsed for a name is kept for the next who bears it.
    """
    number = next(n for n in itertools.count(1) if n not in _taken)
    _taken.add(number)
    name = f"t_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{number}"
    kept = server.home / f"{name}.msgpack"
    settings = copied_settings(server, home, name, template)
    parsed = settings.dbt_dir / PARSED
    parsed.unlink(missing_ok=True)  # of the template's name
    if kept.exists():
        shutil.copyfile(kept, parsed)
    try:
        yield settings
    finally:
        if parsed.exists():
            shutil.copyfile(parsed, kept)
        with connect("admin", settings=server, autocommit=True) as admin:
            for database in (settings.database_name, settings.airflow_database_name):
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))
        _taken.discard(number)


def copied_settings(server: Settings, home: Path, name: str, template: str) -> Settings:
    """Copy a template to a database of this name, and give the settings of one who uses it."""
    settings = server.with_changes(
        database_name=name,
        airflow_database_name=f"{name}_airflow",
        home=home,
        landing=home / "landing",
        feedback=home / "feedback",
    )
    copy_database(server, template, name, OWNER)
    settings.make_folders()
    settings.landing.mkdir(exist_ok=True)
    with connect("owner", settings=settings) as owner:
        prepare_database(owner)  # who may connect is not copied from a template
    return settings


@contextmanager
def prepared_copy(server: Settings, home: Path, name: str, prepare: Callable[[Settings], None]) -> Iterator[Settings]:
    """A copy of a warehouse that `prepare` made once in this session, its home included.

    A night or a build takes a minute, a copy of what it left a second: so tests that begin where another one ended need
    not do it again. `name` stands for what `prepare` does.
    """
    template, kept = f"prepared_{name}", server.home / f"prepared-{name}"
    with open(server.home / f"prepared-{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "ready").exists():
            with connect("admin", settings=server, autocommit=True) as admin:  # one that failed half-way
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(template)))
            shutil.rmtree(kept, ignore_errors=True)
            settings = copied_settings(server, kept, template, TEMPLATE)
            with environment_of(settings):
                prepare(settings)
            with connect("admin", settings=server, autocommit=True) as admin:
                admin.execute(  # Great Expectations keeps connections open, and a template may have none
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (template,)
                )
            (kept / "ready").touch()
    shutil.copytree(kept, home, dirs_exist_ok=True)
    with database_copy(server, home, template) as settings, environment_of(settings):
        yield settings


def copy_database(server: Settings, template: str, name: str, owner: str) -> None:
    """`create database`; several workers may copy one template at a time, and wait for one that is at work in it."""
    statement = sql.SQL("create database {} template {} owner {}").format(
        sql.Identifier(name), sql.Identifier(template), sql.Identifier(owner)
    )
    with connect("admin", settings=server, autocommit=True) as admin:
        for is_last in (False, False, False, True):  # PostgreSQL itself waits for five seconds
            try:
                admin.execute(statement)
                break
            except psycopg.errors.ObjectInUse:
                if is_last:
                    raise


def add_airflow(server: Settings, settings: Settings) -> None:
    """Give the settings a migrated Airflow database: a copy of one that is made once a session (some seconds)."""
    template = server.with_changes(airflow_database_name=AIRFLOW_TEMPLATE)
    with users_of(server.home):  # the lock, for who makes it
        ready = server.home / "airflow-template-is-ready"
        if not ready.exists():
            provision(template)
            migrate_airflow(template)
            ready.touch()
    copy_database(server, AIRFLOW_TEMPLATE, settings.airflow_database_name, AIRFLOW)


@contextmanager
def environment_of(settings: Settings) -> Iterator[None]:
    """Let `Settings.load()` give these settings, here and in child processes."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.environment().items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def settings(server_settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A fresh migrated database and an empty home for this test."""
    with database_copy(server_settings, tmp_path / "home") as settings, environment_of(settings):
        yield settings


@pytest.fixture(scope="module")
def module_settings(server_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A fresh migrated database and an empty home for all tests of this module."""
    home = tmp_path_factory.mktemp("home")
    with database_copy(server_settings, home) as settings, environment_of(settings):
        yield settings


@pytest.fixture
def airflow_settings(server_settings: Settings, settings: Settings) -> Settings:
    """`settings` with a migrated Airflow database of its own, for tests that run a DAG."""
    add_airflow(server_settings, settings)
    return settings


@pytest.fixture(scope="module")
def module_airflow_settings(server_settings: Settings, module_settings: Settings) -> Settings:
    """`module_settings` with a migrated Airflow database of its own."""
    add_airflow(server_settings, module_settings)
    return module_settings


@pytest.fixture
def fresh_database(server_settings: Settings, tmp_path: Path) -> Iterator[FreshDatabase]:
    """A factory of settings, each with a database and a home of its own; the environment stays as it is."""
    with ExitStack() as stack:

        def make() -> Settings:
            return stack.enter_context(database_copy(server_settings, tmp_path / f"home-{next(_numbers)}"))

        yield make


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured (``record_property``), also where another process ran them."""
    measured = [
        f"{report.nodeid}: {name} {value}"
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
    ]
    if measured:
        terminalreporter.section("measured")
        for line in measured:
            terminalreporter.write_line(line)
