"""A machine whose clock was set back, as `longcang` meets it: the program's own clock, and the database server's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.kills import own_stack
from warehouse import nightly, services, setup
from warehouse.progress import Step
from warehouse.server import EmbeddedServer
from warehouse.server_programs import packaged_folder
from warehouse.settings import Settings

pytestmark = pytest.mark.ci_only


@pytest.fixture(autouse=True)
def faketime() -> None:
    if shutil.which("faketime"):
        return
    sentence = "faketime is not installed: `apt-get install faketime` (.ci/run does it)"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Settings]:
    settings = own_stack(tmp_path)
    settings.landing.mkdir()
    (settings.landing / "a.csv").write_text("a\n")  # an empty folder is not looked at
    yield settings
    services.down(settings, say=lambda text: None)


def record_a_step(settings: Settings) -> None:
    setup.ensure_database(settings)
    nightly.begin("before", "nightly", date(2020, 7, 1), settings)
    with Step("before", "discover", settings):
        pass


def longcang(settings: Settings, *arguments: str, clock: str = "+0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["faketime", "-f", clock, sys.executable, "-m", "warehouse.cli", *arguments],
        env={**os.environ, **settings.environment()}, cwd=settings.project_root,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_the_program_s_clock(stack: Settings) -> None:
    record_a_step(stack)
    for command in (("run", "--landing", str(stack.landing)), ("restate", "--as-of", "2020-06-30")):
        done = longcang(stack, *command, clock="-2d")
        assert done.returncode == 3 and done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.startswith("longcang: The machine's clock says ") and "was set back" in done.stderr
    # They depend on no clock; `status` says that nothing is published yet.
    for command, status in (("status", 3), ("publications", 0), ("feedback", 0)):
        done = longcang(stack, command, clock="-2d")
        assert done.returncode == status and "Traceback" not in done.stderr, done.stderr


def test_the_database_server_s_clock(stack: Settings, tmp_path: Path) -> None:
    """What was recorded under a clock two days ahead, and the same server under the right one."""
    ahead = tmp_path / "ahead"
    package = packaged_folder().parents[1]
    shutil.copytree(package, ahead / package.name, symlinks=True)
    for libraries in package.parent.glob(f"{package.name}*.libs"):
        shutil.copytree(libraries, ahead / libraries.name, symlinks=True)
    folder = ahead / package.name / packaged_folder().parent.name / packaged_folder().name
    (folder / "postgres").unlink()
    # Not by the command faketime: it stays as the parent, and pg_ctl waits for a server of the process id that it began.
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    (folder / "postgres").write_text(
        f'#!/bin/sh\nLD_PRELOAD={library} FAKETIME=+2d exec {packaged_folder()}/postgres "$@"\n'
    )
    (folder / "postgres").chmod(0o755)
    record_a_step(stack.with_changes(pg_bin=folder))
    EmbeddedServer(stack).stop()
    done = longcang(stack, "run", "--landing", str(stack.landing))
    assert done.returncode == 3 and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("longcang: The machine's clock (where the database runs) says ")
