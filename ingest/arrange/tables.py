"""Several tables of one form on a sheet: one below the other, each with a header, or side by side under one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ingest.grid import Sheet
from ingest.headers import Band, HeaderMap, best_band
from ingest.recognise import heading_of
from ingest.text import is_blank

MIN_FIELDS = 3


def tables_of(
    sheet: Sheet, band: Band, header_map: HeaderMap, units: list[str], next_number: int
) -> list[tuple[Sheet, Band]]:
    """The tables of a sheet whose first header is known, in reading order; most sheets have one.

    Each is the sheet with everything else blanked, so that rows and columns keep their places. From the second on they
    are numbered from `next_number`, for two tables side by side share their row numbers.
    """  # fmt: skip
    found = []
    for part, header, own_units in _below_each_other(sheet, band, header_map, units):
        found += _side_by_side(part, header, header_map, own_units)
    return [
        (replace(table, number=sheet.number if not i else next_number + i - 1, _paths={}), header)
        for i, (table, header) in enumerate(found)
    ]


# ------------------------------------------------------------------------------------------------- below each other
def _below_each_other(
    sheet: Sheet, band: Band, header_map: HeaderMap, units: list[str]
) -> list[tuple[Sheet, Band, list[str]]]:
    """A header further down whose columns stand elsewhere, or have other units, begins a table of its own, under the
    units that its own title rows name. (One that repeats the first is passed over as rows are sorted.)"""
    parts, start, header = [], 0, band
    for row in _header_rows(sheet, band, header_map):
        if row < header.last:
            continue
        top = _title_row(sheet, row, header.last)
        rest, rows = _rows_between(sheet, top, len(sheet.rows)), range(max(top, row - 3), row + 4)
        title = replace(sheet, rows=sheet.rows[top:row], merged=[], _paths={})
        other_units = heading_of(title, row - top).units or units
        other = best_band(rest, header_map, other_units, rows)
        if other is None or len(other.mapped) < MIN_FIELDS or _same_columns(other, header):
            continue
        parts.append((_rows_between(sheet, start, top), header, units))
        start, header, units = top, other, other_units
    parts.append((_rows_between(sheet, start, len(sheet.rows)), header, units))
    return parts


def _header_rows(sheet: Sheet, band: Band, header_map: HeaderMap) -> list[int]:
    """Rows below the header that hold the header of a needed column once more, and two more headers at least."""
    needed = {m.column.field for m in band.mapped.values() if m.column.required == "recognise"}
    texts = {
        value
        for row in sheet.rows[band.first : band.last]
        for value in row
        if isinstance(value, str) and (found := header_map.field_of((value,))) and found[0] in needed
    }
    if not texts:
        return []
    apart = texts.isdisjoint
    hits = [r for r in range(band.last, len(sheet.rows)) if not apart(sheet.rows[r])]
    return [r for r in hits if _headers_in(sheet.rows[r], header_map) >= MIN_FIELDS]


def _headers_in(row: list[Any], header_map: HeaderMap) -> int:
    return sum(1 for value in row if isinstance(value, str) and value and header_map.field_of((value,)) is not None)


def _title_row(sheet: Sheet, row: int, last: int) -> int:
    """The first of the rows of one or two texts that stand right above a header: its title, place and unit."""
    while row > last and 0 < sum(not is_blank(v) for v in sheet.rows[row - 1]) <= 2:
        row -= 1
    return row


def _same_columns(a: Band, b: Band) -> bool:
    """Whether two headers put the same fields into the same columns, in the same units."""
    return {(n, m.index, m.factor) for n, m in a.mapped.items()} == {
        (n, m.index, m.factor) for n, m in b.mapped.items()
    }


def _rows_between(sheet: Sheet, first: int, last: int) -> Sheet:
    if first == 0 and last == len(sheet.rows):
        return sheet
    blank = [""] * sheet.width
    rows = [blank] * first + sheet.rows[first:last]
    merged = [m for m in sheet.merged if m[0] >= first and m[2] < last]
    return replace(sheet, rows=rows, merged=merged, _paths={})


# ----------------------------------------------------------------------------------------------------- side by side
def _side_by_side(sheet: Sheet, band: Band, header_map: HeaderMap, units: list[str]) -> list[tuple[Sheet, Band]]:
    """The blocks of a header that begins anew further to the right."""
    starts = _block_starts(sheet, band, header_map)
    if len(starts) < 2:
        return [(sheet, band)]
    blocks = []
    for start, end in zip(starts, [*starts[1:], sheet.width], strict=True):
        block = _columns_between(sheet, band.first, 0 if start == starts[0] else start, end)
        header = best_band(block, header_map, units, range(band.first, band.last))
        if header is not None:
            blocks.append((block, header))
    return blocks


def _block_starts(sheet: Sheet, band: Band, header_map: HeaderMap) -> list[int]:
    """Columns at which the header begins; more than one where each block has the needed columns of the first."""
    fields: list[str | None] = []
    for path in sheet.header_paths(band.first, band.last):
        found = header_map.field_of(path) if path else None
        fields.append(found[0] if found else None)
    needed = {n for n, m in band.mapped.items() if m.column.required == "recognise"}
    first = next((i for i, name in enumerate(fields) if name is not None), 0)
    starts = [i for i, name in enumerate(fields) if name is not None and name == fields[first]]
    if len(starts) < 2 or not needed:
        return starts[:1]
    for start, end in zip(starts, [*starts[1:], len(fields)], strict=True):
        block = set(filter(None, fields[start:end]))
        if not needed <= block or len(block) < MIN_FIELDS:
            return starts[:1]
    return starts


def _columns_between(sheet: Sheet, first_row: int, start: int, end: int) -> Sheet:
    """The sheet with the columns outside of a block blanked from its header on; what stands above is everybody's."""
    left, right = [""] * start, [""] * (sheet.width - end)
    rows = sheet.rows[:first_row] + [left + row[start:end] + right for row in sheet.rows[first_row:]]
    merged = [m for m in sheet.merged if m[0] < first_row or (m[1] >= start and m[3] < end)]
    return replace(sheet, rows=rows, merged=merged, _paths={})
