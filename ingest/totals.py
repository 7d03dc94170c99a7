"""Stated 小计 and 合计 against the rows they stand for (R64). Stated totals are never counted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from ingest import issues
from ingest.headers import Mapped
from ingest.issues import Issue
from ingest.number_cells import written_number
from ingest.numbers import Number, plain
from ingest.places import County
from ingest.rows import TotalRow
from ingest.series import SCALE, scaled, unscaled
from ingest.table import Table
from ingest.text import show


@dataclass(frozen=True)
class Stated:
    """One stated total of one column: what it says and what the rows give, in the kept unit.

    `unit` is the unit in which the county wrote the column and `factor` what one of it is in the kept unit.
    """

    sheet: str
    cell: str
    row_no: int
    label: str
    field: str
    header: str
    stated: Decimal
    computed: Decimal
    agrees: bool
    shown: str
    unit: str
    factor: Decimal

    @property
    def stated_text(self) -> str:
        return self._as_written(self.stated)

    @property
    def computed_text(self) -> str:
        return self._as_written(self.computed)

    def _as_written(self, value: Decimal) -> str:
        return f"{plain(value / self.factor, 8)} {self.unit}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet, "cell": self.cell, "label": self.label, "field": self.field, "header": self.header,
            "stated": plain(self.stated), "computed": plain(self.computed), "agrees": self.agrees,
            "stated_text": self.stated_text, "computed_text": self.computed_text,
        }  # fmt: skip

    def issue(self) -> Issue:
        message = f"{self.label}写的是 {self.stated_text}，按各行相加为 {self.computed_text}，请核对"
        return Issue(issues.TOTAL_DIFFERS, issues.ERROR, issues.NONE, message, self.sheet, self.cell, self.row_no, self.field,
                     self.header, self.shown)  # fmt: skip


def check_totals(tables: list[Table], county: County | None) -> list[Stated]:
    """All stated totals of a file, sheet by sheet, each compared with every set of rows that its place can mean.

    A 小计 means the rows since the 小计 of its level before it, or since the section's beginning; one that names a
    township means that township's rows; where the first 小计 stands above all rows, each means the rows below it. A
    合计 means all rows of the sheet, or of the file, or since the 合计 before it. A row outside every 小计 is fine.
    """
    found = []
    for table in tables:
        for mapped in _summed(table):
            found += list(_column_totals(table, tables, mapped, county))
    return found


def _summed(table: Table) -> Iterator[Mapped]:
    for mapped in table.band.mapped.values():
        if mapped.column.field in table.written and mapped.column.total == "sum":
            yield mapped


def _column_totals(table: Table, tables: list[Table], mapped: Mapped, county: County | None) -> Iterator[Stated]:
    name = mapped.column.field
    written = table.written[name]
    numbers = [(t, written_number(mapped, table.sheet.rows[t.row][mapped.index])) for t in table.body.totals]
    given = [(t, n) for t, n in numbers if n is not None]
    if not given:
        return
    decimals = max(n.decimals for _, n in given)
    tolerance = 0 if written.decimals <= decimals else scaled(mapped.factor * Decimal(10) ** -decimals) - 1
    sums = np.concatenate(([0], np.cumsum(np.where(written.readable, written.values, 0))))
    spans = _Spans(table, county)
    whole = sum(int(_all(t, name)) for t in tables)
    for total, number in given:
        stated = scaled(number.kept)
        candidates = [int(sums[b] - sums[a]) for a, b in spans.of(total)]
        if total.of and county is not None:
            candidates += spans.of_place(total, county, written)
        if total.word != "小计":
            candidates.append(whole)
        agrees = any(abs(stated - c) <= tolerance for c in candidates)
        yield _stated(table, mapped, total, number, candidates[0], agrees)


def _all(table: Table, name: str) -> int:
    written = table.written.get(name)
    return 0 if written is None else int(np.where(written.readable, written.values, 0).sum())


def _stated(table: Table, mapped: Mapped, total: TotalRow, number: Number, computed: int, agrees: bool) -> Stated:
    return Stated(
        sheet=table.sheet.name,
        cell=table.sheet.cell(total.row, mapped.index),
        row_no=table.sheet.row_no(total.row),
        label=total.label,
        field=mapped.column.field,
        header=mapped.header,
        stated=number.kept,
        computed=unscaled(computed),
        agrees=agrees,
        shown=show(table.sheet.rows[total.row][mapped.index]),
        unit=mapped.unit or "",
        factor=mapped.factor,
    )


class _Spans:
    """Which stretches of a sheet's data rows (first, last exclusive, by position) a total can stand for."""

    def __init__(self, table: Table, county: County | None) -> None:
        self.rows = table.body.data
        self.sections = [r for r, _ in table.body.sections]
        self.table = table
        self.levels: dict[int, str] = {t.row: _level(t, county) for t in table.body.totals}
        self.subtotals = [t.row for t in table.body.totals if t.word == "小计"]
        self.grand = [t.row for t in table.body.totals if t.word != "小计"]
        self.is_above = bool(self.subtotals) and (not self.rows or self.subtotals[0] < self.rows[0])

    def _position(self, row: int) -> int:
        return bisect_left(self.rows, row)

    def of(self, total: TotalRow) -> list[tuple[int, int]]:
        """Candidates, the likeliest first."""
        here, end = self._position(total.row), len(self.rows)
        if total.word != "小计":
            before = [self._position(r) for r in self.grand if r < total.row]
            after = [self._position(r) for r in self.grand if r > total.row]
            last = before[-1] if before else 0
            section = [self._position(r) for r in self.sections if r < total.row]
            return [
                (0, end),
                (0, here),
                (last, here),
                (here, after[0] if after else end),
                (section[-1] if section else 0, here),
            ]
        same = [r for r in self.subtotals if self.levels[r] == self.levels[total.row]]
        section_starts = [r for r in self.sections if r < total.row]
        previous = [r for r in same if r < total.row]
        start = max([*previous[-1:], *section_starts[-1:]], default=-1)
        spans = [(self._position(start), here)]
        spans.append((self._position(previous[-1]) if previous else 0, here))
        any_before = [r for r in self.subtotals if r < total.row]
        spans.append((self._position(any_before[-1]) if any_before else 0, here))
        later = [r for r in [*same, *self.sections] if r > total.row]
        below = (here, self._position(min(later)) if later else end)
        spans.append(below)
        return [below, *spans] if self.is_above else spans

    def of_place(self, total: TotalRow, county: County, written: Any) -> list[int]:
        """The sum of the township's or village's rows that the label names, wherever they stand."""
        frame = self.table.frame
        township = county.township(total.of)
        if township is not None and "township_code" in frame.columns:
            mine = (frame["township_code"] == township.code).fill_null(False).to_numpy()
            return [int(np.where(written.readable & mine, written.values, 0).sum())]
        return []


def _level(total: TotalRow, county: County | None) -> str:
    if not total.of:
        return "plain"
    if total.of.endswith(("镇", "乡", "街道")) or (county is not None and county.township(total.of) is not None):
        return "township"
    return "village" if total.of.endswith(("村", "社区")) else "named"


def sums(tables: list[Table], accepted: list[np.ndarray]) -> dict[str, dict[str, str]]:
    """Per number column of the file: the sum as written and the sum of the accepted rows, in the kept unit."""
    found: dict[str, dict[str, str]] = {}
    for name in {n for t in tables for n in t.written}:
        written = sum(_all(t, name) for t in tables)
        kept = 0
        for table, mask in zip(tables, accepted, strict=True):
            if name in table.frame.columns and name in table.written:
                values = table.frame[name].fill_null(0).to_numpy()
                kind = next((m.column.type for m in table.band.mapped.values() if m.column.field == name), "")
                kept += int(values[mask].sum()) * (SCALE if kind == "int" else 1)
        found[name] = {"written": plain(unscaled(written)), "accepted": plain(unscaled(kept))}
    return found
