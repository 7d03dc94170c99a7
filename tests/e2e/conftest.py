"""A small made-up province for the end-to-end tests, written once a session."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator import province
from tests.conftest import database_copy, environment_of, prepared_copy
from tests.e2e.kills import published
from tests.e2e.nights import steps_night
from warehouse.connect import connect
from warehouse.settings import Settings

COUNTIES = ["通渭县", "卓尼县", "东乡县"]


@pytest.fixture(scope="session", autouse=True)
def one_token_key() -> Iterator[None]:
    """Tokens are keys of households: with one key, two warehouses that read the same files hold equal rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LONGCANG_TOKEN_KEY", "a key for tests, of no use elsewhere")
        yield


@dataclass(frozen=True)
class FirstNight:
    """A warehouse that a night without a mistake was published in, its landing folder, and the truth about it."""

    settings: Settings
    landing: Path
    truth: dict[str, Any]


def publish_a_clean_night(settings: Settings) -> None:
    """Three counties without a mistake."""
    province.write(settings.landing, households=200, counties=COUNTIES, seed=7, defects=0.0)
    assert steps_night(settings, settings.landing) == "done"


@pytest.fixture
def first_night(server_settings: Settings, tmp_path: Path) -> Iterator[FirstNight]:
    """A copy, for this test alone, of the warehouse and the landing folder after a clean night."""
    with prepared_copy(server_settings, tmp_path / "home", "clean_night", publish_a_clean_night) as settings:
        with connect("owner", settings=settings) as conn:
            conn.execute("update ops.landing_files set landing = %s", (str(settings.landing.resolve()),))
        truth = json.loads((settings.landing / "truth.json").read_text(encoding="utf-8"))
        yield FirstNight(settings, settings.landing, truth)


@pytest.fixture(scope="session")
def make_province(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, dict[str, Any]]]:
    """Write a province of the given size and mistakes: (folder, truth)."""

    def make(**options: Any) -> tuple[Path, dict[str, Any]]:
        out = tmp_path_factory.mktemp("province")
        truth: dict[str, Any] = province.write(out, **options)
        return out, truth

    return make


@dataclass(frozen=True)
class Undisturbed:
    """The rows that a night without any kill published, and the folder that it read."""

    landing: Path
    rows: dict[str, list[Any]]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, server_settings: Settings, worker_id: str) -> Undisturbed:
    """A night that nothing disturbs, for the kill tests to compare with; one for all processes that run tests."""
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    landing, rows = shared / "undisturbed", shared / "undisturbed.json"
    with (shared / "undisturbed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not rows.exists():
            province.write(landing, households=120, counties=["通渭县", "卓尼县"], seed=5, defects=0.03)
            with database_copy(server_settings, shared / "undisturbed-home") as settings, environment_of(settings):
                assert steps_night(settings, landing) == "done"
                rows.write_text(json.dumps(published(settings), ensure_ascii=False), encoding="utf-8")
    return Undisturbed(landing, json.loads(rows.read_text(encoding="utf-8")))
