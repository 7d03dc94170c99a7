"""Killing a night at a point (a step and a moment in it) and running it again.

Five points of each kind of kill, among the long tests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.e2e.nights import DAY, current, longcang
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.settings import Settings

POINTS = (("ingest", 0.3), ("form", 0.0), ("build core", 1.5), ("gate candidate", 1.0), ("publish", 0.0))
WAIT_SECONDS = 240
MOVING = (
    *("publication_id", "reading_id", "other_reading_id", "submission_id", "finding_no"),
    *("known_at", "known_until", "published_at", "first_received_at", "first_received_date"),
)


def published(settings: Settings) -> dict[str, list[Any]]:
    """All that BI can see, without the numbers and times of readings, which a repeated night may move on."""
    with connect("owner", settings=settings, publication=current(settings).publication_id) as conn:
        return {
            view: [
                list(row)
                for row in conn.execute(
                    f"select (to_jsonb(t) - %s::text[])::text from marts.{view} t order by 1",  # type: ignore[arg-type]
                    (list(MOVING),),
                ).fetchall()
            ]
            for (view,) in conn.execute(
                "select viewname from pg_views where schemaname = 'marts' order by 1"
            ).fetchall()
        }


def start(settings: Settings, landing: Path) -> subprocess.Popen[bytes]:
    """Start a night; what it says is for `said`."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "said.out").open("wb") as out, (settings.home / "said.err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", "warehouse.cli", "run", "--landing", str(landing), "--as-of", DAY.isoformat()],
            env={**os.environ, **settings.environment()},
            stdout=out, stderr=err, cwd=settings.project_root, start_new_session=True,
        )  # fmt: skip


def said(settings: Settings) -> tuple[str, str]:
    """What the last night that `start` began has put on the screen: standard output and standard error."""
    out, err = ((settings.home / f"said.{stream}").read_text(encoding="utf-8") for stream in ("out", "err"))
    assert "Traceback" not in out + err, out + err
    return out, err


def wait_for(settings: Settings, step: str, run: subprocess.Popen[bytes]) -> int | None:
    """Wait until a step of the night whose name begins so has begun; gives its process, or None where the night was over
    before."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and run.poll() is None:
        try:
            with connect("owner", settings=settings) as conn:
                row = conn.execute(
                    "select pid from ops.steps join ops.runs r using (run_id) where step like %s and r.state = 'running' "
                    "order by ops.steps.started_at desc limit 1",
                    (step + "%",),
                ).fetchone()
            if row:
                return int(row[0])
        except (psycopg.Error, LongcangError):
            pass
        time.sleep(0.05)
    return None


def run_again(settings: Settings, landing: Path) -> None:
    done = longcang(settings, "run", "--landing", str(landing), "--as-of", DAY.isoformat())
    assert done.returncode == 0, done.stdout + done.stderr


def tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            pass
    psutil.wait_procs(processes, timeout=20)


def own_stack(home: Path) -> Settings:
    """Settings of a warehouse with a server of its own, which may be killed."""
    return Settings.load(
        {
            "LONGCANG_HOME": str(home / "home"),
            "LONGCANG_LANDING": str(home / "landing"),
            "LONGCANG_SETTLE_SECONDS": "0",
        }
    )
