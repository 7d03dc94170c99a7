"""Workbooks for tests, made by the writers that counties' programs resemble: openpyxl, XlsxWriter, xlwt, csv."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.cell.cell import MergedCell

Grid = Sequence[Sequence[Any]]
Change = Callable[[bytes], bytes]


@dataclass
class Page:
    """One worksheet: rows of cells, merged ranges such as 'A1:F1', hidden or not."""

    rows: Grid
    merged: Sequence[str] = ()
    name: str = "Sheet1"
    is_hidden: bool = False
    formats: dict[str, str] = field(default_factory=dict)


def by_openpyxl(*pages: Page) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name)
        for row in page.rows:
            sheet.append([None if v == "" else v for v in row])
        for area in page.merged:
            sheet.merge_cells(area)
        for cell, number_format in page.formats.items():
            if not isinstance(sheet[cell], MergedCell):
                sheet[cell].number_format = number_format
        if page.is_hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_xlsxwriter(*pages: Page) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy/m/d"})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        for r, row in enumerate(page.rows):
            for c, value in enumerate(row):
                if value not in ("", None):
                    sheet.write(r, c, value)
        for area in page.merged:
            first = area.split(":")[0]
            r, c = xlsxwriter.utility.xl_cell_to_rowcol(first)
            sheet.merge_range(area, page.rows[r][c])
        if page.is_hidden:
            sheet.hide()
    book.close()
    return out.getvalue()


def by_xlwt(*pages: Page) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for page in pages:
        sheet = book.add_sheet(page.name)
        covered = set()
        for area in page.merged:
            (r0, c0), (r1, c1) = (xlsxwriter.utility.xl_cell_to_rowcol(part) for part in area.split(":"))
            sheet.write_merge(r0, r1, c0, c1, page.rows[r0][c0])
            covered |= {(r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
        for r, row in enumerate(page.rows):
            for c, value in enumerate(row):
                if value in ("", None) or (r, c) in covered:
                    continue
                sheet.write(r, c, value, day) if isinstance(value, date) else sheet.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_csv(page: Page, encoding: str = "utf-8", delimiter: str = ",", newline: str = "\r\n") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    for row in page.rows:
        writer.writerow(["" if v is None else v for v in row])
    return out.getvalue().encode(encoding)


def rebuilt(book: bytes, changes: dict[str, Change] | None = None, more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with some parts changed (or left out, where the change gives b'') and some added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = (changes or {}).get(part.filename, lambda data: data)(old.read(part))
            if content:
                new.writestr(part.filename, content)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def replaced(old: bytes, new: bytes) -> Change:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new)

    return change


def that_kills_its_reader(page: Page) -> bytes:
    """A workbook with two cells far apart, in a sheet too large for the gate to walk through: calamine aborts over it."""
    filler = f"<!--{random.Random(1).randbytes(5 << 20).hex()}-->"
    rows = '<row r="999999"><c r="ZZ999999"><v>1</v></c></row></sheetData>'
    change = replaced(b"</sheetData>", (filler + rows).encode())
    return rebuilt(by_xlsxwriter(page), {"xl/worksheets/sheet1.xml": change})
