"""Servers of a test's own: small ones, so that they start in a fifth of a second."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from warehouse.server import EmbeddedServer
from warehouse.server_account import NOBODY, namespace_prefix
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
