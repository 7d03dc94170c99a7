"""One province of some size for the tests that look at variety, written once."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator import province


@dataclass(frozen=True)
class Province:
    out: Path
    truth: dict[str, Any]


def written_once(tmp_path_factory: pytest.TempPathFactory, name: str, **options: Any) -> Province:
    """A province that the first worker writes and the others read."""
    own = tmp_path_factory.getbasetemp()
    out = (own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / name
    with open(out.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "truth.json").exists():
            province.write(out, **options)
    return Province(out, json.loads((out / "truth.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """14 counties, 2,500 households, three mistakes per hundred rows, each kind at least once, some unusable files."""
    return written_once(tmp_path_factory, "large-province", households=2_500, defects=0.03, file_defects=True, least=4)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """14 counties without a mistake."""
    return written_once(tmp_path_factory, "clean-province", households=1_500, seed=99, defects=0.0)
