"""Stated 小计 and 合计 against the rows they stand for (R64). Stated totals are never counted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from ingest import issues
from ingest.cell_states import broken_problem
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


def broken_totals(tables: list[Table]) -> list[Issue]:
    """A warning for each stated total that has no value though its cell is not blank: it is compared with nothing."""
    found = []
    for table in tables if any(t.sheet.broken for t in tables) else ():
        for mapped in _summed(table):
            for total in table.body.totals:
                text = table.sheet.broken.get((total.row, mapped.index))
                if text is not None:
                    code, sentence = broken_problem(text)
                    message = f"{total.label}没有核对：{sentence}"
                    cell, row_no = table.sheet.cell(total.row, mapped.index), table.sheet.row_no(total.row)
                    found.append(Issue(code, issues.WARN, issues.NONE, message, table.sheet.name, cell, row_no,
                                       mapped.column.field, mapped.header, text))  # fmt: skip
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
        self.same: dict[str, list[int]] = {}
        for row in self.subtotals:
            self.same.setdefault(self.levels[row], []).append(row)
        self.places: dict[str, int] = {}

    def _position(self, row: int) -> int:
        return bisect_left(self.rows, row)

    def _since(self, rows: list[int], row: int) -> int:
        """The position after the last of some rows before a row; 0 where there is none."""
        return self._position(_before(rows, row))

    def of(self, total: TotalRow) -> list[tuple[int, int]]:
        """Candidates, the likeliest first."""
        here, end = self._position(total.row), len(self.rows)
        if total.word != "小计":
            after = _after(self.grand, total.row)
            return [
                (0, end),
                (0, here),
                (self._since(self.grand, total.row), here),
                (here, end if after is None else self._position(after)),
                (self._since(self.sections, total.row), here),
            ]
        same = self.same[self.levels[total.row]]
        start = max(_before(same, total.row), _before(self.sections, total.row))
        spans = [(self._position(start), here)]
        spans.append((self._since(same, total.row), here))
        spans.append((self._since(self.subtotals, total.row), here))
        later = [r for r in (_after(same, total.row), _after(self.sections, total.row)) if r is not None]
        below = (here, self._position(min(later)) if later else end)
        spans.append(below)
        return [below, *spans] if self.is_above else spans

    def of_place(self, total: TotalRow, county: County, written: Any) -> list[int]:
        """The sum of the township's or village's rows that the label names, wherever they stand."""
        frame = self.table.frame
        township = county.township(total.of)
        if township is None or "township_code" not in frame.columns:
            return []
        if township.code not in self.places:
            mine = (frame["township_code"] == township.code).fill_null(False).to_numpy()
            self.places[township.code] = int(np.where(written.readable & mine, written.values, 0).sum())
        return [self.places[township.code]]


def _before(rows: list[int], row: int) -> int:
    """The last of some rows (in their order) before a row; -1 where there is none."""
    at = bisect_left(rows, row)
    return rows[at - 1] if at else -1


def _after(rows: list[int], row: int) -> int | None:
    at = bisect_right(rows, row)
    return rows[at] if at < len(rows) else None


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
