"""SIGKILL of the whole run, every process of it: after running again the rows are those of an undisturbed night."""

from __future__ import annotations

import time

import pytest

from tests.e2e.conftest import Undisturbed
from tests.e2e.kills import POINTS, kill_all, published, run_again, start, tree, wait_for
from warehouse.connect import connect
from warehouse.settings import Settings


@pytest.mark.ci_only
@pytest.mark.parametrize(("step", "delay"), POINTS)
def test_running_again_gives_the_same_rows(
    undisturbed: Undisturbed, airflow_settings: Settings, step: str, delay: float
) -> None:
    settings = airflow_settings
    run = start(settings, undisturbed.landing)
    assert wait_for(settings, step, run) is not None
    time.sleep(delay)
    kill_all(tree(run.pid))
    run_again(settings, undisturbed.landing)
    assert published(settings) == undisturbed.rows
    with connect("owner", settings=settings) as conn:
        assert conn.execute("select state from ops.runs where kind = 'nightly' order by started_at").fetchall() == [
            ("interrupted",),
            ("done",),
        ]
    with connect(
        "airflow", settings=settings
    ) as conn:  # one that stays `running` makes the scheduler's next night wait
        states = conn.execute("select state from dag_run where dag_id = 'nightly_load' order by id").fetchall()
    assert states == [("failed",), ("success",)]
