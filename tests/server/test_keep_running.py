"""A part of Airflow that ends by itself is started again; it ends with its keeper, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.server.conftest import ROOT

QUICK = "import warehouse.keep_running as k; k.FIRST_SECONDS, k.SHORTEST_PAUSE = {}, 0.1; k.main()"
# Writes its process id, stays while a file `stays` is there, and ends by itself.
PART = """
import os, pathlib, sys, time
here = pathlib.Path(sys.argv[1])
with (here / "begun").open("a") as out: out.write(f"{os.getpid()}\\n")
while (here / "stays").exists(): time.sleep(0.05)
sys.exit(7)
"""


def keeper(folder: Path, first_seconds: float) -> subprocess.Popen[str]:
    """A keeper to whom a part has worked that lived for so long."""
    return subprocess.Popen(
        [sys.executable, "-c", QUICK.format(first_seconds), "part", sys.executable, "-c", PART, str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "LONGCANG_DATABASE_URL": "postgresql://u@h/d"},
        stdout=subprocess.PIPE, text=True, cwd=folder,
    )  # fmt: skip


def begun(folder: Path) -> list[int]:
    path = folder / "begun"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_never_worked_is_left_to_who_started_it(tmp_path: Path) -> None:
    process = keeper(tmp_path, 600)
    assert process.wait(60) == 7 and len(begun(tmp_path)) == 1


def test_what_worked_and_ended_is_started_again_until_somebody_asks_for_the_end(tmp_path: Path) -> None:
    process = keeper(tmp_path, 0)
    wait_until(lambda: len(begun(tmp_path)) >= 3)
    (tmp_path / "stays").touch()
    last = len(begun(tmp_path))
    wait_until(lambda: len(begun(tmp_path)) > last)
    child = begun(tmp_path)[-1]
    process.terminate()
    assert process.wait(60) == 0
    assert not psutil.pid_exists(child)
    assert process.stdout is not None
    assert "Airflow's part ended by itself (status 7); it is started again in" in process.stdout.read()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal at a parent's death is Linux's")
def test_it_does_not_outlive_a_killed_keeper(tmp_path: Path) -> None:
    (tmp_path / "stays").touch()
    process = keeper(tmp_path, 0)
    wait_until(lambda: len(begun(tmp_path)) == 1)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    wait_until(lambda: not psutil.pid_exists(begun(tmp_path)[0]))
