"""Honest rows of each of the forms, and what they must read to: written down by hand in `tables/<form>.yml`.

`title`, `unit` and `header` are a plain table's, `rows` its cells, and `reads` the raw columns of each row that are not
null (`place` stands for the columns of a place; tokens beside masks are expected by themselves). `needed` is a column
whose cell costs its row, `groups` are (parent, first header, last header) of a second level of headers, `sums` the
headers that a total adds up, `merge` the columns that a household's rows share. All people are made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.read import ReadResult

COUNTY, FOLDER = "621121", "621121-通渭县"
# Villages of 通渭县 with the codes of the national list of 2020
_PLACES = {
    "中林": ("平襄镇", "621121100", "中林", "621121100206"),
    "瓦石": ("平襄镇", "621121100", "瓦石", "621121100217"),
    "锦屏": ("马营镇", "621121101", "锦屏", "621121101226"),
    "回岔": ("马营镇", "621121101", "回岔", "621121101220"),
}
_PLACE_COLUMNS = ("township_name", "township_code", "village_name", "village_code")
_BOOKKEEPING = frozenset({"sheet_no", "row_no", "county_code", "part_code"})


@dataclass(frozen=True)
class Honest:
    """A form's plain table: `rows` are cells under `header`, `reads` the non-null raw columns of each row."""

    form: str
    title: str
    unit: str
    period: str
    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    reads: tuple[dict[str, Any], ...]
    needed: str
    groups: tuple[tuple[str, str, str], ...]
    sums: tuple[str, ...]
    merge: tuple[str, ...]

    @property
    def has_village(self) -> bool:
        return "行政村" in self.header

    @property
    def name(self) -> str:
        return f"{FOLDER}/{self.title}.xlsx"

    def at(self, header: str) -> int:
        return self.header.index(header)

    def with_cell(self, row: int, header: str, value: Any) -> Honest:
        """The same table with another value in one cell."""
        cells = [list(r) for r in self.rows]
        cells[row][self.at(header)] = value
        return replace(self, rows=tuple(tuple(r) for r in cells))

    def reading(self, row: int, **fields: Any) -> Honest:
        """The same table with other readings of a row; None takes a field out."""
        found = [dict(r) for r in self.reads]
        found[row] |= fields
        return replace(self, reads=tuple({k: v for k, v in r.items() if v is not None} for r in found))

    def townships(self) -> list[tuple[str, list[int]]]:
        """Each township with the positions of its rows, in order."""
        found: dict[str, list[int]] = {}
        column = next(i for i, h in enumerate(self.header) if h in ("乡镇", "乡(镇)"))
        for position, row in enumerate(self.rows):
            found.setdefault(row[column], []).append(position)
        return list(found.items())


@cache
def honest(form: str) -> Honest:
    """The honest table of a form."""
    text = (Path(__file__).parent / "tables" / f"{form}.yml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return Honest(
        form=form,
        title=data["title"],
        unit=data["unit"],
        period=data.get("period", "2020-06"),
        header=tuple(data["header"]),
        rows=tuple(tuple(row) for row in data["rows"]),
        reads=tuple(_whole(row) for row in data["reads"]),
        needed=data["needed"],
        groups=tuple(tuple(group) for group in data["groups"]),
        sums=tuple(data["sums"]),
        merge=tuple(data.get("merge", ())),
    )


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    row = dict(row)
    place = row.pop("place", None)
    if place is not None:
        row |= dict(zip(_PLACE_COLUMNS, _PLACES[place], strict=True))
    return row | {name.replace("_mask", "_token"): "token" for name in row if name.endswith("_mask")}


FORMS = sorted(path.stem for path in (Path(__file__).parent / "tables").glob("*.yml"))
VILLAGE_FORMS = [form for form in FORMS if honest(form).has_village]
COUNTY_FORMS = [form for form in FORMS if form not in VILLAGE_FORMS]


def plain(value: Any) -> str | None:
    """A value as both sides are compared: decimals without trailing zeros, days in ISO form."""
    if value is None or isinstance(value, (str, bool)):
        return None if value is None else str(value)
    if isinstance(value, (int, float, Decimal)):
        text = f"{Decimal(str(value)):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    assert isinstance(value, date)
    return value.isoformat()


def readings(result: ReadResult) -> list[dict[str, str | None]]:
    """The accepted rows as plain texts, every raw column but the bookkeeping; a token is told from none, no more."""
    assert result.rows is not None, f"{result.refusal_code} {result.refusal}"
    return [
        {
            name: ("token" if value is not None else None) if name.endswith("_token") else plain(value)
            for name, value in row.items()
            if name not in _BOOKKEEPING
        }
        for row in result.rows.to_pylist()
    ]


def told(result: ReadResult, severity: str = "info") -> list[tuple[str, str | None]]:
    """Rule and cell of everything said, that of a severity left out."""
    return [(i.rule_id, i.cell) for i in result.issues if i.severity != severity]


def expect(
    result: ReadResult, table: Honest, rows: list[int] | None = None, issues: list[tuple[str, str | None]] | None = None
) -> None:
    """The rows of an honest table (or those at some positions) and nothing else; issues but information as given."""
    assert result.outcome in ("loaded", "partly"), f"{result.refusal_code} {result.refusal}"
    assert told(result) == (issues or []), [(i.rule_id, i.cell, i.message) for i in result.issues]
    assert (result.form, result.county_code, result.period) == (table.form, COUNTY, table.period)
    assert result.rows is not None
    wanted = [table.reads[i] for i in (range(len(table.reads)) if rows is None else rows)]
    found = readings(result)
    for at, (row, want) in enumerate(zip(found, wanted, strict=False)):
        assert {k: v for k, v in row.items() if v is not None} == {k: plain(v) for k, v in want.items()}, f"row {at}"
    assert len(found) == len(wanted)
    for row in result.rows.to_pylist():
        assert row["county_code"] == COUNTY and row["part_code"] in (row.get("township_code"), COUNTY)
