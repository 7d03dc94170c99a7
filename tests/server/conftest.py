"""Servers of a test's own: small ones, so that they start in a fifth of a second."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from warehouse.secrets import secret
from warehouse.server import EmbeddedServer
from warehouse.server_account import NOBODY, account_for_new, namespace_prefix
from warehouse.server_programs import programs
from warehouse.settings import Settings

SMALL = {"shared_buffers": "16MB", "max_wal_size": "64MB", "min_wal_size": "32MB", "maintenance_work_mem": "16MB"}
ROOT = Path(__file__).resolve().parent.parent.parent

MakeServer = Callable[..., EmbeddedServer]


def own_settings(home: Path, **variables: object) -> Settings:
    """Settings of a project of its own in `home`; variables without the prefix LONGCANG_."""
    given = {f"LONGCANG_{name}": str(value) for name, value in variables.items()}
    return Settings.load({"LONGCANG_HOME": str(home), "LONGCANG_LANDING": str(home / "landing"), **given})


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[MakeServer]:
    """A factory of embedded servers that are ended with the test."""
    made: list[EmbeddedServer] = []

    def make(name: str = "project", **variables: object) -> EmbeddedServer:
        server = EmbeddedServer(own_settings(tmp_path / name, **variables), SMALL)
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop(5)


@pytest.fixture
def as_plain_user() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python code as somebody who is not root.

    Root becomes `nobody` where that account can reach the interpreter; otherwise a user namespace makes it a user
    without privileges (the files stay root's own, every permission counts).
    """

    def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", textwrap.dedent(code)]
        as_user: dict[str, object] = {}
        if os.geteuid() == 0:
            if _reachable_by_nobody(environment):
                as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            elif namespace_prefix():
                command = [*namespace_prefix(), *command]
            else:
                pytest.skip("no way here to run as another user than root")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LONGCANG_", "PG"))}
        return subprocess.run(  # type: ignore[call-overload]
            command,
            env={**inherited, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            timeout=120,
            cwd="/",
            check=False,
            **as_user,
        )

    return run


def _reachable_by_nobody(environment: dict[str, str]) -> bool:
    paths = [Path(sys.executable), Path(sys.executable).resolve(), ROOT, Path(environment["LONGCANG_HOME"]).parent]
    folders = {folder for path in paths for folder in (path, *path.parents)}
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in folders if folder.exists())


class Elsewhere:
    """A server that is none of ours: roles and databases are what the test's administrator makes."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.admin = psycopg.connect(
            host="127.0.0.1", port=server.port, user="postgres", dbname="postgres", autocommit=True,
            password=secret(server.settings.server_secrets_dir, "postgres"),
        )  # fmt: skip

    def url(self, user: str, database: str, password: str = "of-the-user") -> str:
        return f"postgresql+psycopg2://{user}:{password}@127.0.0.1:{self.server.port}/{database}?connect_timeout=5"

    def drop_all(self) -> None:
        for (name,) in self.admin.execute(
            "select datname from pg_database where datname not in ('postgres', 'template0', 'template1')"
        ).fetchall():
            self.admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        roles = "select rolname from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres'"
        for (name,) in self.admin.execute(roles).fetchall():
            self.admin.execute(sql.SQL("drop owned by {} cascade").format(sql.Identifier(name)))
            self.admin.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def other_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    server = EmbeddedServer(own_settings(tmp_path_factory.mktemp("elsewhere")), SMALL)
    server.start()
    found = Elsewhere(server)
    yield found
    found.admin.close()
    server.stop()


@pytest.fixture
def elsewhere(other_server: Elsewhere) -> Iterator[Elsewhere]:
    yield other_server
    other_server.drop_all()


def other_installs() -> list[Path]:
    """The programs of other versions of PostgreSQL that the system has (Debian's `postgresql-15`, for one)."""
    return [folder for folder in sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin")) if (folder / "initdb").exists()]


@pytest.fixture(params=other_installs(), ids=lambda folder: folder.parent.name)
def other_version(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, psycopg.Connection]]:
    """A server of another version and its administrator's connection."""
    own, _ = account_for_new(tmp_path, programs())
    if own.kind == "nobody":
        pytest.skip("without user namespaces root cannot run a server in pytest's own folders")
    account, data = replace(own, folder=request.param), tmp_path / "data"
    done = account.run("initdb", "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth=trust")
    assert done.returncode == 0, done.stdout
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c unix_socket_directories='' -c listen_addresses=127.0.0.1 -c shared_buffers=16MB"
    done = account.run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(tmp_path / "log"), "-o", options)
    assert done.returncode == 0, done.stdout
    try:
        with psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True) as admin:
            yield port, admin
    finally:
        account.run("pg_ctl", "stop", "-m", "immediate", "-D", str(data))
