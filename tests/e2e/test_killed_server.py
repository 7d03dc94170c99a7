"""PostgreSQL is killed, or stopped for a while, in the middle of a night: the night goes on, and its rows are those of an
undisturbed night."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Undisturbed
from tests.e2e.kills import POINTS, WAIT_SECONDS, kill_all, own_stack, published, said, start, tree, wait_for
from warehouse import services, setup
from warehouse.connect import connect
from warehouse.server import EmbeddedServer
from warehouse.server_processes import postmaster
from warehouse.settings import Settings


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Settings]:
    settings = own_stack(tmp_path)
    setup.ensure_database(settings)
    yield settings
    services.down(settings, say=lambda text: None)


@pytest.mark.ci_only
@pytest.mark.parametrize(("step", "delay"), POINTS)
def test_the_night_goes_on_and_gives_the_same_rows(
    undisturbed: Undisturbed, own_server: Settings, step: str, delay: float
) -> None:
    run = start(own_server, undisturbed.landing)
    assert wait_for(own_server, step, run) is not None
    time.sleep(delay)
    found = postmaster(EmbeddedServer(own_server).data)
    assert found is not None
    kill_all(tree(found.pid))
    status = run.wait(2 * WAIT_SECONDS)
    out, err = said(own_server)
    assert status == 0, out + err
    assert published(own_server) == undisturbed.rows


@pytest.mark.ci_only
def test_a_server_that_was_stopped_for_a_while_costs_a_retry(undisturbed: Undisturbed, own_server: Settings) -> None:
    """Whoever stops it in order has a reason: the command waits for it to come back, and starts none meanwhile."""
    run = start(own_server, undisturbed.landing)
    assert wait_for(own_server, "build core", run) is not None
    time.sleep(1)
    server = EmbeddedServer(own_server)
    assert server.stop()
    time.sleep(15)
    assert not server.status().is_running, "somebody started what was stopped on purpose"
    assert run.poll() is None
    server.start()
    status = run.wait(2 * WAIT_SECONDS)
    out, err = said(own_server)
    assert status == 0, out + err
    assert published(own_server) == undisturbed.rows
    with connect("owner", settings=own_server) as conn:
        assert conn.execute("select state from ops.runs where kind = 'nightly'").fetchall() == [("done",)]
