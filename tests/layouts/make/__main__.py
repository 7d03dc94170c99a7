"""Which workbooks there are: each form in two formats, and in each format what a sheet says beside its values."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from tests.layouts import lay
from tests.layouts.honest import FORMS, Honest, honest
from tests.layouts.make import office, sheetjs
from tests.layouts.make.book import Book, Cell, SheetData

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
# folder below fixtures/, ending, SheetJS's bookType (None: LibreOffice). SheetJS writes neither marks nor days from 1904
# into ods, no days from 1904 into xlsb, and no hidden rows into BIFF.
WRITERS: tuple[tuple[str, str, str | None], ...] = (
    ("xlsx/libreoffice", "xlsx", None),
    ("xls/libreoffice", "xls", None),
    ("ods/libreoffice", "ods", None),
    ("et/libreoffice", "et", None),
    ("xls/sheetjs-biff8", "xls", "biff8"),
    ("xls/sheetjs-biff5", "xls", "biff5"),
    ("xlsb/sheetjs", "xlsb", "xlsb"),
    ("ods/sheetjs", "ods", "ods"),
    ("xlsm/sheetjs", "xlsm", "xlsm"),
)
LAYOUTS: tuple[tuple[str, Callable[[Honest], Any]], ...] = (
    ("two-levels", lay.two_levels),
    ("titles", lay.title_and_units),
    ("three-levels", lay.three_levels),
    ("totals", lay.totals_last),
    ("empty-sheets", lay.with_empty_sheets),
)


def tables() -> dict[Path, tuple[str | None, Book]]:
    """Each form by two writers, in two layouts; days as days, places merged where a form has them."""
    found: dict[Path, tuple[str | None, Book]] = {}
    for number, form in enumerate(FORMS):
        for turn in range(2):
            folder, ending, kind = WRITERS[(2 * number + 5 * turn) % len(WRITERS)]
            layout, lays = LAYOUTS[(number + 2 * turn) % len(LAYOUTS)]
            found[FIXTURES / folder / f"{form}-{layout}.{ending}"] = (kind, Book.of(lays(honest(form))))
    return found


def marks() -> Book:
    """Village income: a formula with its value, errors in a remark, in an amount and in a total, a hidden row, a hidden
    column, a hidden sheet, a note at a cell."""
    table = honest("village_income")
    page = lay.page(table)
    rows = [list(row) for row in page.rows]
    rows[3][table.at("合计")] = Cell(3.1, "formula", "SUM(F4:J4)", note="已核对")
    rows[5][table.at("备注")] = Cell("#N/A", "error", "NA()")
    rows[6][table.at("补助收入")] = Cell("#REF!", "error", "#REF!+1")
    total: list[Any] = [""] * len(table.header)
    total[0] = "合计"
    total[table.at("上年收入")] = Cell(20.4, "formula", "SUM(E4:E7)")
    total[table.at("补助收入")] = Cell("#REF!", "error", "#REF!+1")
    data = SheetData("Sheet1", [*rows, total], list(page.merged), [4], [table.at("发包及上交收入")])
    old = SheetData("旧表", [list(row) for row in lay.page(table).rows], is_hidden=True)
    return Book([data, old])


def days_from_1904() -> Book:
    """Household awards in a workbook whose days count from 1904: two days as such, two as bare numbers."""
    table = honest("household_awards")
    rows = [list(row) for row in lay.page(table).rows]
    column = table.at("验收日期")
    for row, value in zip(rows[3:], [date(2020, 5, 27), date(2020, 5, 28), 42518, 42519], strict=True):
        row[column] = value
    return Book([SheetData("Sheet1", rows)], is_1904=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the committed workbooks of tests/layouts/fixtures/.")
    parser.add_argument("--sheetjs", type=Path, required=True, metavar="FOLDER", help="a node_modules with xlsx in it")
    modules = parser.parse_args().sheetjs
    books = tables()
    for folder, ending, kind in WRITERS:
        if kind != "ods":
            books[FIXTURES / folder / f"marks.{ending}"] = (kind, marks())
        if kind not in ("ods", "xlsb"):
            books[FIXTURES / folder / f"days-from-1904.{ending}"] = (kind, days_from_1904())
    office.write({path: book for path, (kind, book) in books.items() if kind is None})
    sheetjs.write({path: (kind, book) for path, (kind, book) in books.items() if kind is not None}, modules)


if __name__ == "__main__":
    main()
