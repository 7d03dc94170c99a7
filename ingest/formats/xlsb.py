"""xlsb: the binary workbook of MS-XLSB, read from its records.

A record is a type of one or two bytes and a length of one to four, seven bits each, little-endian. (calamine drops the
short cells, BrtShort…, without a word, so this format has a reader of its own.)
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ingest.formats import gate
from ingest.formats.number_formats import is_day, is_day_number
from ingest.formats.parts import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from ingest.grid import Merge, Sheet
from ingest.issues import UNREADABLE, Refusal

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')
_DAMAGED = "工作簿不完整或已损坏，请重新保存后报送"
_TOO_LARGE = "工作簿展开后过大，请删去多余的空行空列或拆分后报送"

# Record types
_ROW, _FIRST_CELL, _LAST_FORMULA, _FIRST_SHORT, _LAST_SHORT = 0, 1, 11, 12, 18
_STRING_ITEM, _FORMAT, _XF, _XFS, _XFS_END, _COLUMN, _MERGE, _SHEET, _BOOK = 19, 44, 47, 617, 618, 60, 176, 156, 153
# A short cell's type is that of the full one, eleven further on: it has no column of its own.
_SHORT_OF = {12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6, 18: 7}


@dataclass
class _Book:
    """What the workbook's parts say that all of its sheets need: strings, and the styles whose numbers are days."""

    strings: list[str] = field(default_factory=list)
    day_styles: set[int] = field(default_factory=set)
    is_1904: bool = False


def sheets(data: bytes) -> list[Sheet]:
    """All worksheets.

    Raises:
        Refusal: S01, where the workbook cannot be read.
    """
    try:
        with gate.workbook(data) as archive:
            return list(_sheets(archive))
    except (*gate.DAMAGE, KeyError, IndexError, struct.error):
        raise Refusal(UNREADABLE, _DAMAGED) from None


def _sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    names = {gate.plain_name(name): name for name in archive.namelist()}
    if gate.LIST_OF_TYPES not in names:
        raise KeyError(gate.LIST_OF_TYPES)

    def part(name: str) -> bytes:
        return archive.read(names[name]) if name in names else b""

    book = _Book(_strings(part("xl/sharedstrings.bin")), _day_styles(part("xl/styles.bin")))
    targets = _targets(archive.read(names["xl/_rels/workbook.bin.rels"]))
    number = 0
    for kind, body in _records(archive.read(names["xl/workbook.bin"])):
        if kind == _BOOK:
            book.is_1904 = bool(body[0] & 1)
        elif kind == _SHEET:
            number += 1
            relation, at = _wide(body, 8)
            name, _ = _wide(body, at)
            target = targets.get(relation, "")
            if "/worksheets/" in target:  # not a chart's or a macro's sheet
                is_visible = struct.unpack_from("<I", body)[0] == 0
                yield _Reader(book).read(part(target), name, number, is_visible)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | data[at] << 7, at + 1
        length = shift = 0
        for _ in range(4):
            byte, at = data[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + length > len(data):
            raise IndexError("a record reaches past the end")
        yield kind, data[at : at + length]
        at += length


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """A counted UTF-16 string, and where it ends."""
    end = at + 4 + 2 * struct.unpack_from("<I", body, at)[0]
    if end > len(body):
        raise IndexError("a string reaches past its record")
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _targets(rels: bytes) -> dict[str, str]:
    found = {}
    for node in _RELATION.findall(rels):
        pairs = {key: value.decode("utf-8", "replace") for key, value in _ATTRIBUTE.findall(node)}
        target = pairs.get(b"Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        found[pairs.get(b"Id", "")] = gate.plain_name(full)
    return found


def _strings(part: bytes) -> list[str]:
    return [_wide(body, 1)[0] for kind, body in _records(part) if kind == _STRING_ITEM]


def _day_styles(part: bytes) -> set[int]:
    """Numbers of the cell styles under which a number is shown as a day."""
    own: dict[int, bool] = {}
    found: set[int] = set()
    is_cell, number = False, 0
    for kind, body in _records(part):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", body)[0]] = is_day(_wide(body, 2)[0])
        elif kind in (_XFS, _XFS_END):
            is_cell = kind == _XFS
        elif kind == _XF and is_cell:
            used = struct.unpack_from("<H", body, 2)[0]
            if own.get(used, is_day_number(used)):
                found.add(number)
            number += 1
    return found


class _Reader:
    """One sheet as its records come."""

    def __init__(self, book: _Book) -> None:
        self.book = book
        self.epoch = datetime(1904, 1, 1) if book.is_1904 else datetime(1899, 12, 30)
        self.cells: dict[int, dict[int, Any]] = {}
        self.broken: dict[tuple[int, int], str] = {}
        self.merged: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()

    def read(self, part: bytes, name: str, number: int, is_visible: bool) -> Sheet:
        row = column = 0
        for kind, body in _records(part):
            if kind == _ROW:
                row, column = struct.unpack_from("<I", body)[0], -1
                if row >= MAX_ROWS:
                    raise Refusal(UNREADABLE, _DAMAGED)
                if body[11] & 0x10:
                    self.hidden_rows.add(row)
            elif _FIRST_CELL <= kind <= _LAST_FORMULA:
                column = struct.unpack_from("<I", body)[0]
                self._cell(row, column, kind, struct.unpack_from("<I", body, 4)[0] & 0xFFFFFF, body, 8)
            elif _FIRST_SHORT <= kind <= _LAST_SHORT:
                column += 1
                self._cell(row, column, _SHORT_OF[kind], struct.unpack_from("<I", body)[0] & 0xFFFFFF, body, 4)
            elif kind == _COLUMN:
                first, last = struct.unpack_from("<II", body)
                if body[16] & 1:
                    self.hidden_columns |= set(range(first, min(last + 1, MAX_COLUMNS)))
            elif kind == _MERGE:
                r0, r1, c0, c1 = struct.unpack_from("<IIII", body)
                self.merged.append((r0, c0, r1, c1))
        return self._sheet(name, number, is_visible)

    def _cell(self, row: int, column: int, kind: int, style: int, body: bytes, at: int) -> None:
        if column >= MAX_COLUMNS:
            raise Refusal(UNREADABLE, _DAMAGED)
        value: Any = ""
        if kind == 2:
            value = self._number(_rk(struct.unpack_from("<I", body, at)[0]), style)
        elif kind in (3, 11):
            self.broken[(row, column)] = _ERRORS.get(body[at], "#ERROR!")
        elif kind in (4, 10):
            value = bool(body[at])
        elif kind in (5, 9):
            value = self._number(struct.unpack_from("<d", body, at)[0], style)
        elif kind in (6, 8):
            value = _wide(body, at)[0]
        elif kind == 7:
            value = self.book.strings[struct.unpack_from("<I", body, at)[0]]
        if value != "":
            self.cells.setdefault(row, {})[column] = value

    def _number(self, value: float, style: int) -> Any:
        if style in self.book.day_styles and 0 < value < 2_958_466:
            return self.epoch + timedelta(days=value)
        return value

    def _sheet(self, name: str, number: int, is_visible: bool) -> Sheet:
        height = max([0, *(r + 1 for r in self.cells), *(r + 1 for r, _ in self.broken)])
        width = max([0, *(max(cells) + 1 for cells in self.cells.values()), *(c + 1 for _, c in self.broken)])
        if height * width > MAX_CELLS:
            raise Refusal(UNREADABLE, _TOO_LARGE)
        rows: list[list[Any]] = [[""] * width for _ in range(height)]
        for r, cells in self.cells.items():
            for c, value in cells.items():
                rows[r][c] = value
        hidden = frozenset(self.hidden_rows), frozenset(self.hidden_columns)
        return Sheet(name, number, rows, self.merged, is_visible, *hidden, self.broken, self.book.is_1904)


def _rk(packed: int) -> float:
    """A number of four bytes: a whole one of 30 bits, or the upper half of a double; perhaps in hundredths."""
    if packed & 2:
        value = float(packed >> 2) if packed < 0x80000000 else float((packed >> 2) - (1 << 30))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value
