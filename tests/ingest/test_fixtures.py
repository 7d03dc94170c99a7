"""A workbook of each form as a county would send it, made by other hands than the simulator's, and what it reads to.

`tests/fixtures/<form>/` holds one workbook and `expected.json`: `path` (where it lies below the landing folder), `outcome`,
`period`, `rows` (the raw columns that are worth a look, values as text) and `issues` (rule and cell, or null).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.conftest import Reader

FOLDERS = sorted(path.parent for path in Path(__file__).resolve().parents[1].glob("fixtures/*/expected.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_workbook_reads_to_what_a_careful_clerk_would_say(folder: Path, read_as: Reader) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    [book] = [path for path in folder.iterdir() if path.suffix in (".xlsx", ".xls", ".csv")]
    result = read_as(book.read_bytes(), expected["path"], expected["path"][:6])
    assert (result.form, result.outcome, result.period) == (folder.name, expected["outcome"], expected["period"])
    assert [[issue.rule_id, issue.cell] for issue in result.issues] == expected["issues"]
    assert result.rows is not None
    rows = [{name: as_text(value) for name, value in row.items()} for row in result.rows.to_pylist()]
    assert len(rows) == len(expected["rows"])
    for row, wanted in zip(rows, expected["rows"], strict=True):
        assert {name: row[name] for name in wanted} == wanted


def as_text(value: Any) -> str | None:
    """A value as expected.json writes it: decimals without trailing zeros."""
    if value is None or isinstance(value, str):
        return value
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
