"""Reads simulated files back by their cells alone, so that the truth is held against what a clerk would see.

It shares no code with the simulator's layout and none with the reader: it knows printed headers, units and sums.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import openpyxl
import xlrd

Grid = list[list[Any]]
_UNIT = re.compile(r"[(（](万?元|%)[)）]$")
_PER_UNIT = re.compile(r"[(（]元/.*[)）]$")
_FLAG_NOTE = re.compile(r"[(（]1是、2否[)）]$")
_NUMBER = re.compile(r"^(-?[\d,]+(?:\.\d+)?)(万元|元)?(?:[(（].*[)）])?$")


@dataclass
class Table:
    """One sheet: rows of data as {header: cell}, and the stated totals."""

    sheet: str
    headers: list[str]
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    totals: list[tuple[int, str, list[Any], list[int]]] = field(default_factory=list)
    """(row number, label, cells, row numbers that it sums)."""
    sheet_unit: str = ""
    sections: int = 0
    title: str = ""
    subtitle: str = ""


def grids(path: Path) -> list[tuple[str, Grid, list[tuple[int, int, int, int]]]]:
    """(sheet name, cells, merges as top, left, bottom, right) of each sheet that holds anything."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        found = []
        for sheet in book.worksheets:
            merges = [(m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in sheet.merged_cells.ranges]
            found.append((sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)], merges))
        return found
    if path.suffix == ".xls":
        old = xlrd.open_workbook(str(path), formatting_info=True)
        return [
            (
                sheet.name,
                [[None if cell == "" else cell for cell in sheet.row_values(r)] for r in range(sheet.nrows)],
                [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
            )
            for sheet in old.sheets()
            if sheet.nrows
        ]
    data = path.read_bytes()
    text = data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data.decode("gb18030")
    return [("", [[cell or None for cell in row] for row in csv.reader(text.splitlines())], [])]


def bare(header: Any) -> str:
    """A header without its unit or its note on flags."""
    return _FLAG_NOTE.sub("", _UNIT.sub("", _PER_UNIT.sub("", str(header))))


def read(path: Path, spellings: set[str]) -> list[Table]:
    """The tables of a file. ``spellings`` are all words that a header cell of the form may hold."""
    return [_table(name, grid, merges, spellings) for name, grid, merges in grids(path)]


def _table(name: str, grid: Grid, merges: list[tuple[int, int, int, int]], spellings: set[str]) -> Table:
    width = max(len(row) for row in grid)
    grid = [row + [None] * (width - len(row)) for row in grid]
    top = next(r for r, row in enumerate(grid) if sum(bare(cell) in spellings for cell in row if cell is not None) >= 3)
    below = top
    while all(bare(cell) in spellings for cell in grid[below + 1] if cell is not None) and any(grid[below + 1]):
        below += 1
    headers = []
    for c in range(width):
        column = [grid[r][c] for r in range(top, below + 1) if grid[r][c] is not None]
        headers.append(str(column[-1]) if column else "")
    head = [str(cell) for row in grid[:top] for cell in row if cell is not None]
    unit = re.search(r"单位：(万?元)?", " ".join(head))
    table = Table(name, headers, sheet_unit=(unit[1] or "") if unit else "", title=head[0], subtitle=" ".join(head[1:]))
    _fill_merged(grid, merges, below)
    _sort_rows(grid, below + 1, table)
    return table


def _fill_merged(grid: Grid, merges: list[tuple[int, int, int, int]], below: int) -> None:
    for top, left, bottom, right in merges:
        if top > below and left == right:
            for r in range(top + 1, bottom + 1):
                grid[r][left] = grid[top][left]


def _sort_rows(grid: Grid, start: int, table: Table) -> None:
    """Tell data rows from totals, sections and footers by what a person sees."""
    block: list[int] = []
    everything: list[int] = []
    open_totals: list[tuple[int, str, list[Any], list[int]]] = []
    for r in range(start, len(grid)):
        row = grid[r]
        filled = [cell for cell in row if cell is not None]
        label = next((str(cell) for cell in row[:3] if str(cell) in ("小计", "合计")), "")
        if label == "小计":
            table.totals.append((r, label, row, list(block)))
            block = []
        elif label == "合计":
            open_totals.append((r, label, row, everything))
        elif len(filled) == 1 and isinstance(filled[0], str):
            table.sections += bool(re.match(r"[一二三四五六七八九十]+、", filled[0]))
        elif filled:
            table.rows.append((r, row))
            block.append(r)
            everything.append(r)
    table.totals.extend(open_totals)


def number(cell: Any) -> Decimal | None:
    """A number as a person would read it; None where there is none."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return Decimal(repr(cell))
    match = _NUMBER.match(str(cell).strip())
    if not match:
        return None
    try:
        return Decimal(match[1].replace(",", ""))
    except InvalidOperation:
        return None


def unit_of(table: Table, column: int) -> str:
    """元 or 万元 of a money column: its header's, else the sheet's."""
    stated = _UNIT.search(table.headers[column])
    if stated:
        return stated[1]
    return "元" if "元/" in table.headers[column] else table.sheet_unit
