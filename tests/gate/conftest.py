"""A province for the tests of the gate: one database per module, each test with publications of its own."""

from __future__ import annotations

import pytest

from tests.gate.province import Province
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def province(module_settings: Settings) -> Province:
    """Reference data and raw tables are there; nothing has landed, nothing is published."""
    made = Province(module_settings)
    made.prepare()
    return made
