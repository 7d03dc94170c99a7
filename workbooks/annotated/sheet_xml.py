"""A worksheet's XML edited as a stream: formats of marked cells are changed, missing cells are added, the rest passes.

A sheet of a hundred thousand rows unpacks to far more than its file's size, so it is never held as a whole: what stands
before and after the rows is (`Outline`), the rows go by in blocks.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from ingest.text import cell_name, cell_place
from workbooks.annotated.markup import (
    ATTRIBUTES,
    RELATIONS,
    CannotEdit,
    attribute,
    children,
    with_attribute,
    without_attribute,
)
from workbooks.annotated.package import utf8

Place = tuple[int, int]  # row and column from 0
Marks = dict[int, dict[int, str]]  # row -> column -> severity

_CHUNK = 1 << 20
_MOST_AROUND = 64 << 20  # bytes before the rows, and after them
_ROWS_BEGIN = re.compile(rb"<((?:[\w.-]+:)?)sheetData\b[^>]*?(/?)>")
# What has to stand after the reference to the drawing of comments, by the schema of a worksheet
_AFTER_COMMENTS = frozenset(
    ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
)


@dataclass
class Outline:
    """What stands around a sheet's rows, and where (in bytes) the rows begin and end."""

    prefix: str
    head: str
    tail: str
    begin: int
    end: int

    @cached_property
    def merged(self) -> list[tuple[int, int, int, int]]:
        """Merged ranges as first row, first column, last row, last column, from 0."""
        found = []
        for reference in re.findall(r"""mergeCell\s[^>]*?ref=["']([A-Za-z0-9:$]+)["']""", self.tail):
            try:
                first, last = (cell_place(name) for name in reference.split(":"))
            except ValueError:
                continue
            found.append((*first, *last))
        return found

    def shown(self, place: Place) -> Place:
        """The cell that shows what stands at a place: the first of the merged range that covers it."""
        for r0, c0, r1, c1 in self.merged:
            if r0 <= place[0] <= r1 and c0 <= place[1] <= c1:
                return r0, c0
        return place

    def column_style(self, column: int) -> int:
        """The format that a column gives to cells that have none."""
        for attributes in re.findall(r"<(?:[\w.-]+:)?col\s([^>]*)>", self.head):
            first, last = attribute(attributes, "min") or "0", attribute(attributes, "max") or "0"
            if int(first) <= column + 1 <= int(last):
                return int(attribute(attributes, "style") or 0)
        return 0

    def deselect(self) -> None:
        """The sheet is not among those that are shown as chosen: what is typed would go into all of these."""
        self.head = re.sub(r"""\stabSelected=["'](?:1|true)["']""", "", self.head)

    def drawing_of_comments(self) -> str | None:
        """The relation of the drawing in which the sheet's comments are boxes."""
        for element in children(self.tail, self.tail.find(">") + 1):
            if element.name == "legacyDrawing":
                return next((v for v in re.findall(r"""\w+:id=["']([^"']+)["']""", element.attributes)), None)
        return None

    def refer_to_drawing(self, relation: str) -> None:
        """State the relation of the drawing of comments, at the place where a worksheet has it."""
        start = self.tail.find(">") + 1
        place = self.tail.rfind("</")
        for element in children(self.tail, start):
            if element.name in _AFTER_COMMENTS:
                place = element.start
                break
        addition = f'<{self.prefix}legacyDrawing xmlns:r="{RELATIONS}" r:id="{relation}"/>'
        self.tail = self.tail[:place] + addition + self.tail[place:]


def outline(stream: IO[bytes]) -> Outline:
    """Look through a sheet once.

    Raises:
        CannotEdit: it has no rows' element, or too much around it.
    """
    data = b""
    while (begins := _ROWS_BEGIN.search(data)) is None:
        chunk = stream.read(_CHUNK)
        data += chunk
        if not chunk or len(data) > _MOST_AROUND:
            raise CannotEdit("no sheetData")
    prefix = begins[1]
    head, begin = data[: begins.end()], begins.end()
    if begins[2]:  # an empty element: it is opened, and closed again after the rows
        head = data[: begins.start()] + b"<" + prefix + b"sheetData>"
        rest = b"</" + prefix + b"sheetData>" + data[begins.end() :] + stream.read(_MOST_AROUND)
        return Outline(prefix.decode(), utf8(head), utf8(rest), begin, begin)
    close = b"</" + prefix + b"sheetData"
    position, window = begin, data[begin:]
    while (found := window.find(close)) < 0:
        chunk = stream.read(_CHUNK)
        if not chunk:
            raise CannotEdit("sheetData does not end")
        kept = window[-len(close) :]
        position += len(window) - len(kept)
        window = kept + chunk
    tail = window[found:] + stream.read(_MOST_AROUND)
    if stream.read(1):
        raise CannotEdit("too much after the rows")
    return Outline(prefix.decode(), utf8(head), utf8(tail), begin, position + found)


class SheetEditor:
    """Writes a sheet with its marks."""

    def __init__(self, around: Outline, marks: Marks, style: Callable[[int, str], int]) -> None:
        """`style` gives for a format and a severity the number of the format with its fill."""
        self._around, self._marks, self._style = around, marks, style
        prefix = re.escape(around.prefix)
        self._row = re.compile(rf"<{prefix}row\b([^>]*?)(/?)>".encode())
        self._close = f"</{around.prefix}row>".encode()
        self._cell = re.compile(rf"<{prefix}c\b({ATTRIBUTES})(?:/>|>.*?</{prefix}c>)", re.DOTALL)
        self._waiting: deque[int] = deque(sorted(marks))

    def write(self, source: IO[bytes], sink: IO[bytes]) -> None:
        """Copy the sheet from its original to `sink`."""
        around = self._around
        sink.write(around.head.encode())
        source.read(around.begin)
        if "<!" in around.head or "<!" in around.tail:
            raise CannotEdit("a comment or a section of plain text around the rows")
        number = -1
        for block in self._blocks(source, around.end - around.begin):
            number = self._write_block(block, number, sink)
        while self._waiting:
            sink.write(self._new_row(self._waiting.popleft()))
        sink.write(around.tail.encode())

    def _blocks(self, source: IO[bytes], left: int) -> Iterator[bytes]:
        """The rows in blocks that end where a row ends."""
        parts: list[bytes] = []
        while left > 0:
            chunk = source.read(min(left, _CHUNK))
            if not chunk:
                break
            left -= len(chunk)
            cut = chunk.rfind(self._close)
            if cut < 0:
                parts.append(chunk)
                continue
            cut += len(self._close)
            yield b"".join([*parts, chunk[:cut]])
            parts = [chunk[cut:]]
        yield b"".join(parts)

    def _write_block(self, block: bytes, number: int, sink: IO[bytes]) -> int:
        if b"<!" in block:
            raise CannotEdit("a comment or a section of plain text among the rows")
        position = 0
        for match in self._row.finditer(block):
            stated = re.search(rb"""\br\s*=\s*["'](\d+)["']""", match[1])
            number = int(stated[1]) - 1 if stated else number + 1
            if not self._waiting or number < self._waiting[0] or match.start() < position:
                continue
            sink.write(block[position : match.start()])
            position = match.start()
            while self._waiting and self._waiting[0] < number:
                sink.write(self._new_row(self._waiting.popleft()))
            if self._waiting and self._waiting[0] == number:
                end = match.end() if match[2] else block.find(self._close, match.end()) + len(self._close)
                row = utf8(block[match.start() : end])
                sink.write(self._edited_row(row, match.end() - match.start(), bool(match[2])))
                self._waiting.popleft()
                position = end
        sink.write(block[position:])
        return number

    def _edited_row(self, row: str, opening: int, is_empty: bool) -> bytes:
        p = self._around.prefix
        tag = utf8(row.encode()[:opening])
        attributes = tag[len(p) + 4 : -2 if is_empty else -1]
        number = self._waiting[0]
        wanted = deque(sorted(self._marks[number].items()))
        body = "" if is_empty else row[len(tag) : -len(self._close)]
        parts: list[str] = []
        position, column, is_wider = 0, -1, False
        for match in self._cell.finditer(body):
            name = attribute(match[1], "r")
            column = cell_place(name)[1] if name else column + 1
            parts.append(body[position : match.start()])
            position = match.end()
            while wanted and wanted[0][0] < column:
                parts.append(self._new_cell(number, *wanted.popleft(), attributes))
                is_wider = True
            cell = match[0]
            if wanted and wanted[0][0] == column:
                base = int(attribute(match[1], "s") or 0)
                stated = with_attribute(match[1], "s", str(self._style(base, wanted.popleft()[1])))
                cell = f"<{p}c{stated}{match[0][len(p) + 2 + len(match[1]) :]}"
            parts.append(cell)
        while wanted:
            parts.append(self._new_cell(number, *wanted.popleft(), attributes))
            is_wider = True
        parts.append(body[position:])
        if is_wider:
            attributes = without_attribute(attributes, "spans")
        return f"<{p}row{attributes.rstrip()}>{''.join(parts)}</{p}row>".encode()

    def _new_cell(self, row: int, column: int, severity: str, row_attributes: str = "") -> str:
        base = self._around.column_style(column)
        if attribute(row_attributes, "customFormat") in ("1", "true"):
            base = int(attribute(row_attributes, "s") or 0)
        return f'<{self._around.prefix}c r="{cell_name(row, column)}" s="{self._style(base, severity)}"/>'

    def _new_row(self, number: int) -> bytes:
        p = self._around.prefix
        cells = "".join(self._new_cell(number, *mark) for mark in sorted(self._marks[number].items()))
        return f'<{p}row r="{number + 1}">{cells}</{p}row>'.encode()
