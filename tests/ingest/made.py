"""Forms made for one test: a contract of a few columns and checks, and rows read under it as a county's file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.context import Context
from ingest.contracts import Contract, load
from ingest.read import ReadResult, read
from tests.ingest.books import Page, by_openpyxl

Made = Callable[..., ReadResult]


def column(field: str, kind: str, header: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": kind, "header": header, "required": "no", **more}


def check(kind: str, at: str, **more: Any) -> dict[str, Any]:
    """A check R99 that only tells, its sentence being `expected|limit`."""
    told = {"rule": "R99", "severity": "error", "effect": "none", "message": "{expected}|{limit}"}
    return {"kind": kind, "at": at, **told, **more}


# Two columns more, so that a form of one column is still told.
_MORE = (column("pad_a", "int", "甲项"), column("pad_b", "int", "乙项"))


def contract(folder: Path, columns: Sequence[dict[str, Any]], checks: Sequence[dict[str, Any]] = ()) -> Contract:
    """A county's form 试验表, told by its column 名称 (name); all checks run as row checks do."""
    data = {
        "id": "F99", "name": "trial", "title": "试验表", "titles": ["试验情况表"], "grain": "每项一行", "period": "stock",
        "scope": "county", "comment": "试验表", "row_checks": list(checks),
        "columns": [{**column("name", "text", "名称"), "required": "recognise"}, *columns, *_MORE],
    }  # fmt: skip
    path = folder / "trial.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return load(path)


@pytest.fixture
def made(context: Context, tmp_path: Path) -> Made:
    """Reads rows (without 名称, which is added) under a made contract, as 通渭县's."""

    def reader(
        columns: Sequence[dict[str, Any]],
        rows: Sequence[Sequence[Any]],
        *checks: dict[str, Any],
        header: Sequence[str] | None = None,
        county: str | None = "621121",
        **changes: Any,
    ) -> ReadResult:
        form = contract(tmp_path, columns, checks)
        heads = ["名称", *(header if header is not None else [c["header"] for c in columns]), "甲项", "乙项"]
        lines = [[f"第{n}项", *row, 1, 1] for n, row in enumerate(rows, 1)]
        data = by_openpyxl(Page([["2020年6月试验情况表"], heads, *lines]))
        under = replace(context, contracts={"trial": form}, needs_county=False, **changes)
        return read(data, "表.xlsx", folder_county=county, context=under)

    return reader


def told(result: ReadResult) -> list[tuple[int, str]]:
    """Row (from 1, in the order given) and sentence of every R99."""
    assert result.refusal is None, result.refusal
    return [((i.row_no or 0) - 2, i.message) for i in result.issues if i.rule_id == "R99"]


def values(result: ReadResult, name: str) -> list[Any]:
    assert result.rows is not None, result.refusal
    return list(result.rows[name].to_pylist())
