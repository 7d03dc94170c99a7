"""Times a night: a made-up province of a given size, loaded through the DAG into a warehouse of its own, then once more
with nothing new.

`python -m benchmarks.night --households 5000` prints the seconds of each step, as `ops.steps` holds them, and the wall
time of the command. Everything is written into a temporary folder and removed at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from warehouse.connect import connect
from warehouse.settings import Settings

COUNTIES = 14


@dataclass(frozen=True)
class Step:
    """One step of a night: its name, how many units it handled, and its seconds."""

    name: str
    done: int
    unit: str
    seconds: float


def steps_of_last_run(settings: Settings) -> list[Step]:
    """The steps of the newest night, in their order; the batches of one step that ran side by side as one."""
    with connect("owner", settings=settings) as connection:
        rows = connection.execute(
            """
            select split_part(step, ' ', 1) || case when step like 'build %' or step like 'gate %'
                       then ' ' || split_part(step, ' ', 2) else '' end as name,
                   sum(done)::bigint, coalesce(max(unit), ''),
                   extract(epoch from max(updated_at) - min(started_at))::float
            from ops.steps
            where run_id = (select run_id from ops.runs where kind = 'nightly' order by started_at desc limit 1)
            group by 1
            order by min(started_at)
            """
        ).fetchall()
    return [Step(*row) for row in rows]


def timed(command: Sequence[str], environment: dict[str, str]) -> float:
    """Run a command to its end; seconds. Raises CalledProcessError where it fails."""
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL)
    return time.monotonic() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Time two nights and print a table of each."""
    parser = argparse.ArgumentParser(prog="benchmarks.night", description=__doc__)
    parser.add_argument("--households", type=int, default=5_000, help="households over 14 counties (default 5000)")
    parser.add_argument("--defects", type=float, default=0.02, help="mistakes per row (default 0.02)")
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="longcang-bench-"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LONGCANG_", "AIRFLOW_"))}
    environment |= {"LONGCANG_HOME": str(folder / "home"), "LONGCANG_LANDING": str(folder / "landing")}
    program = [sys.executable, "-m", "warehouse.cli"]
    settings = Settings.load(environment)
    memory = psutil.virtual_memory().total / 2**30
    print(f"{settings.workers} cores, {memory:.1f} GiB, Python {sys.version.split()[0]}", flush=True)
    try:
        size = ["--households", str(chosen.households), "--defects", str(chosen.defects)]
        seconds = timed([*program, "simulate", "--out", str(settings.landing), *size], environment)
        print(f"simulate: {chosen.households} households, {COUNTIES} counties: {seconds:.1f} s", flush=True)
        for title in ("first night, empty warehouse", "second night, nothing new"):
            seconds = timed([*program, "run", "--landing", str(settings.landing)], environment)
            print(f"\n{title}: {seconds:.1f} s")
            for step in steps_of_last_run(settings):
                print(f"  {step.name:<16} {step.done:>9} {step.unit:<13} {step.seconds:>8.1f} s")
            sys.stdout.flush()
    finally:
        subprocess.run([*program, "down"], env=environment, check=False, stdin=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
