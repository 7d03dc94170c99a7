"""A night runs to its end while logins that only read take and hold all that they can get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment_of
from tests.e2e.conftest import COUNTIES
from tests.e2e.nights import DAY, bi, current, steps_night
from tests.readers import Hostile
from tests.server.conftest import SMALL, own_settings
from warehouse import logins, publications
from warehouse.connect import connect
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings
from warehouse.setup import ensure_database

# 60 connections for everybody; the shared server of the tests is not to be emptied.
NARROW = {**SMALL, "shared_buffers": "128MB", "max_connections": "60", "reserved_connections": "30"}


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Settings]:
    settings = own_settings(tmp_path / "home", SETTLE_SECONDS=0, WORKERS=2)
    settings.make_folders()
    server = EmbeddedServer(settings, NARROW)
    server.start()
    ensure_database(settings)
    with environment_of(settings):
        yield settings
    server.stop()


@pytest.mark.ci_only
def test_a_night_beside_hostile_logins(narrow: Settings, make_province: Callable[..., tuple[Path, Any]]) -> None:
    landing, _ = make_province(households=60, counties=COUNTIES, seed=11, defects=0.0)
    assert steps_night(narrow, landing) == "done"
    first = current(narrow).publication_id
    (landing / "one-more.csv").write_text("不是报表\n", encoding="utf-8")
    for name, county in (("hostile_one", "621121"), ("hostile_two", "623022"), ("hostile_three", "622926")):
        logins.add(narrow, name, [county])
    hostile = [Hostile(narrow, name, 20) for name in ("hostile_one", "hostile_two", "hostile_three")]
    try:
        assert [h.succeeded for h in hostile] == [[], [], []]
        assert len(hostile[0].connections) == 10, "a login takes more connections than it may"
        assert sum(len(h.connections) for h in hostile) >= 20
        assert Hostile(narrow, "hostile_three", 1).connections == [], "connections are left"
        # One view is defined anew: its old definition is held open by every one of them.
        with connect("owner", settings=narrow) as owner:
            owner.execute("delete from ops.view_definitions where view_name = 'mart_target_progress'")
        assert steps_night(narrow, landing, DAY + timedelta(days=1)) == "done"
        second = current(narrow).publication_id
        assert second > first
        for number in (first, second):
            with connect("owner", settings=narrow) as owner:
                publications.rollback(owner, number)
            assert current(narrow).publication_id == number
    finally:
        for h in hostile:
            h.close()
    assert bi(narrow, "select count(*) > 0 from marts.mart_target_progress") == [(True,)]
