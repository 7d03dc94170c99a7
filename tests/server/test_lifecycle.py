"""Start, stop, crash, reboot, ports and folders of the embedded server, on real servers."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.disks import MB, fill, small_disk
from tests.server.conftest import SMALL, MakeServer, own_settings
from warehouse.connect import LOGINS
from warehouse.errors import LongcangError, ServerError, SettingsError
from warehouse.faults import explain
from warehouse.secrets import secret
from warehouse.server import EmbeddedServer
from warehouse.server_processes import postmaster


def admin(server: EmbeddedServer) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        user=LOGINS["admin"],
        dbname="postgres",
        password=secret(server.settings.server_secrets_dir, LOGINS["admin"]),
        autocommit=True,
    )


def test_start_stop_and_start_again_on_the_same_port(make_server: MakeServer) -> None:
    server = make_server()
    assert not server.status().is_running
    server.start()
    first = server.status()
    assert first.is_running and first.is_ready and first.pid
    server.start()
    assert server.status().pid == first.pid, "a second start started a second server"
    assert server.stop() is True
    assert not server.status().is_running
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", first.port or 0)) != 0
    assert server.stop() is False
    server.start()
    assert server.port == first.port


def test_what_the_server_is_set_to(make_server: MakeServer) -> None:
    server = make_server()
    server.extra["deadlock_timeout"] = "50ms"
    (server.settings.server_home).mkdir(parents=True)
    (server.settings.server_home / "postgresql.extra.conf").write_text("work_mem = '5MB'\n")
    server.start()
    expected = {
        "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on", "jit": "off",
        "max_connections": "200", "wal_compression": "pglz", "TimeZone": "Asia/Shanghai", "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1", "password_encryption": "scram-sha-256", "log_statement": "none",
        "log_min_duration_statement": "-1", "log_error_verbosity": "terse", "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0", "deadlock_timeout": "50ms", "work_mem": "5MB",
    }  # fmt: skip
    with admin(server) as connection:
        for name, value in expected.items():
            row = connection.execute("select current_setting(%s)", [name]).fetchone()
            assert row == (value,), name
        assert connection.execute("select version()").fetchone()[0].startswith("PostgreSQL 18.")  # type: ignore[index]
        row = connection.execute(
            "select datlocprovider, datlocale from pg_database where datname = 'postgres'"
        ).fetchone()
        assert row == ("b", "C.UTF-8")
        assert connection.execute("select upper('陇仓äé')").fetchone() == ("陇仓ÄÉ",)


def test_only_passwords_open_it(make_server: MakeServer) -> None:
    server = make_server()
    server.start()
    for password in ("", "postgres", "longcang"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host="127.0.0.1", port=server.port, user="postgres", dbname="postgres", password=password)
    for folder in (server.settings.server_secrets_dir, server.folder, server.data, server.log_folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    for file in server.settings.server_secrets_dir.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_killed_server_comes_back_with_what_was_committed(make_server: MakeServer) -> None:
    server = make_server()
    server.start()
    with admin(server) as connection:
        connection.execute("create table t (n int)")
        connection.execute("insert into t select generate_series(1, 1000)")
        open_one = admin(server)
        open_one.autocommit = False
        open_one.execute("insert into t values (-1)")
    pid = server.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    server.start()
    assert server.status().pid != pid
    with admin(server) as connection:
        assert connection.execute("select count(*), min(n) from t").fetchone() == (1000, 1)
    assert "database system was not properly shut down" in server.log_text()


def test_a_killed_server_whose_child_goes_on_computing(make_server: MakeServer) -> None:
    """A backend deep in a computation does not notice the end of its server, and keeps the shared memory."""
    server = make_server()
    server.start()
    busy = admin(server)
    busy.execute("set statement_timeout = 0")
    pid = busy.info.backend_pid
    busy.pgconn.send_query(b"select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b")
    deadline = time.monotonic() + 5
    while psutil.Process(pid).cpu_times().user < 0.3 and time.monotonic() < deadline:
        time.sleep(0.05)
    leader = server.status().pid
    assert leader
    os.kill(leader, signal.SIGKILL)
    assert psutil.pid_exists(pid), "the test is void: the backend ended by itself"
    server.start()
    assert server.status().is_ready
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_stale_pid_file_whose_number_belongs_to_another_by_now(make_server: MakeServer) -> None:
    """After a reboot the number may be anybody's: nobody is killed for it, and the server starts."""
    server = make_server()
    server.start()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        deadline = time.monotonic() + 5
        while psutil.pid_exists(int(lines[0])) and time.monotonic() < deadline:
            time.sleep(0.02)
        (server.data / "postmaster.pid").write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        assert postmaster(server.data) is None
        assert not server.status().is_running
        assert server.stop() is False
        server.start()
        assert server.status().is_ready
        assert bystander.poll() is None, "the process that has the number by now was killed"
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("content", ["", "not a number\n", "4194304\n"])
def test_a_damaged_pid_file(make_server: MakeServer, content: str) -> None:
    server = make_server()
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(content)
    server.start()
    assert server.status().is_ready


def test_an_interrupted_initialisation_is_begun_again(make_server: MakeServer) -> None:
    server = make_server()
    half = server.folder / "new-1"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server.start()
    assert server.status().is_ready and not half.exists()


def test_two_projects_side_by_side(make_server: MakeServer) -> None:
    one, other = make_server("one"), make_server("other")
    one.start()
    other.start()
    assert one.port != other.port
    with admin(one) as connection:
        connection.execute("create table only_here ()")
    with admin(other) as connection:
        assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)
    one.stop()
    assert other.status().is_ready
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(
            host="127.0.0.1", port=other.port, user="postgres", dbname="postgres",
            password=secret(one.settings.server_secrets_dir, "postgres"),
        )  # fmt: skip


def test_six_starts_at_once_are_one_server(tmp_path: Path, make_server: MakeServer) -> None:
    server = make_server()
    code = (
        "from tests.server.conftest import SMALL, own_settings; from pathlib import Path\n"
        "from warehouse.server import EmbeddedServer; import sys\n"
        "s = EmbeddedServer(own_settings(Path(sys.argv[1])), SMALL); s.start(); print(s.status().pid)"
    )
    home = str(server.settings.home)
    root = str(Path(__file__).resolve().parent.parent.parent)
    children = [
        subprocess.Popen([sys.executable, "-c", code, home], stdout=subprocess.PIPE, text=True, cwd=root)
        for _ in range(6)
    ]
    said = {child.communicate(timeout=120)[0].strip() for child in children}
    assert said == {str(server.status().pid)}


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_an_asked_port_that_is_taken_is_one_sentence(make_server: MakeServer, taken_port: int) -> None:
    with pytest.raises(ServerError) as caught:
        make_server(PG_PORT=taken_port).start()
    assert str(caught.value) == (
        f"Port {taken_port} on 127.0.0.1 is taken by another program; free it or change LONGCANG_PG_PORT."
    )


def test_a_remembered_port_that_is_taken_gives_way(make_server: MakeServer, taken_port: int) -> None:
    server = make_server()
    server.start()
    server.stop()
    (server.folder / "port").write_text(f"{taken_port}\n")
    server.start()
    assert server.port != taken_port and server.status().is_ready


def test_another_version_is_one_sentence(make_server: MakeServer) -> None:
    server = make_server()
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServerError, match=r"is of PostgreSQL 16, the programs in .* are of 18\.\d+; name those of"):
        server.start()
    (server.data / "PG_VERSION").write_text("18\n")


def test_a_lost_password_is_one_sentence(make_server: MakeServer) -> None:
    server = make_server()
    server.start()
    path = server.settings.server_secrets_dir / "postgres"
    kept = path.read_text()
    path.write_text("another\n")
    with pytest.raises(ServerError, match="put that file back"):
        server.start()
    path.write_text(kept)
    server.start()


def test_a_broken_setting_is_one_sentence_with_its_name(make_server: MakeServer) -> None:
    server = make_server()
    server.extra["no_such_setting"] = "1"
    with pytest.raises(ServerError) as caught:
        server.start()
    assert "no_such_setting" in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    server = EmbeddedServer(own_settings(tmp_path / "taken"), SMALL)
    with pytest.raises(SettingsError, match="is needed as a folder, but a file of that name is there"):
        server.start()


def test_a_small_disk_is_one_sentence(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "100m") as disk:
        server = EmbeddedServer(own_settings(disk / "home"), SMALL)
        with pytest.raises(ServerError, match=r"has \d+ MB left; the database needs at least 256 MB to start\."):
            server.start()


def test_a_full_disk_stops_the_work_and_loses_nothing(tmp_path: Path) -> None:
    """The disk fills under way: the statement fails, or the server with it; with room again all committed rows are back."""
    with small_disk(tmp_path / "disk", "400m") as disk:
        server = EmbeddedServer(own_settings(disk / "home"), SMALL)
        server.start()
        try:
            with admin(server) as connection:
                connection.execute("create table kept as select generate_series(1, 1000) as n")
            ballast = fill(disk, 20 * MB)
            with pytest.raises(psycopg.Error) as caught, admin(server) as connection:
                connection.execute("create table large as select repeat('x', 1000) from generate_series(1, 200000)")
            said = explain(caught.value, server.settings) or ""
            assert said.startswith(f"The disk of the database ({server.data}) is full (log: {server.log_folder}); make")
            server.stop(5)
            with pytest.raises(LongcangError, match="MB left"):
                server.start()
            ballast.unlink()
            server.start()
            with admin(server) as connection:
                assert connection.execute("select count(*) from kept").fetchone() == (1000,)
        finally:
            server.stop(5)
