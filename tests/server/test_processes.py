"""Background processes: found again, stopped for certain, and nobody else's ever touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from warehouse.processes import Background

# Starts a child in a process group of its own, as Airflow's tasks are, and ignores what it is asked.
STUBBORN = """
import os, signal, subprocess, time
child = subprocess.Popen(["sleep", "300"], preexec_fn=lambda: os.setpgid(0, 0))
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(child.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Background]:
    found = Background("part", tmp_path / "run", tmp_path / "logs")
    yield found
    found.stop(0)


def start(background: Background, code: str) -> None:
    background.start([sys.executable, "-c", code], os.environ, Path("/"))


def said(background: Background) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if text := background.log_path.read_text():
            return text
        time.sleep(0.02)
    raise AssertionError("the process said nothing")


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_started_found_and_stopped(background: Background) -> None:
    assert background.process() is None and background.stop() is False
    start(background, "import time; print('here', flush=True); time.sleep(300)")
    assert said(background) == "here\n"
    again = Background("part", background.record_path.parent, background.log_path.parent)
    process = again.process()
    assert process is not None and process == background.process()
    assert again.stop(10) is True
    assert background.process() is None and not is_alive(process.pid)


def test_one_that_does_not_end_when_asked_is_ended_with_its_children(background: Background) -> None:
    start(background, STUBBORN)
    child = int(said(background))
    process = background.process()
    assert process is not None and is_alive(child)
    began = time.monotonic()
    assert background.stop(0.5) is True
    assert time.monotonic() - began < 5
    assert not is_alive(process.pid) and not is_alive(child)


def test_children_of_one_that_was_killed_are_ended(background: Background) -> None:
    start(background, STUBBORN)
    child = int(said(background))
    process = background.process()
    assert process is not None
    process.kill()
    deadline = time.monotonic() + 5
    while is_alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert background.process() is None and is_alive(child)
    assert background.stop() is True
    assert not is_alive(child)


@pytest.mark.parametrize("forged", ["started", "boot"])
def test_a_number_that_belongs_to_another_by_now(background: Background, forged: str) -> None:
    """The record of a process of before: of another start time, or of another boot of the machine."""
    bystander = subprocess.Popen(["sleep", "300"], start_new_session=True)
    try:
        start(background, "import time; time.sleep(300)")
        real = json.loads(background.record_path.read_text())
        psutil.Process(real["pid"]).kill()
        record = {"pid": bystander.pid, "started": psutil.Process(bystander.pid).create_time(), "boot": real["boot"]}
        record[forged] = record[forged] - 100 if forged == "started" else "another"
        background.record_path.write_text(json.dumps(record))
        assert background.process() is None
        assert background.stop() is False
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("content", ["", "{}", "null", '{"pid": "x"}'])
def test_a_damaged_record(background: Background, content: str) -> None:
    background.record_path.parent.mkdir(parents=True)
    background.record_path.write_text(content)
    assert background.process() is None and background.stop() is False
    start(background, "import time; time.sleep(300)")
    assert background.process() is not None
