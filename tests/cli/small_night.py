"""A project whose DAG `nightly_load` is one small step, so that a test sees `longcang run` through in seconds.

The step waits for the file `go` in the project's folder; each attempt at it leaves a line in `attempts`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from warehouse.settings import Settings

DAG = """
from datetime import date, timedelta
from pathlib import Path

from airflow.sdk import Param, TriggerRule, dag, task

from warehouse import dag_steps

HERE = Path(__file__).resolve().parents[1]


@task(retries=3, retry_delay=timedelta(seconds=1))
def discover():
    import os, time
    from warehouse import nightly, setup
    from warehouse.progress import Step

    run_id, settings = dag_steps.run_id_and_settings()
    setup.ensure_database(settings)
    nightly.begin(run_id, "nightly", date(2020, 7, 1), settings)
    with Step(run_id, "discover", settings, unit="files", total=1) as step:
        with (HERE / "attempts").open("a") as out:
            out.write(f"{os.getpid()}\\n")
        while not (HERE / "go").exists():
            time.sleep(0.2)
            step.set(0, 1, "waiting")
        if (HERE / "full").exists():
            Path("/dev/full").write_text("x" * 100_000)
        step.set(1)
    with Step(run_id, "form", settings):
        pass


@dag(schedule=None, is_paused_upon_creation=False, params={
    name: Param(None, type=["null", "string"]) for name in ("as_of", "landing", "run_id")})
def nightly_load():
    discover() >> dag_steps.report()


nightly_load()
"""


@dataclass
class SmallNight:
    """`longcang run` on a project of its own; `settings` are of that project."""

    settings: Settings
    process: subprocess.Popen[str] | None = None

    @property
    def folder(self) -> Path:
        return self.settings.project_root

    def start(self) -> None:
        for name in ("go", "full", "attempts"):
            (self.folder / name).unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "warehouse.cli", "run", "--landing", str(self.settings.landing)],
            env={**os.environ, **self.settings.environment()}, cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def attempts(self) -> list[int]:
        """The process ids of the attempts so far."""
        path = self.folder / "attempts"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def wait_for_attempt(self, number: int, seconds: float = 240) -> int:
        """Wait until an attempt has begun; gives its process id."""
        deadline = time.monotonic() + seconds
        while len(self.attempts()) < number:
            assert self.process is not None
            assert self.process.poll() is None, "".join(self.process.communicate())
            assert time.monotonic() < deadline, f"attempt {number} did not begin"
            time.sleep(0.1)
        return self.attempts()[-1]

    def go(self) -> None:
        (self.folder / "go").touch()

    def end(self, seconds: float = 300) -> tuple[int, str, str]:
        """Status, standard output and standard error of the command."""
        assert self.process is not None
        out, err = self.process.communicate(timeout=seconds)
        assert "Traceback" not in out + err, out + err
        return self.process.returncode, out, err


def make_project(folder: Path) -> Path:
    """The folder of a project with that DAG."""
    (folder / "dags").mkdir(parents=True)
    (folder / "dags" / "small_night.py").write_text(DAG, encoding="utf-8")
    return folder
