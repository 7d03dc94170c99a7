"""A hand-made province, built once per module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

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


@pytest.fixture(scope="module")
def built(module_settings: Settings) -> Iterator[Built]:
    """The small province's first publication, built."""
    world = World(module_settings)
    world.prepare()
    small_province(world)
    publication = world.form()
    yield Built(world, publication, build_all(world, publication, "first"))
