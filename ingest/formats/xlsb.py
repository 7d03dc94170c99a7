"""xlsb: values by calamine; merged ranges, hidden rows and columns and errors from the sheets' binary records.

Records of MS-XLSB: a type of one or two bytes and a length of one to four, seven bits each, little-endian.
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Iterator

from ingest.formats import gate
from ingest.formats.xlsx import MAX_COLUMNS, by_calamine
from ingest.grid import Merge, Sheet
from ingest.issues import UNREADABLE, Refusal

_ROW, _CELL_ERROR, _FORMULA_ERROR, _COLUMN, _MERGE, _SHEET, _BOOK = 0, 3, 11, 60, 176, 156, 153
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(Id|Target)="([^"]*)"')


def sheets(data: bytes) -> list[Sheet]:
    """All worksheets.

    Raises:
        Refusal: S01, where the workbook cannot be read.
    """
    try:
        with gate.workbook(data) as archive:
            archive.check_rest()
            found = by_calamine(data, lambda sheet: [])
            names = {gate.plain_name(name): name for name in archive.namelist()}
            parts, is_1904 = _parts(
                archive.read(names["xl/workbook.bin"]), archive.read(names["xl/_rels/workbook.bin.rels"])
            )
            for sheet in found:
                sheet.is_1904 = is_1904
                part = names.get(parts.get(sheet.name, ""))
                if part is not None:
                    _describe(sheet, archive.read(part))
    except (*gate.DAMAGE, KeyError, struct.error, IndexError):
        raise Refusal(UNREADABLE, "工作簿不完整或已损坏，请重新保存后报送") from None
    return found


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
        yield kind, data[at : at + length]
        at += length


def _parts(book: bytes, rels: bytes) -> tuple[dict[str, str], bool]:
    """Names of worksheets and where each lies; whether days count from 1904."""
    targets = {}
    for node in _RELATION.findall(rels):
        pairs = dict(_ATTRIBUTE.findall(node))
        target = pairs.get(b"Target", b"").decode("utf-8", "replace")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        targets[pairs.get(b"Id", b"").decode("utf-8", "replace")] = gate.plain_name(full)
    parts, is_1904 = {}, False
    for kind, body in _records(book):
        if kind == _BOOK:
            is_1904 = bool(body[0] & 1)
        elif kind == _SHEET:
            relation, at = _wide(body, 8)
            name, _ = _wide(body, at)
            parts[name] = targets.get(relation, "")
    return parts, is_1904


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """A counted UTF-16 string, and where it ends."""
    count = struct.unpack_from("<I", body, at)[0]
    end = at + 4 + 2 * count
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _describe(sheet: Sheet, part: bytes) -> None:
    merged: list[Merge] = []
    hidden_rows, hidden_columns, row = set(), set(), 0
    for kind, body in _records(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", body)[0]
            if body[11] & 0x10:
                hidden_rows.add(row)
        elif kind == _COLUMN:
            first, last = struct.unpack_from("<II", body)
            if body[16] & 1:
                hidden_columns |= set(range(first, min(last + 1, MAX_COLUMNS)))
        elif kind == _MERGE:
            r0, r1, c0, c1 = struct.unpack_from("<IIII", body)
            merged.append((r0, c0, r1, c1))
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            column = struct.unpack_from("<I", body)[0]
            sheet.broken[(row, column)] = _ERRORS.get(body[8], "#ERROR!")
    sheet.merged = merged
    sheet.hidden_rows, sheet.hidden_columns = frozenset(hidden_rows), frozenset(hidden_columns)
