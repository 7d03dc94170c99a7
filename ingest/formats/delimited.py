"""csv and tsv: text whose encoding and separator are told by its content."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

from ingest.formats.parts import MAX_CELLS, MAX_ROWS
from ingest.grid import Lines, Sheet
from ingest.issues import UNREADABLE, Refusal

MAX_COLUMNS = 2000
LOOKED_AT, CHARACTERS_LOOKED_AT = (
    200,
    1 << 18,
)  # lines by which the separator is told, and how much of a text of long ones
# The likeliest first: among equals the earlier one is taken.
SEPARATORS = (",", "\t", ";", "|", "，", "；", "^", "~", "\x1f", ":", " ")
_CUT_OFF = "文件不完整：最后一个字只有一半，文件可能没有传完或被截断，请重新导出后报送"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def sheets(data: bytes) -> list[Sheet]:
    """The one sheet of a text file; its name is ''.

    Raises:
        Refusal: S01, where encoding or quotes are wrong.
    """
    text = decode(data)
    if "\x00" in text:
        raise Refusal(UNREADABLE, "文本文件里有空字符，内容不可靠，请重新导出后报送")
    csv.field_size_limit(1 << 20)
    rows: list[list[Any]] = []
    spanning: set[int] = set()
    separator, width, ended = separator_of(text), 0, 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        for row in reader:
            if reader.line_num > ended + 1:
                spanning.add(len(rows))
            ended = reader.line_num
            width = max(width, len(row))
            if width > MAX_COLUMNS:
                raise Refusal(UNREADABLE, f"文本表格有 {width} 列，不像正常的表格")
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise Refusal(UNREADABLE, f"文本表格多于 {MAX_ROWS} 行，请拆分后报送")
    except csv.Error:
        sentence = "文本表格的引号不配对（文件也可能没有传完），或一格太长，读不出各列，请重新导出后报送"
        raise Refusal(UNREADABLE, sentence) from None
    if width * len(rows) > MAX_CELLS:
        raise Refusal(UNREADABLE, "文本表格展开后过大，请删去多余的空行空列或拆分后报送")
    widths = list(map(len, rows))
    for row in rows:
        row.extend([""] * (width - len(row)))
    lines = Lines(rows, widths, separator, frozenset(spanning), is_ended=text.endswith(("\n", "\r")))
    return [Sheet(name="", number=1, rows=rows, lines=lines)]


def separator_of(text: str) -> str:
    """The separator under which the most cells stand in rows of the same width: titles, notes and thousands separators
    give few, or rows of many widths."""
    lines = [line for line in text[:CHARACTERS_LOOKED_AT].splitlines()[:LOOKED_AT] if line.strip()]
    best, most = ",", 0
    for mark in SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark, strict=True))
        except csv.Error:  # a quoted cell goes on past the lines looked at, or this is not the separator
            widths = Counter(line.count(mark) + 1 for line in lines)
        # One line alone says little: it may be a note of many clauses
        cells = max(
            (
                count * (width - 1) if count > 1 else min(width - 1, 1)
                for width, count in widths.items()
                if width <= MAX_COLUMNS
            ),
            default=0,
        )
        if cells > most:
            best, most = mark, cells
    return best


def is_utf16(data: bytes) -> bool:
    """Whether bytes with NULs among them are text in UTF-16: by its mark, or by NULs that mostly stand on one side."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return _utf16_side(data) is not None


def _utf16_side(data: bytes) -> str | None:
    """UTF-16 without a mark, by the side on which most NULs stand: those of plain letters and digits. A few on the other
    side are whole characters such as 一 (U+4E00)."""
    head = data[: 1 << 16]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even == odd:
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data[: len(data) & ~1].decode(name)  # the last character may have been cut off
    except UnicodeDecodeError:
        return None
    is_lines = "\n" in text or "\r" in text
    return name if is_lines and "".join(text.split()).isprintable() else None


def _is_cut_off(error: UnicodeDecodeError) -> bool:
    """Whether everything is sound but the last character, of which only the beginning is there."""
    reasons = ("unexpected end of data", "truncated data", "incomplete multibyte sequence")
    return error.reason in reasons and error.start > 0 and error.end >= len(error.object) - 1


def decode(data: bytes) -> str:
    """By byte-order mark, else UTF-16 where NULs say so, else strict UTF-8, else strict GB18030 (which is checked later
    by the headers found).

    Raises:
        Refusal: S01, where it is none of these.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError as error:
                if _is_cut_off(error):
                    raise Refusal(UNREADABLE, _CUT_OFF) from None
                raise Refusal(UNREADABLE, "文本文件的编码有误，请另存为 UTF-8 后报送") from None
    wide = _utf16_side(data) if b"\x00" in data else None
    for name in (wide,) if wide else ("utf-8", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError as error:
            if _is_cut_off(error):
                raise Refusal(UNREADABLE, _CUT_OFF) from None
    raise Refusal(UNREADABLE, "文本文件的编码认不出，请另存为 UTF-8 或 GB18030 后报送")
