"""Nights for the end-to-end tests: through the command line and the real DAG, or step by step in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from warehouse import nightly, publications, retention
from warehouse.connect import connect
from warehouse.settings import Settings

DAY = date(2020, 7, 1)


@dataclass(frozen=True)
class Outcome:
    """How a run of the command line ended."""

    status: int
    report: dict[str, Any]
    output: str


def longcang(settings: Settings, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would, under the test's settings."""
    return subprocess.run(
        [sys.executable, "-m", "warehouse.cli", *arguments],
        env={**os.environ, **settings.environment()},
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=settings.project_root,
        check=False,
    )


def dag_night(settings: Settings, landing: Path, day: date = DAY) -> Outcome:
    """One night through ``longcang run`` and the Airflow DAG."""
    done = longcang(settings, "run", "--landing", str(landing), "--as-of", day.isoformat(), "--json")
    report = json.loads(done.stdout) if done.stdout.strip().startswith("{") else {}
    return Outcome(done.returncode, report, done.stdout + done.stderr)


def steps_night(settings: Settings, landing: Path, day: date = DAY, run_id: str | None = None) -> str:
    """One night, the DAG's steps called one after another in this process.

    Returns:
        ``done``, ``held`` or ``failed``.
    """
    run_id = run_id or f"night-{uuid4()}"  # a copied warehouse knows the nights of the process that prepared it
    nightly.begin(run_id, "nightly", day, settings)
    for batch in nightly.discover(run_id, landing, settings):
        nightly.ingest(run_id, batch, settings)
    nightly.form(run_id, settings)
    return _judge_and_publish(run_id, settings)


def steps_restate(settings: Settings, as_of: str) -> int:
    """A restatement, step by step; gives its publication's number."""
    run_id = f"restate-{uuid4()}"
    day, instant = nightly.known_until(as_of, settings)
    nightly.begin(run_id, "restate", day, settings)
    number = nightly.form(run_id, settings, known_until=instant)
    assert number is not None
    assert _judge_and_publish(run_id, settings) == "done"
    return number


def _judge_and_publish(run_id: str, settings: Settings) -> str:
    try:
        nightly.gate_landed(run_id, settings)
        for layer in nightly.LAYERS:
            nightly.build(run_id, layer, settings)
        nightly.gate_candidate(run_id, settings)
        nightly.publish(run_id, settings)
    except nightly.GateHeld:
        pass
    return nightly.finish(run_id, settings)


def current(settings: Settings) -> publications.Publication:
    with connect("owner", settings=settings) as conn:
        found = publications.current(conn)
    assert found is not None
    return found


def rows_of(settings: Settings, publication_id: int) -> dict[str, list[Any]]:
    """Every row of a publication, table by table, without the publication's own number."""
    found = {}
    with connect("owner", settings=settings) as conn:
        for schema, table in retention.per_publication_tables(conn):
            found[f"{schema}.{table}"] = conn.execute(
                f"select (to_jsonb(t) - 'publication_id')::text from {schema}.{table} t "  # type: ignore[arg-type]
                "where publication_id = %s order by 1",
                (publication_id,),
            ).fetchall()
    return found


def bi(settings: Settings, query: str) -> list[Any]:
    with connect("bi", settings=settings) as conn:
        return conn.execute(query).fetchall()  # type: ignore[arg-type]
