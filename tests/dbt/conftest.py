"""A hand-made province, built once per session; each module gets a copy of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import prepared_copy
from tests.dbt.world import World, small_province
from warehouse import dbt_runner
from warehouse.settings import Settings


@dataclass
class Built:
    """A world whose first publication is built in all layers."""

    world: World
    publication: int
    progress: list[tuple[int, int, str]]


def build_all(world: World, publication: int, run_id: str) -> list[tuple[int, int, str]]:
    """Build every layer; returns what the progress callback was told."""
    told: list[tuple[int, int, str]] = []
    for layer in dbt_runner.LAYERS:
        dbt_runner.build(layer, publication, run_id, world.settings, lambda *event: told.append(event))
    return told


def build_for(world: World, publication: int, *views: str) -> None:
    """Build what these published views are made of, and no check: a fraction of a night's build."""
    folder = world.settings.dbt_dir / f"for-{publication}"
    selected = [option for view in views for option in ("--select", f"+{view}")]
    code, words = dbt_runner.run(["run", *selected], folder, publication, world.settings)
    assert code == 0, words


def build_the_small_province(settings: Settings) -> None:
    world = World(settings)
    world.find_villages()
    small_province(world)
    publication = world.form()
    told = build_all(world, publication, "first")
    (settings.home / "built.json").write_text(json.dumps([publication, told]), encoding="utf-8")


@pytest.fixture(scope="module")
def built(server_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The small province's first publication, built; a copy of the module's own."""
    home: Path = tmp_path_factory.mktemp("home")
    with prepared_copy(server_settings, home, "small_province", build_the_small_province) as settings:
        publication, told = json.loads((home / "built.json").read_text(encoding="utf-8"))
        world = World(settings, runs=1)
        world.find_villages()
        yield Built(world, publication, [tuple(event) for event in told])
