"""What a login that only reads may take of the server: a small one of its own, where everything is taken."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from tests.conftest import environment_of
from tests.readers import enter
from tests.server.conftest import SMALL, own_settings
from warehouse import limits, logins, nightly, server_config, services
from warehouse.cli.main import main
from warehouse.connect import connect
from warehouse.errors import UsageError
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings
from warehouse.setup import ensure_database

COUNTY = "621121"
Longcang = Callable[..., "Done"]
# Connections: 16 in all, of which 3 are the superuser's and 6 the night's.
NARROW = {**SMALL, "max_connections": "16", "reserved_connections": "6", "superuser_reserved_connections": "3"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    found = own_settings(tmp_path_factory.mktemp("narrow"))
    found.make_folders()
    server = EmbeddedServer(found, NARROW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_config, "machine_memory", lambda: server_config.GB)
        server.start()
    ensure_database(found)
    for name, counties in (("dingxi", [COUNTY]), ("linxia", ["622921"])):
        logins.add(found, name, counties)
    yield found
    server.stop()


def test_a_new_login_has_its_limits_and_its_password_in_a_closed_file(settings: Settings) -> None:
    file = settings.server_secrets_dir / "logins" / "dingxi"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with connect("admin", settings=settings, database=settings.database_name) as admin:
        row = admin.execute("select rolconnlimit, rolpassword from pg_authid where rolname = 'dingxi'").fetchone()
        assert row is not None
        assert row[0] == limits.CONNECTIONS_OF_A_LOGIN and row[1].startswith("SCRAM-SHA-256$")
    with enter(settings, "dingxi") as conn:
        for name, value in {**limits.READER_SETTINGS, "temp_file_limit": limits.TEMPORARY_FILES}.items():
            assert conn.execute("select current_setting(%s)", [name]).fetchone() == (value,)


@pytest.mark.parametrize(
    "statement",
    [
        "select lo_create(0)", "select lo_creat(-1)", "select lo_from_bytea(0, 'x')", "select lo_put(1, 0, 'x')",
        "select lo_open(1, 131072)", "select lowrite(1, 'x')", "select lo_import('/etc/hosts')",
        "select pg_advisory_lock(1)", "select pg_try_advisory_lock(1)", "select pg_advisory_xact_lock_shared(1, 2)",
        "select pg_terminate_backend(pid) from pg_stat_activity", "select pg_cancel_backend(pid) from pg_stat_activity",
        "select pg_logical_emit_message(false, 'x', repeat('x', 1000))", "create temporary table t (n int)",
        "do $$ begin loop raise log 'x'; end loop; end $$", "create table public.t (n int)",
        "create table marts.t (n int)", "create schema s", "create function f() returns int return 1",
        "create role r", "alter role linxia password 'x'", "alter role dingxi connection limit 100", "drop role linxia",
        "set temp_file_limit = -1", "alter role dingxi set temp_file_limit = -1", "alter role dingxi reset temp_file_limit",
        "grant longcang_readers to linxia", "alter system set max_connections = 1", "copy (select 1) to '/tmp/x'",
        "create database d", "vacuum full pg_class", "checkpoint",
    ],
)  # fmt: skip
def test_what_a_login_may_not_do(settings: Settings, statement: str) -> None:
    with enter(settings, "dingxi") as conn, connect("bi", settings=settings) as colleague:
        conn.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            for role in ("none", "longcang_readers"):  # as itself, and as the only role that it could think of
                conn.execute(f"set role {role}")  # type: ignore[arg-type]
                conn.execute(statement)  # type: ignore[call-overload]
        assert colleague.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("database", ["postgres", "template1", "airflow"])
def test_a_login_enters_no_other_database(settings: Settings, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        enter(settings, "dingxi", dbname=database)


def test_one_login_takes_ten_connections_and_all_of_them_leave_room_for_the_night(settings: Settings) -> None:
    with ExitStack() as stack:
        for login, most in (("dingxi", limits.CONNECTIONS_OF_A_LOGIN), ("linxia", 100)):
            taken = 0
            with pytest.raises(psycopg.OperationalError, match=r"too many connections for role|slots are reserved"):
                while True:
                    stack.enter_context(enter(settings, login)).execute("select 1")
                    taken += 1
            assert taken <= most
        for role in ("owner", "build", "airflow", "owner", "build"):
            stack.enter_context(connect(role, settings=settings)).execute("select 1")


def test_a_session_that_wants_all_the_memory_gets_an_error_and_harms_nobody(settings: Settings) -> None:
    with enter(settings, "dingxi") as greedy, connect("build", settings=settings) as build:
        build.execute("select 1")
        greedy.execute("set work_mem = '1000GB'")
        with pytest.raises(psycopg.errors.OutOfMemory):
            greedy.execute(
                "select count(*) from (select repeat('x', 1000) || g from generate_series(1, 1000000) g order by 1) s"
            )
        assert greedy.execute("select 1").fetchone() == (1,)
        assert build.execute("select 1").fetchone() == (1,), "the server was restarted"


def ended(settings: Settings, **limit: float) -> list[str]:
    given = {name: timedelta(seconds=seconds) for name, seconds in limit.items()}
    with connect("owner", settings=settings, autocommit=True) as owner:
        return sorted(login for login, _ in limits.end_overdue(owner, **given))


def test_sessions_that_lifted_their_limits_are_ended_when_they_are_over(settings: Settings) -> None:
    with (
        enter(settings, "dingxi") as endless,
        enter(settings, "linxia") as idle,
        connect("bi", settings=settings) as bi,
    ):
        for conn in (endless, idle):
            conn.execute("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0")
        endless.pgconn.send_query(b"select pg_sleep(1000000)")
        idle.execute("begin; select 1")
        bi.execute("select 1")  # in a transaction, too
        time.sleep(1)
        assert ended(settings) == []
        assert ended(settings, statement=0.5) == ["dingxi"]
        assert ended(settings, transaction=0.5) == ["bi_reader", "linxia"]
        endless.close()
        for conn in (idle, bi):
            with pytest.raises(psycopg.OperationalError):
                conn.execute("select 1")
    with connect("owner", settings=settings) as owner, connect("build", settings=settings) as build:
        for conn in (owner, build):
            conn.execute("select 1")
        time.sleep(0.2)
        assert ended(settings, transaction=0.1, statement=0.1) == [], "the night's own sessions are no readers"


def test_a_night_begins_by_ending_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.end_overdue, "__defaults__", (timedelta(0), timedelta(0)))
    with enter(settings, "dingxi") as idle:
        idle.execute("begin; select 1")
        nightly.begin("one", "nightly", nightly.date(2020, 7, 1), settings)
        with pytest.raises(psycopg.OperationalError):
            idle.execute("select 1")


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def longcang(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Longcang:
    """The command line, in this process."""

    def run(*arguments: str) -> Done:
        monkeypatch.setattr("sys.argv", ["longcang", *arguments])
        with environment_of(settings), pytest.raises(SystemExit) as left:
            main()
        assert isinstance(left.value.code, int)
        return Done(left.value.code, *capsys.readouterr())

    return run


def test_a_login_of_before_is_named_and_adopted(settings: Settings, longcang: Longcang) -> None:
    """Made as the manual used to say; it kept its password and saw the province, and then sees nothing."""
    with connect("admin", settings=settings, database=settings.database_name, autocommit=True) as admin:
        admin.execute("create role analyst login password 'her own' in role bi_reader")
    assert "analyst is in no list and sees nothing: longcang logins add analyst" in services.status(settings)["logins"]
    with connect("owner", settings=settings) as owner:
        assert logins.unlisted(owner) == ["analyst"]
    done = longcang("logins", "add", "analyst", "--county", "通渭县", "--county", "620102")
    assert done.returncode == 0, done.stderr
    assert "sees 621121, 620102" in done.stdout and "keeps the password" in done.stdout
    assert "logins" not in services.status(settings)
    with connect("admin", settings=settings, database=settings.database_name) as admin:
        assert admin.execute("select pg_has_role('analyst', 'bi_reader', 'member')").fetchone() == (False,)
        assert limits.is_limited(admin, "analyst")
    listed = json.loads(longcang("logins", "list", "--json").stdout)["logins"]
    assert {"name": "analyst", "scope": "counties", "counties": ["620102", "621121"], "exists": True,
            "connections": 0} in listed  # fmt: skip
    with enter(settings, "analyst", "her own") as conn:
        conn.execute("select 1")
        assert logins.remove(settings, "analyst") == 1
        with pytest.raises(psycopg.OperationalError):
            conn.execute("select 1")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        enter(settings, "analyst", "her own")


def test_made_changed_and_removed_on_the_command_line(settings: Settings, longcang: Longcang) -> None:
    made = longcang("logins", "add", "prefecture_11", "--county", "621121", "--county", "621122")
    file = settings.server_secrets_dir / "logins" / "prefecture_11"
    assert made.returncode == 0 and f"Its password: {file}" in made.stdout
    password = file.read_text().strip()
    assert password not in made.stdout + made.stderr
    logins.add(settings, "prefecture_11", None)
    with connect("owner", settings=settings) as owner:
        assert owner.execute("select scope from ops.logins where login = 'prefecture_11'").fetchone() == ("province",)
        assert owner.execute("select from ops.login_counties where login = 'prefecture_11'").fetchone() is None
    enter(settings, "prefecture_11", password).close()
    gone = longcang("logins", "remove", "prefecture_11")
    assert gone.returncode == 0 and "is gone" in gone.stdout
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "x"), "give either --county"),
        (("add", "x", "--province", "--county", "621121"), "give either --county"),
        (("add", "x", "--county", "北京"), "--county 北京: no such county"),
        (("remove", "nobody"), "nobody is in no list"),
    ],
    ids=str,
)
def test_what_is_asked_wrongly_is_one_sentence(longcang: Longcang, arguments: tuple[str, ...], sentence: str) -> None:
    done = longcang("logins", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bi_reader", "reserved"), ("longcang_build", "reserved"), ("longcang_new", "reserved"), ("pg_x", "reserved"),
        ("postgres", "reserved"), ("public", "reserved"), ("Wang", "cannot be a login's name"), ("王", "cannot be"),
        ("a; drop table ops.logins", "cannot be"), ("", "cannot be"), ("a" * 64, "cannot be"), ("../x", "cannot be"),
    ],
)  # fmt: skip
def test_names_that_cannot_be_used(settings: Settings, name: str, sentence: str) -> None:
    for act in (lambda: logins.add(settings, name, None), lambda: logins.remove(settings, name)):
        with pytest.raises(UsageError, match=sentence):
            act()


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ("login superuser", "may do more than read"), ("login createrole", "may do more than read"),
        ("login in role longcang_build", "longcang_build"),
        ("login in role pg_read_all_data", "a member of pg_read_all_data"), ("nologin", "is a group, not a login"),
    ],
)  # fmt: skip
def test_what_cannot_be_limited_is_not_adopted(settings: Settings, attributes: str, sentence: str) -> None:
    with connect("admin", settings=settings, autocommit=True) as admin:
        admin.execute(f"create role mighty {attributes}")  # type: ignore[arg-type]
        try:
            with pytest.raises(UsageError, match=sentence):
                logins.add(settings, "mighty", [COUNTY])
        finally:
            admin.execute("drop role mighty")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("insert into ops.logins (login, scope) values ('dingxj', 'province')", "there is no login 'dingxj'"),
        ("update ops.logins set login = 'dingxj' where login = 'dingxi'", "there is no login 'dingxj'"),
        ("insert into ops.login_counties values ('dingxi', '999999')", "no county with the code '999999'"),
        ("insert into ops.login_counties values ('dingxi', '通渭县')", "no county with the code"),
        ("insert into ops.login_counties values ('longcang_airflow', '621121')", "not present in table"),
    ],
)
def test_the_list_refuses_what_it_does_not_know(settings: Settings, statement: str, message: str) -> None:
    with connect("owner", settings=settings) as owner, pytest.raises(psycopg.errors.ForeignKeyViolation, match=message):
        owner.execute(statement)  # type: ignore[call-overload]
