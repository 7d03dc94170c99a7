"""The server as root, as a plain user, and where user namespaces are refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.server.conftest import SMALL, MakeServer, own_settings
from warehouse import server_account
from warehouse.errors import ServerError
from warehouse.server import EmbeddedServer
from warehouse.server_account import NOBODY

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has this choice")

PLAIN_USER = """
    import os
    from pathlib import Path
    from tests.server.conftest import SMALL, own_settings
    from warehouse.errors import LongcangError
    from warehouse.server import EmbeddedServer

    assert os.geteuid() != 0
    server = EmbeddedServer(own_settings(Path(os.environ["LONGCANG_HOME"])), SMALL)
    try:
        server.start()
        print("ready", server.status().is_ready, "owner", server.data.stat().st_uid == os.geteuid())
        server.stop()
        server.start()
        print("again", server.status().is_ready)
        server.stop()
    except LongcangError as error:
        print("sentence:", error)
"""

RunAsUser = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="longcang-open-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_plain_user(open_folder: Path, as_plain_user: RunAsUser) -> None:
    home = open_folder / "home"
    home.mkdir()
    home.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(home, *_user_of_children(as_plain_user, home))
    done = as_plain_user(PLAIN_USER, LONGCANG_HOME=str(home))
    assert done.stdout.splitlines() == ["ready True owner True", "again True"], done.stderr


def _user_of_children(as_plain_user: RunAsUser, home: Path) -> tuple[int, int]:
    """Who, seen from here, owns what the child makes (in a namespace: root itself)."""
    home.chmod(0o777)
    as_plain_user("import os; open(os.environ['LONGCANG_HOME'] + '/probe', 'w')", LONGCANG_HOME=str(home))
    owner = (home / "probe").stat()
    (home / "probe").unlink()
    home.chmod(0o700)
    return owner.st_uid, owner.st_gid


def test_a_folder_that_may_not_be_written_is_one_sentence(open_folder: Path, as_plain_user: RunAsUser) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o555)
    done = as_plain_user(PLAIN_USER, LONGCANG_HOME=str(closed / "home"))
    assert done.stdout == f"sentence: The folder {closed}/home cannot be created: Permission denied.\n", done.stderr
    done = as_plain_user(PLAIN_USER, LONGCANG_HOME=str(closed))
    assert done.stdout == (
        f"sentence: The folder {closed} cannot be written by this user; set LONGCANG_HOME to one that can.\n"
    ), done.stderr


@root_only
def test_root_runs_it_without_being_root(make_server: MakeServer) -> None:
    server = make_server()
    server.start()
    process = psutil.Process(server.status().pid)
    owner = server.data.stat().st_uid
    if server_account.namespace_prefix():
        inside = (Path("/proc") / str(process.pid) / "uid_map").read_text().split()
        assert inside == [str(NOBODY), "0", "1"], "the server is root inside its namespace"
        assert owner == 0
    else:
        assert process.uids().effective == owner == NOBODY


@pytest.fixture
def no_namespace(monkeypatch: pytest.MonkeyPatch, open_folder: Path) -> Iterator[Path]:
    monkeypatch.setenv("LONGCANG_NO_NAMESPACE", "1")
    monkeypatch.setattr(server_account, "SHARED_STATE", open_folder / "state")
    server_account.namespace_prefix.cache_clear()
    yield open_folder / "state"
    monkeypatch.undo()
    server_account.namespace_prefix.cache_clear()


@root_only
def test_root_without_namespaces_becomes_nobody(tmp_path: Path, no_namespace: Path) -> None:
    """The project lies in a folder that `nobody` cannot reach: programs and data lie where it can."""
    (tmp_path / "project").mkdir(mode=0o700)
    server = EmbeddedServer(own_settings(tmp_path / "project"), SMALL)
    try:
        server.start()
        process = psutil.Process(server.status().pid)
        assert server.status().is_ready
        assert process.uids().effective == NOBODY and process.gids().effective == NOBODY
        assert server.data.is_relative_to(no_namespace) and server.data.stat().st_uid == NOBODY
        assert server.data.stat().st_mode & 0o077 == 0
        first = server.port
        process.kill()
        server.start()
        assert server.status().is_ready and server.port == first
    finally:
        server.stop()


@root_only
def test_a_cluster_of_root_s_namespace_where_namespaces_are_gone(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not server_account.namespace_prefix():
        pytest.skip("user namespaces are refused here")
    server = make_server()
    server.start()
    server.stop()
    monkeypatch.setattr(server_account, "namespace_prefix", tuple)
    with pytest.raises(ServerError, match="made by root in a user namespace, which this system no longer allows"):
        server.start()


@root_only
def test_neither_way_is_one_sentence(make_server: MakeServer, no_namespace: Path) -> None:
    no_namespace.write_text("a file in the way")
    with pytest.raises(ServerError) as caught:
        make_server().start()
    assert str(caught.value) == (
        "PostgreSQL cannot run as root, and neither a user namespace nor the account `nobody` is to be had here;"
        " run longcang as a plain user, or set LONGCANG_DATABASE_URL to a server of your own."
    )
