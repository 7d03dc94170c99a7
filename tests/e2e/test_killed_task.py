"""SIGKILL of a task under the LocalExecutor: its retry, or running again, gives the rows of an undisturbed night."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.airflow_page import ask_as_admin
from tests.e2e.conftest import Undisturbed
from tests.e2e.kills import POINTS, WAIT_SECONDS, kill_all, own_stack, published, run_again, said, start, tree, wait_for
from tests.e2e.nights import DAY, current, longcang
from tests.server.test_services import state_of
from warehouse import runs, services
from warehouse.connect import connect
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Airflow's services on a server of their own."""
    settings = own_stack(tmp_path_factory.mktemp("stack"))
    services.up(settings, say=lambda text: None)
    yield settings
    services.down(settings, say=lambda text: None)


@pytest.mark.ci_only
@pytest.mark.parametrize(("step", "delay"), POINTS[::2])
def test_running_on_gives_the_same_rows(undisturbed: Undisturbed, stack: Settings, step: str, delay: float) -> None:
    empty(stack)
    run = start(stack, undisturbed.landing)
    pid = wait_for(stack, step, run)
    assert pid is not None
    time.sleep(delay)
    kill_all(tree(pid))
    run.wait(WAIT_SECONDS)
    run_again(stack, undisturbed.landing)
    assert published(stack) == undisturbed.rows


@pytest.mark.ci_only
def test_a_night_that_failed_and_is_cleared_publishes_nothing_over_a_later_one(
    undisturbed: Undisturbed, stack: Settings
) -> None:
    """As an operator does it on Airflow's page: one night is given up, the next publishes, then the first is cleared."""
    empty(stack)
    run = start(stack, undisturbed.landing)
    assert wait_for(stack, "build core", run) is not None
    with connect("owner", settings=stack) as conn:
        newest = runs.newest(conn)
    assert newest is not None
    given_up = newest["run_id"]
    page = f"api/v2/dags/nightly_load/dagRuns/{given_up}"
    assert ask_as_admin(stack, "PATCH", page, {"state": "failed"}) == 200
    assert run.wait(WAIT_SECONDS) == 3
    out, err = said(stack)
    assert "Airflow ended the run before it had closed its books" in err and "出错中断" in out, err
    later = longcang(stack, "run", "--landing", str(undisturbed.landing), "--as-of", f"{DAY + timedelta(days=1)}")
    assert later.returncode == 0, later.stderr
    shown = current(stack)

    cleared = {"dry_run": False, "dag_run_id": given_up, "only_failed": False}
    assert ask_as_admin(stack, "POST", "api/v2/dags/nightly_load/clearTaskInstances", cleared) == 200
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := state_of(stack, given_up)) in ("queued", "running"):
        assert time.monotonic() < deadline, found
        time.sleep(0.3)
    assert current(stack) == shown
    with connect("owner", settings=stack) as conn:
        [(state, note)] = conn.execute(
            "select state, note from ops.publications where run_id = %s", (given_up,)
        ).fetchall()
    assert (state, f"较新的发布 {shown.publication_id} 已经发布过" in note) == ("retired", True)


def empty(settings: Settings) -> None:
    """Forget all nights, so that the next one has everything to do."""
    with connect("owner", settings=settings) as conn:
        tables = conn.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname in ('ops', 'raw', 'core', 'metrics') and tablename not in ('view_definitions', 'schema_version')"
        ).fetchall()
        conn.execute(f"truncate {', '.join(row[0] for row in tables)} cascade")  # type: ignore[arg-type]
        conn.execute("insert into ops.pointer (publication_id) values (null)")
