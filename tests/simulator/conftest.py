"""One province of some size for the tests that look at variety, written once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator import province


@dataclass(frozen=True)
class Province:
    out: Path
    truth: dict[str, Any]


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """14 counties, 4,000 households, three mistakes per hundred rows, some unusable files."""
    out = tmp_path_factory.mktemp("large")
    return Province(out, province.write(out, households=4_000, defects=0.03, file_defects=True))


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """14 counties without a mistake."""
    out = tmp_path_factory.mktemp("clean")
    return Province(out, province.write(out, households=1_500, seed=99, defects=0.0))
