"""Changes inside an xlsx: what some programs write and the writers at hand do not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

SHEET = "xl/worksheets/sheet1.xml"
_STRICT = (
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
     "http://purl.oclc.org/ooxml/officeDocument/extendedProperties"),
)  # fmt: skip


def rewritten(book: bytes, change: Callable[[str, str], str]) -> bytes:
    """The book with each XML part as `change(name, text)` gives it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith((".xml", ".rels")):
                content = change(part.filename, content.decode()).encode()
            new.writestr(part.filename, content)
    return out.getvalue()


def replaced(book: bytes, before: str, after: str, part: str = SHEET) -> bytes:
    """The book with a text in a part replaced, which has to be there."""

    def change(name: str, text: str) -> str:
        if name != part:
            return text
        assert before in text, f"{before} is not in {part}"
        return text.replace(before, after)

    return rewritten(book, change)


def strict(book: bytes) -> bytes:
    """The book as Strict Open XML: the namespaces of ISO 29500-1 without the transitional ones."""

    def change(name: str, text: str) -> str:
        for before, after in _STRICT:
            text = text.replace(before, after)
        return text.replace("<workbook ", '<workbook conformance="strict" ', 1) if name == "xl/workbook.xml" else text

    return rewritten(book, change)
