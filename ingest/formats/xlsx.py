"""xlsx and xlsm: values by calamine; what calamine does not tell, by a scan of each sheet's XML.

The scan finds hidden rows and columns, cells that are errors and formulas that no program has computed. It looks for the
marks of these first: a sheet without them costs no more than its inflation.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from ingest.formats import gate
from ingest.formats.parts import MAX_COLUMNS
from ingest.grid import UNCOMPUTED, Sheet
from ingest.issues import UNREADABLE, Refusal
from ingest.text import cell_place

_TRUE = rb"(?:1|true)"
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["']""" + _TRUE + rb"""["']""")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COL = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_ERROR = re.compile(rb"""<(?:\w+:)?c\b([^>]*\st=["']e["'][^>]*)>(.*?)</(?:\w+:)?c>""", re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v[^>]*></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)</(?:\w+:)?v>")
_ATTRIBUTE = re.compile(rb"""\b(r|min|max)\s*=\s*["']([^"']*)["']""")
# What calamine takes for an error; another one would cost it the whole sheet.
_KNOWN_ERRORS = frozenset((b"#DIV/0!", b"#N/A", b"#NAME?", b"#NULL!", b"#NUM!", b"#REF!", b"#VALUE!", b"#DATA!"))


@dataclass
class Marks:
    """What a sheet's XML says beside values; `strange` are error values that calamine does not know."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    strange: set[bytes] = field(default_factory=set)


def sheets(data: bytes) -> list[Sheet]:
    """All worksheets.

    Raises:
        Refusal: S01, where the workbook cannot be read.
    """
    with gate.workbook(data) as archive:
        try:
            parts, is_1904 = _parts(archive)
            marks = {name: _scan(archive.read(part)) for name, part in parts.items()}
            strange = {parts[name]: found.strange for name, found in marks.items() if found.strange}
            if strange:
                data = _tamed(archive, strange)
            archive.check_rest()
        except (*gate.DAMAGE, ElementTree.ParseError, KeyError):
            raise Refusal(UNREADABLE, "工作簿不完整或已损坏，请重新保存后报送") from None
    found = _by_calamine(data)
    for sheet in found:
        known = marks.get(sheet.name, Marks())
        sheet.hidden_rows, sheet.hidden_columns = frozenset(known.hidden_rows), frozenset(known.hidden_columns)
        sheet.broken, sheet.is_1904 = known.broken, is_1904
    return found


def _by_calamine(data: bytes) -> list[Sheet]:
    """The worksheets as calamine reads them.

    Raises:
        Refusal: S01, where it cannot.
    """
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
        found = []
        for number, meta in enumerate(book.sheets_metadata):
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(number)
            rows = sheet.to_python(skip_empty_area=False)
            merged = [(a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or []]
            visible = meta.visible == calamine.SheetVisibleEnum.Visible
            found.append(Sheet(meta.name, number + 1, rows, merged, visible))
    except calamine.PasswordError:
        raise Refusal(UNREADABLE, "工作簿加了密码，请去掉密码后报送") from None
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # the reader's panics are no Exception
        raise Refusal(UNREADABLE, "工作簿打不开，内容可能已损坏，请用 WPS 或 Excel 打开后另存为 xlsx 再报送") from None
    return found


def _parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Names of worksheets and where each lies in the container; whether days count from 1904."""
    names = {gate.plain_name(name): name for name in archive.namelist()}
    if gate.LIST_OF_TYPES not in names:
        raise KeyError(gate.LIST_OF_TYPES)
    workbook = _target(archive, names, "_rels/.rels", "", "/officeDocument") or "xl/workbook.xml"
    folder = posixpath.dirname(workbook)
    rels = posixpath.join(folder, "_rels", posixpath.basename(workbook) + ".rels")
    targets = dict(_relations(archive, names, rels, folder))
    parts, is_1904 = {}, False
    for node in ElementTree.fromstring(archive.read(names[workbook])).iter():
        tag = node.tag.rpartition("}")[2]
        if tag == "workbookPr":
            is_1904 = node.get("date1904", "") in ("1", "true")
        elif tag == "sheet":
            number = next((v for k, v in node.items() if k.endswith("}id")), "")
            part = names.get(targets.get(number, ("", ""))[0])
            if part is not None:
                parts[node.get("name", "")] = part
    return parts, is_1904


def _relations(
    archive: zipfile.ZipFile, names: dict[str, str], rels: str, folder: str
) -> Iterator[tuple[str, tuple[str, str]]]:
    """(id, (target's plain name, type)) of each relation."""
    if rels not in names:
        return
    for node in ElementTree.fromstring(archive.read(names[rels])).iter():
        if node.tag.endswith("}Relationship"):
            target = node.get("Target", "").replace("\\", "/")
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield node.get("Id", ""), (gate.plain_name(full), node.get("Type", ""))


def _target(archive: zipfile.ZipFile, names: dict[str, str], rels: str, folder: str, kind: str) -> str | None:
    return next((t for _, (t, what) in _relations(archive, names, rels, folder) if what.endswith(kind)), None)


def _scan(xml: bytes) -> Marks:
    marks = Marks()
    if b"hidden=" in xml and _HIDDEN.search(xml):
        for match in _ROW.finditer(xml):
            if _HIDDEN.search(match[1]):
                marks.hidden_rows.add(int(dict(_ATTRIBUTE.findall(match[1])).get(b"r", b"0")) - 1)
        for match in _COL.finditer(xml, 0, max(xml.find(b"sheetData"), 0)):
            if _HIDDEN.search(match[1]):
                bounds = dict(_ATTRIBUTE.findall(match[1]))
                last = min(int(bounds.get(b"max", b"0")), MAX_COLUMNS)
                marks.hidden_columns |= set(range(int(bounds.get(b"min", b"1")) - 1, last))
    if b't="e"' in xml or b"t='e'" in xml:
        for match in _ERROR.finditer(xml):
            value = _VALUE.search(match[2])
            text = value[1] if value else b"#ERROR!"
            if text not in _KNOWN_ERRORS:
                marks.strange.add(text)
            marks.broken[_place(match[1])] = text.decode("utf-8", "replace")
    if b"<f" in xml or (b"<worksheet" not in xml[:4096] and b":f" in xml):
        for match in _FORMULA.finditer(xml):
            marks.broken.setdefault(_place(match[1]), UNCOMPUTED)
    return marks


def _place(attributes: bytes) -> tuple[int, int]:
    name = dict(_ATTRIBUTE.findall(attributes)).get(b"r", b"")
    return cell_place(name.decode("ascii", "replace"))


def _tamed(archive: zipfile.ZipFile, strange: dict[str, set[bytes]]) -> bytes:
    """The workbook with error values that calamine does not know written as #VALUE!."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for part in archive.infolist():
            content = archive.read(part)
            for text in strange.get(part.filename, ()):
                content = content.replace(b">" + text + b"</", b">#VALUE!</")
            new.writestr(part.filename, content)
    return out.getvalue()
