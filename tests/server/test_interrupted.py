"""Which runs the next start closes: those that nobody carries out, and no other."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

from warehouse import interrupted, nightly
from warehouse.connect import connect
from warehouse.progress import Step
from warehouse.settings import Settings


def test_only_what_nobody_carries_out_is_closed(airflow_settings: Settings) -> None:
    """Killed; watched over by another session; carried out by a process of its own; left to the scheduler."""
    settings = airflow_settings
    runs = ("nightly-killed", "nightly-watched", "nightly-alive", "scheduled__2020-07-01")
    for run_id in runs:
        nightly.begin(run_id, "nightly", date(2020, 7, 1), settings)
    Step("nightly-killed", "form", settings).__enter__()
    with connect("airflow", settings=settings) as metadata:
        for number, run_id in enumerate(runs):
            dag_run = run_id if run_id.startswith("scheduled") else f"manual__{number}"
            metadata.execute(
                "insert into dag_run (dag_id, run_id, run_type, state, conf, run_after, span_status) "
                "values ('nightly_load', %s, 'manual', 'running', %s, now(), 'not_started')",
                (dag_run, None if dag_run == run_id else json.dumps({"run_id": run_id})),
            )
    words = ["dags", "test", "nightly_load", "--conf", json.dumps({"run_id": "nightly-alive"})]
    with (
        subprocess.Popen([sys.executable, "-c", "input()", *words], stdin=subprocess.PIPE) as alive,
        connect("owner", settings=settings, autocommit=True) as watcher,
    ):
        interrupted.watch_over(watcher, "nightly-watched")
        assert interrupted.close(settings) == ["nightly-killed"]
        assert interrupted.close(settings) == []
        alive.communicate(b"\n")
    with connect("owner", settings=settings) as conn:
        assert dict(conn.execute("select run_id, state from ops.runs").fetchall()) == {
            run_id: "interrupted" if run_id == "nightly-killed" else "running" for run_id in runs
        }
        assert conn.execute("select run_id, state from ops.steps").fetchall() == [("nightly-killed", "failed")]
    with connect("airflow", settings=settings) as metadata:
        states = metadata.execute("select state, end_date is not null from dag_run order by id").fetchall()
    assert states == [("failed", True), *[("running", False)] * 3]
    assert set(interrupted.close(settings)) == {"nightly-watched", "nightly-alive"}  # by now nobody carries them out
