"""ods: OpenDocument spreadsheets, read from their content.xml as a stream."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

from ingest.formats import gate
from ingest.formats.parts import MAX_CELLS, MAX_COLUMNS
from ingest.grid import UNCOMPUTED, Merge, Sheet
from ingest.issues import UNREADABLE, Refusal

_DAMAGED = "工作簿不完整或已损坏，请重新保存后报送"
_SPREADSHEET = b"spreadsheet"
_HIDDEN = ("collapse", "filter")
# Elements of a cell that are no part of its text
_ASIDE = frozenset({"annotation", "ruby-text", "frame", "custom-shape"})


def sheets(data: bytes) -> list[Sheet]:
    """All tables.

    Raises:
        Refusal: S01, where the workbook cannot be read.
    """
    with gate.workbook(data) as archive:
        names = {gate.plain_name(name): name for name in archive.namelist()}
        try:
            manifest = names.get("meta-inf/manifest.xml")
            if manifest and b"encryption-data" in archive.read(manifest):
                raise Refusal(UNREADABLE, "工作簿加了密码，请去掉密码后报送")
            if "mimetype" in names and not is_document(archive, _SPREADSHEET):
                raise Refusal(UNREADABLE, "文件是文字文档或演示文稿，不是电子表格，请报送 xlsx、xls 或 csv")
            return list(_tables(archive, names["content.xml"]))
        except (*gate.DAMAGE, KeyError, ElementTree.ParseError):
            raise Refusal(UNREADABLE, _DAMAGED) from None


def is_document(archive: zipfile.ZipFile, kind: bytes = b"") -> bool:
    """Whether the part that names the kind of a package names OpenDocument, and a `kind` of it."""
    part = next(p for p in archive.infolist() if gate.plain_name(p.filename) == "mimetype")
    return gate.beginning(archive, part, 128).startswith(b"application/vnd.oasis.opendocument." + kind)


def _tables(archive: zipfile.ZipFile, part: str) -> Iterator[Sheet]:
    hidden_styles: set[str] = set()
    number, is_1904 = 0, False
    for _, node in ElementTree.iterparse(io.BytesIO(archive.read(part))):
        tag = _tag(node)
        if tag == "style" and _attribute(node, "family") == "table":
            properties = next((n for n in node if _tag(n) == "table-properties"), None)
            if properties is not None and _attribute(properties, "display") == "false":
                hidden_styles.add(_attribute(node, "name"))
        elif tag == "null-date":
            is_1904 = _attribute(node, "date-value").startswith("1904")
        elif tag == "table" and _tag_of_parent_is_sheet(node):
            number += 1
            table = _Table(_attribute(node, "name"), number, _attribute(node, "style-name") not in hidden_styles)
            table.read(node)
            node.clear()
            yield table.sheet(is_1904)


def _tag_of_parent_is_sheet(node: ElementTree.Element) -> bool:
    """A table inside a cell's frame has no name that a tab shows; those of a spreadsheet have."""
    return bool(_attribute(node, "name"))


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _attribute(node: ElementTree.Element, name: str) -> str:
    return next((value for key, value in node.items() if key.rpartition("}")[2] == name), "")


def _count(node: ElementTree.Element, name: str) -> int:
    text = _attribute(node, name)
    return int(text) if text.isdigit() and len(text) < 10 and int(text) > 0 else 1


class _Table:
    """One table as its rows come; empty rows and cells at the end, which programs repeat to the last one, are dropped."""

    def __init__(self, name: str, number: int, is_visible: bool) -> None:
        self.name, self.number, self.is_visible = name, number, is_visible
        self.rows: list[list[Any]] = []
        self.merged: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.broken: dict[tuple[int, int], str] = {}
        self.blank = 0  # rows without content that stand since the last one with some
        self.column = 0
        self.cells = 0

    def read(self, node: ElementTree.Element) -> None:
        for child in node:
            tag = _tag(child)
            if tag == "table-column":
                count = _count(child, "number-columns-repeated")
                if _attribute(child, "visibility") in _HIDDEN and self.column + count < MAX_COLUMNS:
                    self.hidden_columns |= set(range(self.column, self.column + count))
                self.column += count
            elif tag == "table-row":
                self._row(child)
            elif tag.startswith(("table-header-", "table-row", "table-column", "table-rows")):
                self.read(child)

    def _row(self, node: ElementTree.Element) -> None:
        first = len(self.rows) + self.blank
        values: list[Any] = []
        gap = 0
        spans: list[Merge] = []
        broken: dict[int, str] = {}
        for cell in node:
            if _tag(cell) not in ("table-cell", "covered-table-cell"):
                continue
            value, error = _value(cell) if _tag(cell) == "table-cell" else ("", "")
            count = _count(cell, "number-columns-repeated")
            at = len(values) + gap
            down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
            if down > 1 or right > 1:
                spans.append((first, at, first + down - 1, at + right - 1))
            if value == "" and not error:
                gap += count
                continue
            if at + count > MAX_COLUMNS:
                raise Refusal(UNREADABLE, "工作簿展开后过大，请删去多余的空行空列或拆分后报送")
            values += [""] * gap + [value] * count
            gap = 0
            if error:
                broken |= {at + i: error for i in range(count)}
        repeated = _count(node, "number-rows-repeated")
        if not values and not spans:
            self.blank += repeated
            return
        self.cells += (self.blank + repeated) * max(len(values), 1)
        if self.cells > MAX_CELLS:
            raise Refusal(UNREADABLE, "工作簿展开后过大，请删去多余的空行空列或拆分后报送")
        self.rows += [[] for _ in range(self.blank)]
        self.blank = 0
        self.merged += spans
        for _ in range(repeated):
            row = len(self.rows)
            if _attribute(node, "visibility") in _HIDDEN:
                self.hidden_rows.add(row)
            self.broken |= {(row, column): text for column, text in broken.items()}
            self.rows.append(list(values))

    def sheet(self, is_1904: bool) -> Sheet:
        width = max((len(row) for row in self.rows), default=0)
        if width * len(self.rows) > MAX_CELLS:
            raise Refusal(UNREADABLE, "工作簿展开后过大，请删去多余的空行空列或拆分后报送")
        for row in self.rows:
            row.extend([""] * (width - len(row)))
        hidden = frozenset(c for c in self.hidden_columns if c < width)
        return Sheet(
            self.name, self.number, self.rows, self.merged, self.is_visible, frozenset(self.hidden_rows), hidden,
            self.broken, is_1904,
        )  # fmt: skip


def _value(cell: ElementTree.Element) -> tuple[Any, str]:
    """A cell's value, and what is wrong where it has none though it is not blank."""
    kind = _attribute(cell, "value-type")
    if _is_error(cell):
        return "", _text(cell) or "#ERROR!"
    if kind in ("float", "percentage", "currency"):
        try:
            return float(_attribute(cell, "value")), ""
        except ValueError:
            return _text(cell), ""
    if kind == "date":
        return _day(_attribute(cell, "date-value")) or _text(cell), ""
    if kind == "boolean":
        return _attribute(cell, "boolean-value") == "true", ""
    text = _text(cell)
    if not kind and not text and _attribute(cell, "formula"):
        return "", UNCOMPUTED
    return text, ""


def _is_error(cell: ElementTree.Element) -> bool:
    """LibreOffice marks an error as calcext:value-type, beside an ordinary type."""
    types = [value for key, value in cell.items() if key.rpartition("}")[2] == "value-type"]
    return "error" in types


def _text(cell: ElementTree.Element) -> str:
    return "\n".join(_inner(node) for node in cell if _tag(node) == "p")


def _inner(node: ElementTree.Element) -> str:
    """The text of a paragraph: runs of spaces, tabs and line breaks are elements of their own."""
    text = node.text or ""
    for child in node:
        tag = _tag(child)
        if tag == "s":
            text += " " * min(_count(child, "c"), 100)
        elif tag == "tab":
            text += "\t"
        elif tag == "line-break":
            text += "\n"
        elif tag not in _ASIDE:
            text += _inner(child)
        text += child.tail or ""
    return text


def _day(text: str) -> date | datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.date() if "T" not in text else found
