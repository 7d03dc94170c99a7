"""From rows to sheets: title, header bands, sections, totals, merged cells and footers, with every row's cell known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from simulator.render import Cell, money_writer, number_cell, writer
from simulator.rows import Column, Form, Row
from simulator.style import Style
from simulator.titles import Heading


@dataclass
class Total:
    """A stated 小计 or 合计 of one column."""

    sheet: int
    row: int
    column: int
    field: str
    value: Decimal


@dataclass
class Sheet:
    """A grid of cells; rows and columns count from 0. ``head`` rows are title and header."""

    name: str
    grid: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    title_rows: int = 0
    header_rows: int = 0


@dataclass
class Book:
    """One workbook before it has a file format; ``at`` gives each row's (sheet, row)."""

    sheets: list[Sheet]
    columns: dict[str, int]
    at: dict[int, tuple[int, int]]
    """By ``id`` of the row."""
    totals: list[Total]
    features: set[str]


def cell_name(row: int, column: int) -> str:
    """Zero-based row and column as A1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def chinese_number(number: int) -> str:
    """1-99 as clerks number their sections: 一, 十, 十一, 二十一."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones else "")


def written_sum(rows: list[Row], field: str) -> Decimal:
    """Sum of what can be read in a column, right or wrong."""
    values = (row.values.get(field) for row in rows)
    return sum((Decimal(value) for value in values if value is not None), Decimal(0))


class _Painter:
    """Fills one sheet from the top."""

    def __init__(self, book: Book, form: Form, style: Style, name: str) -> None:
        self.book, self.form, self.style = book, form, style
        self.sheet = Sheet(name)
        self.index = len(book.sheets)
        book.sheets.append(self.sheet)
        self.width = len(style.columns)
        self.can_merge = not style.kind.startswith("csv")
        self.writers: list[Callable[[Row], Cell]] = [writer(column, style) for column in style.columns]
        self.merge_from: dict[str, tuple[object, int]] = {}
        self.household_block = {column.field for column in style.columns if column.per_household}

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if self.can_merge and (top, left) != (bottom, right):
            self.sheet.merges.append((top, left, bottom, right))

    def line(self) -> list[Cell]:
        cells: list[Cell] = [None] * self.width
        self.sheet.grid.append(cells)
        return cells

    @property
    def next_row(self) -> int:
        return len(self.sheet.grid)

    def wide_text(self, text: str) -> None:
        """A text over the whole width: titles, section rows, footers."""
        row = self.next_row
        self.line()[0] = text
        self.merge(row, 0, row, self.width - 1)

    def spread(self, texts: tuple[str, ...]) -> None:
        """Several texts in separate merged cells of one row."""
        row, n = self.next_row, len(texts)
        cells = self.line()
        edges = [i * self.width // n for i in range(n + 1)]
        for i, text in enumerate(texts):
            cells[edges[i]] = text
            self.merge(row, edges[i], row, edges[i + 1] - 1)

    def head(self, heading: Heading) -> None:
        """Title and sub-title rows, then one to three header rows."""
        self.wide_text(heading.title)
        parts = heading.parts
        if self.style.subtitle == "two_rows" and len(parts) > 2:
            self.spread(parts[:-1])
            self.spread(parts[-1:])
        elif parts:
            self.spread(parts)
        if self.style.kind == "csv_gb18030":
            while self.next_row < 3:
                self.line()
        self.sheet.title_rows = self.next_row
        self.header()
        self.sheet.header_rows = self.next_row - self.sheet.title_rows

    def header(self) -> None:
        """Bands above their columns; a column without a band is merged downwards."""
        paths = [self._path(column) for column in self.style.columns]
        depth = max(len(path) for path in paths)
        first = self.next_row
        rows = [self.line() for _ in range(depth)]
        for at, path in enumerate(paths):
            for level, text in enumerate(path[:-1]):
                if at == 0 or paths[at - 1][: level + 1] != path[: level + 1] or len(paths[at - 1]) <= level + 1:
                    rows[level][at] = text
                    last = at
                    while last + 1 < len(paths) and len(paths[last + 1]) > level + 1 and (
                        paths[last + 1][: level + 1] == path[: level + 1]
                    ):  # fmt: skip
                        last += 1
                    self.merge(first + level, at, first + level, last)
            top = len(path) - 1
            rows[top][at] = path[-1]
            self.merge(first + top, at, first + depth - 1, at)

    def _path(self, column: Column) -> tuple[str, ...]:
        path = [self.style.headers[column.field]]
        band = column.band if self.style.levels else None
        while band:
            path.insert(0, self.style.band_headers[band])
            band = self.form.bands[band].parent
        return tuple(path)

    def body(self, rows: list[Row]) -> None:
        """Sections, data rows and totals in the style's order."""
        style = self.style
        counter = _Counter(style.seq)
        if style.totals in ("first", "sub_first"):
            self.total("合计", rows)
        for number, (_, block) in enumerate(groupby(rows, key=self._section_key), 1):
            members = list(block)
            counter.section()
            if style.has_sections:
                self.section(number, members)
            for row in members:
                self.data(row, counter)
            self.close_merges()
            if style.totals.startswith("sub"):
                self.total("小计", members)
        if style.totals in ("last", "sub_last"):
            self.total("合计", rows)

    def _section_key(self, row: Row) -> str:
        if self.form.sections == "group":
            return row.group
        return str(row.values["_village"].township_code) if self.form.has_place else ""

    def section(self, number: int, rows: list[Row]) -> None:
        """``一、平襄镇`` or ``二、产业扶贫(项目共计：3个；总投资：120万元)``."""
        name = rows[0].group if self.form.sections == "group" else rows[0].values["_village"].township_name
        text = f"{chinese_number(number)}、{name}"
        self.wide_text(text + (self.form.section_note(rows) if self.form.section_note else ""))

    def data(self, row: Row, counter: _Counter) -> None:
        at = self.next_row
        cells = [write(row) for write in self.writers]
        self.sheet.grid.append(cells)
        self.book.at[id(row)] = (self.index, at)
        for i, column in enumerate(self.style.columns):
            if column.field == "seq_no":
                cells[i] = counter.next()
            elif column.field in ("township_name", "village_name"):
                self._place_block(i, column.field, cells, at, row)
            elif self.style.merges_households and column.per_household:
                self._hold(i, column.field, (row.group, cells[i]), cells, at)

    def _place_block(self, i: int, field: str, cells: list[Cell], at: int, row: Row) -> None:
        """Leave a repeated township or village blank under its first cell."""
        if self.style.place_mode == "repeat":
            return
        key: tuple[object, ...] = (row.values["_village"].township_code, row.raw.get("township_name"))
        if field == "village_name":
            key = (*key, cells[i])
        self._hold(i, field, key, cells, at)

    def _hold(self, i: int, field: str, key: object, cells: list[Cell], at: int) -> None:
        """Blank the cell if it repeats the block above it; else end that block and begin one."""
        held = self.merge_from.get(field)
        if held and held[0] == key:
            cells[i] = None
            return
        self._close(field, i, at - 1)
        self.merge_from[field] = (key, at)

    def _close(self, field: str, column: int, last: int) -> None:
        held = self.merge_from.pop(field, None)
        if held and (self.style.place_mode == "merge" or field in self.household_block):
            self.merge(held[1], column, last, column)

    def close_merges(self) -> None:
        for i, column in enumerate(self.style.columns):
            if column.field in self.merge_from:
                self._close(column.field, i, self.next_row - 1)

    def total(self, label: str, rows: list[Row]) -> None:
        """A row of sums over the rows as written; its serial cell holds the count where the county does so."""
        at = self.next_row
        cells = self.line()
        first = self.style.columns[0].field
        if first == "seq_no" and self.style.seq == "count_in_total":
            cells[0], cells[1] = len(rows), label
        else:
            cells[0] = label
        for i, column in enumerate(self.style.columns):
            if not column.total or cells[i] is not None:
                continue
            value = written_sum(rows, column.field)
            cells[i] = total_cell(column, self.style, value)
            self.book.totals.append(Total(self.index, at, i, column.field, value))

    def foot(self, heading: Heading) -> None:
        for text in heading.footers:
            self.wide_text(text)


class _Counter:
    """Serial numbers: running, starting anew per section, or left out here and there."""

    def __init__(self, how: str) -> None:
        self.how, self.value = how, 0

    def section(self) -> None:
        if self.how == "restart":
            self.value = 0

    def next(self) -> int | None:
        self.value += 1
        return None if self.how == "sparse" and self.value % 7 == 0 else self.value


def total_cell(column: Column, style: Style, value: Decimal) -> Cell:
    """A sum in the hand of its column."""
    if column.kind == "money":
        return money_writer(column, style)(value)
    how = style.number_styles[column.field]
    return number_cell(int(value) if value == int(value) else value, "number" if how == "with_unit" else how)


def _sheets(form: Form, style: Style, rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    if style.split == "sheets" and form.has_place:
        for _, block in groupby(rows, key=lambda row: row.values["_village"].township_code):
            members = list(block)
            yield members[0].values["_village"].township_name, members
    else:
        yield "Sheet1", rows


def lay_out(form: Form, style: Style, heading: Heading, rows: list[Row]) -> Book:
    """One workbook of one form. Rows must already stand in the order of their townships or groups."""
    columns = {field: i for i, column in enumerate(style.columns) for field in (*column.pair, column.field) if field}
    book = Book([], columns, {}, [], set(style.features))
    for name, members in _sheets(form, style, rows):
        painter = _Painter(book, form, style, "" if style.kind.startswith("csv") else name)
        painter.head(heading)
        painter.body(members)
        painter.foot(heading)
    return book
