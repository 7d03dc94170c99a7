"""SIGKILL of a task under the LocalExecutor: its retry, or running again, gives the rows of an undisturbed night."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Undisturbed
from tests.e2e.kills import POINTS, WAIT_SECONDS, kill_all, own_stack, published, run_again, start, tree, wait_for
from warehouse import services
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


def empty(settings: Settings) -> None:
    """Forget all nights, so that the next one has everything to do."""
    with connect("owner", settings=settings) as conn:
        tables = conn.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname in ('ops', 'raw', 'core', 'metrics') and tablename not in ('view_definitions', 'schema_version')"
        ).fetchall()
        conn.execute(f"truncate {', '.join(row[0] for row in tables)} cascade")  # type: ignore[arg-type]
        conn.execute("insert into ops.pointer (publication_id) values (null)")
