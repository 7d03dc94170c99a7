"""A clerk at work: the rows of a county's own workbook typed into a blank one, as its words and checks ask for."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from ingest.columns import Column
from ingest.context import Context
from ingest.contracts import Contract
from ingest.formats import open_sheets
from ingest.grid import Sheet
from ingest.read import ReadResult, read
from ingest.text import cell_place, is_blank
from workbooks.blank.book import FIRST_ROW, HEADER_ROW
from workbooks.blank.columns import columns_of, header_of, in_written_unit

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
Row = dict[str, Any]


@dataclass(frozen=True)
class Ledger:
    """What a county sent in a layout of its own: how it reads, and its rows as a clerk would type them again."""

    result: ReadResult
    rows: tuple[Row, ...]


@cache
def forms() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in FIXTURES.glob("*/expected.json")))


def ledger(form: str, context: Context) -> Ledger:
    """The accepted rows of the form's fixture."""
    folder = FIXTURES / form
    path = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["path"]
    [book] = [p for p in folder.iterdir() if p.suffix in (".xlsx", ".xls", ".csv")]
    data = book.read_bytes()
    result = read(data, path, folder_county=path[:6], context=context)
    assert result.rows is not None
    sheets = {sheet.number: sheet for sheet in open_sheets(data)}
    layouts = {layout["sheet_no"]: layout["columns"] for layout in result.layout["sheets"]}
    contract = context.contracts[form]
    rows = []
    for values in result.rows.to_pylist():
        cells = _cells(sheets[values["sheet_no"]], layouts[values["sheet_no"]], values["row_no"], contract)
        rows.append({c.field: typed(c, values, cells.get(c.field)) for c in columns_of(contract)})
    return Ledger(result, tuple(rows))


def _cells(sheet: Sheet, layout: dict[str, Any], row_no: int, contract: Contract) -> Row:
    """The row's own cells; a blank one of a block takes the one above it."""
    found = {}
    for name, place in layout.items():
        index, row = cell_place(place["column"] + "1")[1], row_no - 1
        while contract.by_field[name].fill == "block" and is_blank(sheet.rows[row][index]) and row > 0:
            row -= 1
        found[name] = sheet.rows[row][index]
    return found


def typed(column: Column, values: Row, cell: Any) -> Any:
    """What the clerk types for a column: persons' data as the ledger has them, all else in the words of the form."""
    name, kind = column.field, column.type
    if kind == "serial" or column.holds_persons:
        return None if is_blank(cell) else cell
    if kind == "quantity":
        return None if values[name] is None else f"{_plain(values[name])}{values[f'{name}_unit'] or ''}"
    if kind == "date_or_word":
        return values[f"{name}_date"] or values[f"{name}_text"]
    if kind == "date_range":
        ends = values[f"{name}_start_date"], values[f"{name}_end_date"]
        return None if None in ends else "-".join(f"{d.year}年{d.month}月{d.day}日" for d in ends)
    if column.as_written:
        return values[column.as_written]
    value = values[name]
    if kind == "status_year" and values[f"{name}_year"]:
        return f"{value}({values[f'{name}_year']})"
    if kind == "exit_year" and value is None and column.flag and values[column.flag] is False:
        return "未退出"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return float(in_written_unit(column, str(value)))
    return value


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def opened(template: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(template))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill(book: openpyxl.Workbook, contract: Contract, rows: tuple[Row, ...]) -> Worksheet:
    """Types rows below the headers of the workbook's first sheet, which it returns."""
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[HEADER_ROW + 1]}
    for number, row in enumerate(rows, FIRST_ROW + 1):
        for column in columns_of(contract):
            if row[column.field] is not None:
                sheet.cell(number, at[header_of(column)]).value = row[column.field]
    return sheet


def same_rows(one: ReadResult, other: ReadResult, without: frozenset[str] = frozenset()) -> bool:
    """Whether two readings hold the same values, wherever in their sheets these stand."""
    return _values(one, without) == _values(other, without)


def _values(result: ReadResult, without: frozenset[str]) -> list[Row]:
    assert result.rows is not None, (result.refusal, [(i.cell, i.message) for i in result.issues])
    away = without | {"sheet_no", "row_no"}
    return [{k: v for k, v in row.items() if k not in away} for row in result.rows.to_pylist()]


def is_let_in(validation: Any, value: Any, lists: dict[str, list[Any]]) -> bool:
    """Whether a check of the kinds that need no formula lets a value in without stopping the clerk."""
    if value is None or validation.type in ("custom", None) or validation.errorStyle == "warning":
        return True
    if validation.type == "list":
        return not validation.showErrorMessage or value in lists.get(validation.formula1, [value])
    low, high = float(validation.formula1), float(validation.formula2)
    if validation.type == "date":
        value = (value - date(1899, 12, 30)).days
    if validation.type == "whole" and value != int(value):
        return False
    return low <= (len(value) if validation.type == "textLength" else value) <= high


def checks_of(sheet: Worksheet) -> dict[int, Any]:
    """The data validation of each column (from 1) below the headers."""
    areas = [(next(iter(v.sqref.ranges)), v) for v in sheet.data_validations.dataValidation]
    return {area.min_col: v for area, v in areas if area.min_row == FIRST_ROW + 1}


def lists_in(book: openpyxl.Workbook) -> dict[str, list[Any]]:
    """The values of each named list."""
    found = {}
    for name, defined in book.defined_names.items():
        for title, area in defined.destinations:
            found[name] = [cell.value for row in book[title][area] for cell in row]
    return found
