"""Sheets to bytes: xlsx, xls (as WPS leaves it, with empty Sheet2 and Sheet3) and csv; the same bytes for the same sheets."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
import xlwt

from simulator.layout import Sheet
from simulator.render import Cell, plain

_CREATED = datetime(2020, 7, 1, 9, 0, 0)
SUFFIX = {"xlsx": ".xlsx", "xls": ".xls", "csv_gb18030": ".csv", "csv_utf8": ".csv"}


def to_bytes(kind: str, sheets: list[Sheet]) -> bytes:
    """The file's bytes; ``kind`` is one of xlsx, xls, csv_gb18030, csv_utf8."""
    if kind == "xlsx":
        return _xlsx(sheets)
    if kind == "xls":
        return _xls(sheets)
    return _csv(sheets[0], "gb18030" if kind == "csv_gb18030" else "utf-8-sig")


def _xlsx(sheets: list[Sheet]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED, "author": "填报人"})
        formats = {
            "title": book.add_format({"bold": True, "align": "center", "font_size": 16}),
            "header": book.add_format(
                {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
            ),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        middle = book.add_format({"align": "center", "valign": "vcenter"})
        for sheet in sheets:
            target = book.add_worksheet(sheet.name)
            number, text, day = target.write_number, target.write_string, target.write_datetime
            for r, cells in enumerate(sheet.grid):
                style = _style_of(sheet, r)
                look = formats[style] if style else None
                for c, cell in enumerate(cells):
                    if cell is None:
                        continue
                    if isinstance(cell, str):
                        text(r, c, cell, look)
                    elif isinstance(cell, date):
                        day(r, c, datetime(cell.year, cell.month, cell.day), formats["day"])
                    else:
                        number(r, c, float(cell), look)
            for top, left, bottom, right in sheet.merges:
                style = _style_of(sheet, top)
                value = sheet.grid[top][left]
                cell_format = formats[style] if style else middle
                target.merge_range(top, left, bottom, right, "" if value is None else value, cell_format)
    return buffer.getvalue()


def _style_of(sheet: Sheet, row: int) -> str:
    if row < 1:
        return "title"
    return "header" if sheet.title_rows <= row < sheet.title_rows + sheet.header_rows else ""


def _xls(sheets: list[Sheet]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    plain_style = xlwt.easyxf("")
    for sheet in sheets:
        target = book.add_sheet(sheet.name)
        covered = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
        for r, cells in enumerate(sheet.grid):
            for c, cell in enumerate(cells):
                if cell is None:
                    continue
                look = day if isinstance(cell, date) else plain_style
                value: object = float(cell) if isinstance(cell, Decimal) else cell
                if (r, c) in covered:
                    bottom, right = covered[(r, c)]
                    target.write_merge(r, bottom, c, right, value, look)
                else:
                    target.write(r, c, value, look)
    if len(sheets) == 1:
        for name in ("Sheet2", "Sheet3"):
            book.add_sheet(name)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return plain(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _csv(sheet: Sheet, encoding: str) -> bytes:
    """CRLF, lines as long as their last filled cell: titles and notes are ragged."""
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, lineterminator="\r\n")
    for cells in sheet.grid:
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        out.writerow(texts)
    return buffer.getvalue().encode(encoding)
