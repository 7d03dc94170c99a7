"""Whole tables of a form as a county may send them: valid rows, laid out by any combination of what was seen in real ones.

The writer knows nothing of how the reader finds its way; what it must find goes beside each row as it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ingest.columns import Column
from ingest.contracts import Contract
from ingest.places import County, Village
from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlsxwriter, by_xlwt
from tests.ingest.properties.values import Cell, Setting, blank, cells

PARENTS = ("基本情况", "有关情况", "补充情况")
PLACES = ("township", "village")


@dataclass(frozen=True)
class Layout:
    """What a table looks like. `places` says how townships are told: in a column, by merged cells, by blanks below the
    first of a block, by section rows, or by sheets; `unit` where the unit of money stands."""

    file: str
    has_title: bool
    has_subtitle: bool
    unit: str
    levels: int
    places: str
    totals: str
    has_subtotals: bool
    has_extra: bool
    has_footer: bool
    blank_lines: bool
    has_numbering: bool
    has_hidden_sheet: bool


PLAIN = Layout(
    file="openpyxl", has_title=True, has_subtitle=False, unit="header", levels=1, places="column", totals="none", has_subtotals=False,
    has_extra=False, has_footer=False, blank_lines=False, has_numbering=True, has_hidden_sheet=False,
)  # fmt: skip


@dataclass
class Made:
    """A file, and the rows that it must be read as, in the order of its sheets and rows."""

    data: bytes = field(repr=False)
    name: str
    layout: Layout
    rows: list[dict[str, Any]] = field(default_factory=list, repr=False)
    pages: list[Page] = field(default_factory=list)


@st.composite
def layouts(draw: st.DrawFn, contract: Contract) -> Layout:
    file = draw(st.sampled_from(["openpyxl", "xlsxwriter", "xls", "csv", "gb18030"]))
    is_text = file in ("csv", "gb18030")
    ways = ["column"]
    if contract.has_village:
        ways += ["blanks", "sections"] + ([] if is_text else ["merged", "sheets"])
    return Layout(
        file=file,
        has_title=draw(st.booleans()),
        has_subtitle=draw(st.booleans()),
        unit=draw(st.sampled_from(["header", "sheet", "row"])),
        levels=1 if is_text else draw(st.integers(1, 3)),
        places=draw(st.sampled_from(ways)),
        totals=draw(st.sampled_from(["none", "last", "first"])),
        has_subtotals=contract.has_village and draw(st.booleans()),
        has_extra=draw(st.booleans()),
        has_footer=draw(st.booleans()),
        blank_lines=draw(st.booleans()),
        has_numbering=draw(st.booleans()),
        has_hidden_sheet=not is_text and draw(st.booleans()),
    )


@st.composite
def tables(draw: st.DrawFn, contract: Contract, county: County, setting: Setting, layout: Layout | None = None) -> Made:
    """A file of a form, with valid rows in any layout, or in the one given."""
    layout = layout or draw(layouts(contract))
    columns = _columns(draw, contract, layout)
    villages = _villages(draw, county)
    blocks: dict[str, list[tuple[dict[str, Cell], dict[str, Any]]]] = {}
    for village in villages:
        row = {c.field: _cell(draw, c, setting, county, village) for c in columns}
        blocks.setdefault(village.township_code, []).append((row, _expected(contract, row, county, village)))
    made = Made(b"", f"621121-通渭县/{contract.title}2020年6月", layout)
    writer = _Writer(contract, columns, layout, county, setting)
    if layout.places == "sheets":
        for code, rows in blocks.items():
            made.pages.append(writer.page({code: rows}, county.townships[code].name))
    else:
        made.pages.append(writer.page(blocks, "Sheet1"))
    made.rows = [expected for rows in blocks.values() for _, expected in rows]
    if layout.has_hidden_sheet:
        made.pages.append(Page([["旧表"], ["甲", "乙", "丙"], [1, 2, 3]], name="旧表", is_hidden=True))
    made.data, suffix = _bytes(layout.file, made.pages)
    made.name += suffix
    return made


def _bytes(file: str, pages: list[Page]) -> tuple[bytes, str]:
    if file == "openpyxl":
        return by_openpyxl(*pages), ".xlsx"
    if file == "xlsxwriter":
        return by_xlsxwriter(*pages), ".xlsx"
    if file == "xls":
        return by_xlwt(*pages), ".xls"
    return by_csv(pages[0], "gb18030" if file == "gb18030" else "utf-8"), ".csv"


def _columns(draw: st.DrawFn, contract: Contract, layout: Layout) -> list[Column]:
    """The columns of the sheet, in an order of its own: a number of rows first, places next where blocks need them."""
    kept = []
    for column in contract.columns:
        if column.type in ("serial", "pair") or (column.type == "township" and layout.places in ("sections", "sheets")):
            continue
        if column.required != "no" or not layout.has_title or draw(st.booleans()):
            kept.append(column)
    front = [c for c in kept if c.type in PLACES]
    rest = draw(st.permutations([c for c in kept if c not in front]))
    if layout.totals == "none" and not layout.has_subtotals and layout.places == "column":
        rest, front = draw(st.permutations([*rest, *front])), []
    return [*front, *rest]


def _villages(draw: st.DrawFn, county: County) -> list[Village]:
    """One to six villages, township by township."""
    names: dict[tuple[str, str], int] = {}
    for village in county.villages.values():
        key = (village.township_code, village.name.removesuffix("村"))
        names[key] = names.get(key, 0) + 1
    usable = [
        v
        for v in county.villages.values()
        if not v.is_community and names[(v.township_code, v.name.removesuffix("村"))] == 1
    ]
    usable = [v for v in usable if v.township_code in sorted(county.townships)[:4]]
    chosen = draw(st.lists(st.sampled_from(usable), min_size=1, max_size=6))
    return sorted(chosen, key=lambda v: v.township_code)


def _cell(draw: st.DrawFn, column: Column, setting: Setting, county: County, village: Village) -> Cell:
    if column.type == "township":
        name = county.townships[village.township_code].name
        return Cell(draw(st.sampled_from([name, f" {name} ", f"通渭县{name}"])), {})
    if column.type == "village":
        whole = [village.full_name, f"{village.name.removesuffix('村')}村"]
        return Cell(draw(st.sampled_from([village.name, *whole])), {})
    if column.type == "places":
        township = county.townships[village.township_code]
        raw = {
            column.field: f"{township.name}{village.full_name}",
            "village_codes": village.code,
            "township_codes": township.code,
        }
        return Cell(raw[column.field], raw)
    if column.required in ("no", "complete") and draw(st.integers(0, 3)) == 0:
        return blank(column)
    return draw(cells(column, setting))


def _expected(contract: Contract, row: dict[str, Cell], county: County, village: Village) -> dict[str, Any]:
    expected = {raw.name: None for raw in contract.raw_columns() if raw.name not in ("sheet_no", "row_no")}
    for cell in row.values():
        expected |= cell.raw
    expected["county_code"] = expected["part_code"] = county.code
    if contract.has_village:
        township = county.townships[village.township_code]
        expected |= {"township_name": township.name, "township_code": township.code, "part_code": township.code}
        expected |= {"village_name": village.name, "village_code": village.code}
    return expected


@dataclass
class _Writer:
    contract: Contract
    columns: list[Column]
    layout: Layout
    county: County
    setting: Setting

    def page(self, blocks: dict[str, list[tuple[dict[str, Cell], dict[str, Any]]]], name: str) -> Page:
        rows: list[list[Any]] = []
        merged: list[tuple[int, int, int, int]] = []
        self._above(rows, merged)
        self._header(rows, merged)
        if self.layout.totals == "first":
            rows.append(self._total("合计", [r for block in blocks.values() for r in block]))
        number = 0
        for code, block in blocks.items():
            if self.layout.places == "sections":
                rows.append([f"{'一二三四五六七'[list(blocks).index(code)]}、{self.county.townships[code].name}"])
            first = len(rows)
            for place, (row, _) in enumerate(block):
                number += 1
                rows.append(self._line(row, number, place))
            place_at = next((i for i, c in enumerate(self.columns) if c.type == "township"), None)
            if self.layout.places == "merged" and place_at is not None and len(block) > 1:
                index = place_at + self.layout.has_numbering
                merged.append((first, index, len(rows) - 1, index))
            if self.layout.has_subtotals:
                rows.append(self._total("小计", block))
            if self.layout.blank_lines:
                rows.append([])
        if self.layout.totals == "last":
            rows.append(self._total("合  计", [r for block in blocks.values() for r in block]))
        if self.layout.has_footer:
            rows += [["备注：以上数据已核对。"], ["填表人：", None, "审核人："]]
        width = max(map(len, rows))
        rows = [[*row, *[None] * (width - len(row))] for row in rows]
        return Page(rows, [_area(*area) for area in merged], name)

    @property
    def width(self) -> int:
        return len(self.columns) + self.layout.has_numbering + self.layout.has_extra

    def _above(self, rows: list[list[Any]], merged: list[tuple[int, int, int, int]]) -> None:
        if self.layout.has_title:
            if self.layout.file not in ("csv", "gb18030") and self.width > 1:
                merged.append((0, 0, 0, self.width - 1))
            rows.append([f"通渭县2020年6月{self.contract.title}"])
        if self.layout.has_subtitle:
            rows.append(["填报单位（盖章）：通渭县农业农村局", None, "填报日期：2020年7月1日"])
        if self.layout.unit == "sheet":
            rows.append([None, f"单位：{self._unit}"])
        if rows and self.layout.blank_lines:
            rows.append([])

    @property
    def _unit(self) -> str:
        return {1: "元", 10_000: "万元"}[self.setting.yuan]

    def _header(self, rows: list[list[Any]], merged: list[tuple[int, int, int, int]]) -> None:
        texts = [self._header_text(c) for c in self.columns]
        first, levels = len(rows), self.layout.levels
        before = ["序号"] if self.layout.has_numbering else []
        after = ["市级编码"] if self.layout.has_extra else []
        leaves = [*before, *texts, *after]
        groups = self._groups(len(before)) if levels > 1 else []
        grid: list[list[Any]] = [[None] * len(leaves) for _ in range(levels)]
        grouped = {c for start, end in groups for c in range(start, end)}
        for c, text in enumerate(leaves):
            top = levels - 1 if c in grouped else 0
            grid[top][c] = text
            if c not in grouped and levels > 1:
                merged.append((first, c, first + levels - 1, c))
        for number, (start, end) in enumerate(groups):
            for level in range(levels - 1):
                grid[level][start] = PARENTS[(number + level) % len(PARENTS)]
                if end - start > 1:
                    merged.append((first + level, start, first + level, end - 1))
        rows += grid
        if self.layout.unit == "row" and any(c.type == "money" for c in self.columns):
            units = [self._unit if self._takes_unit(c) else None for c in self.columns]
            rows.append([*[None] * len(before), *units])

    def _groups(self, offset: int) -> list[tuple[int, int]]:
        """Runs of neighbouring columns (first, after the last) that stand under a parent: those whose own header is no
        word of another column."""
        every = [h for c in self.contract.columns for h in c.headers]
        alone = [
            c.type not in PLACES and not any(c.header in h and h not in c.headers for h in every) for c in self.columns
        ]
        runs, start = [], None
        for index, can in enumerate([*alone, False]):
            if can and start is None:
                start = index
            elif start is not None and (not can or index - start == 4):
                if index - start > 1:
                    runs.append((start + offset, index + offset))
                start = index if can else None
        return runs[:3]

    def _takes_unit(self, column: Column) -> bool:
        return column.type == "money" and "(" not in column.header

    def _header_text(self, column: Column) -> str:
        if column.type == "percent" and "%" not in column.header:
            return f"{column.header}(%)"
        return (
            f"{column.header}（{self._unit}）"
            if self.layout.unit == "header" and self._takes_unit(column)
            else column.header
        )

    def _line(self, row: dict[str, Cell], number: int, place: int) -> list[Any]:
        values = []
        for column in self.columns:
            value = row[column.field].written
            if column.type == "township" and place and self.layout.places in ("blanks", "merged"):
                value = None
            values.append(str(value) if isinstance(value, date) and self.layout.file in ("csv", "gb18030") else value)
        return [
            *([number] if self.layout.has_numbering else []),
            *values,
            *([f"S{number:03d}"] if self.layout.has_extra else []),
        ]

    def _total(self, word: str, block: list[tuple[dict[str, Cell], dict[str, Any]]]) -> list[Any]:
        """A stated total: its word in the first column, the sums of money."""
        line: list[Any] = []
        for column in self.columns:
            amounts = [row[column.field].amount for row, _ in block]
            given = [a for a in amounts if a is not None]
            is_summed = column.type == "money" and column.total == "sum"
            line.append(float(sum(given, Decimal(0))) if is_summed and given else None)
        if self.layout.has_numbering:
            return [word, *line]
        line[0] = word
        return line


def _area(r0: int, c0: int, r1: int, c1: int) -> str:
    from xlsxwriter.utility import xl_range

    return str(xl_range(r0, c0, r1, c1))
