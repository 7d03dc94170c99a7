"""A workbook of another format written anew as xlsx from its grid: values, merged ranges, what is hidden, widths."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import xlsxwriter

from ingest.grid import UNCOMPUTED, Sheet
from workbooks.annotated.summary import width_of
from workbooks.safe_text import for_workbook, is_formula_like

LOOKED_AT = 300  # rows by which widths are told
NARROWEST, WIDEST = 8, 50
MOST_FILES = 30  # a child process may have 64 files open
LARGEST_MERGE = 100_000  # cells; a larger range is a mistake of the writer's
_LONG_NUMBER = re.compile(r"\d{11,}")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_BARE_SHEET = "原文件"
_BARE_WORDS = "原文件打不开，这里没有它的内容。请按“退改说明”处理后重新报送原表。"


def from_grid(sheets: list[Sheet]) -> tuple[bytes, dict[str, str]]:
    """Write sheets as xlsx.

    Returns:
        Its bytes, and the sheets' names as they were -> as they are now. Without sheets, one that says so stands there.
    """
    out = io.BytesIO()
    # One row at a time is held: a county's csv may have hundreds of thousands. Each sheet has a file open then.
    is_spooled = len(sheets) <= MOST_FILES
    options = {"constant_memory": is_spooled, "strings_to_formulas": False, "strings_to_urls": False,
               "date_1904": any(sheet.is_1904 for sheet in sheets)}  # fmt: skip
    book = xlsxwriter.Workbook(out, options)
    names: dict[str, str] = {}
    if not sheets:
        page = book.add_worksheet(_BARE_SHEET)
        page.set_column(0, 0, 80)
        page.write_string(0, 0, _BARE_WORDS)
    writer = _SheetWriter(book)
    for sheet in sheets:
        names[sheet.name] = _free_name(sheet.name, {name.lower() for name in names.values()})
        page = book.add_worksheet(names[sheet.name])
        if not sheet.is_visible and any(s.is_visible for s in sheets):
            page.hide()
        writer.write(page, sheet)
    book.close()
    return out.getvalue(), names


def _free_name(name: str, taken: set[str]) -> str:
    """A name that a sheet of an xlsx may have and no other has."""
    base = _FORBIDDEN.sub("_", for_workbook(name)).strip().strip("'")[:31] or "表1"
    found, number = base, 1
    while found.lower() in taken or found.lower() == "history":
        number += 1
        found = f"{base[: 31 - len(str(number))]}{number}"
    return found


class _SheetWriter:
    """Writes grids into one workbook."""

    def __init__(self, book: Any) -> None:
        self._text = book.add_format({"num_format": "@"})
        self._guarded = book.add_format({"num_format": "@", "quote_prefix": True})
        self._day = book.add_format({"num_format": "yyyy/m/d"})
        self._moment = book.add_format({"num_format": "yyyy/m/d h:mm:ss"})
        self._time = book.add_format({"num_format": "h:mm:ss"})
        self._span = book.add_format({"num_format": "[h]:mm:ss"})

    def write(self, page: Any, sheet: Sheet) -> None:
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width, None, {"hidden": column in sheet.hidden_columns})
        begins: dict[int, list[tuple[int, int, int, int]]] = {}
        for area in _sound(sheet):
            begins.setdefault(area[0], []).append(area)
        for r, row in enumerate(sheet.rows):
            if r in sheet.hidden_rows:
                page.set_row(r, None, None, {"hidden": True})
            # Stated with the first row: of rows that have gone out nothing can be stated. A blank writes no cell.
            for area in begins.get(r, ()):
                page.merge_range(*area, "")
            for c, value in enumerate(row):
                if value == "" or value is None:
                    value = sheet.broken.get((r, c), "")
                    value = "" if value == UNCOMPUTED else value
                if value != "":
                    self._value(page, r, c, value)

    def _value(self, page: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, str):
            text = for_workbook(value)
            look = self._guarded if is_formula_like(text) else self._text if _LONG_NUMBER.search(text) else None
            page.write_string(row, column, text, look)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value)
        elif isinstance(value, datetime):
            is_day = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
            page.write_datetime(row, column, value, self._day if is_day else self._moment)
        elif isinstance(value, date):
            page.write_datetime(row, column, value, self._day)
        elif isinstance(value, time):
            page.write_datetime(row, column, value, self._time)
        elif isinstance(value, timedelta):
            page.write_datetime(row, column, value, self._span)
        else:
            page.write_number(row, column, value)


def _sound(sheet: Sheet) -> list[tuple[int, int, int, int]]:
    """Merged ranges within the grid, of more than one cell, that do not overlap earlier ones."""
    taken: set[tuple[int, int]] = set()
    found = []
    for r0, c0, r1, c1 in sheet.merged:
        r1, c1 = min(r1, len(sheet.rows) - 1), min(c1, sheet.width - 1)
        size = (r1 - r0 + 1) * (c1 - c0 + 1)
        if r1 < r0 or c1 < c0 or not 1 < size <= LARGEST_MERGE:
            continue
        cells = {(r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
        if taken.isdisjoint(cells):
            taken |= cells
            found.append((r0, c0, r1, c1))
    return found


def _widths(sheet: Sheet) -> list[float]:
    """Of each column as its first rows need it; titles over several columns count for none."""
    merged = {(r0, c0) for r0, c0, r1, c1 in sheet.merged if c1 > c0}
    widths: list[float] = [NARROWEST] * sheet.width
    for r, row in enumerate(islice(sheet.rows, LOOKED_AT)):
        filled = [c for c, value in enumerate(row) if value not in ("", None)]
        if len(filled) <= 1:
            continue
        for c in filled:
            if (r, c) not in merged:
                value = row[c]
                needed = 11 if isinstance(value, date) else width_of(str(value)) + 2
                widths[c] = min(max(widths[c], needed), WIDEST)
    return widths
