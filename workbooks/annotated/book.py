"""The workbook part: which sheets there are and in what order, the names of areas, the workbook's own properties."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.returned import LABEL, SHEET
from workbooks.annotated.markup import (
    RELATIONS,
    CannotEdit,
    Element,
    appended,
    attribute,
    child,
    children,
    escape,
    root,
    with_attribute,
    with_inner,
    without_attribute,
)
from workbooks.annotated.package import HEADER, Package
from workbooks.annotated.summary import Summary

_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml."
PROPERTIES = "docProps/custom.xml"
_NO_PROPERTIES = (
    f'{HEADER}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
# Relations of the workbook to what runs, and of the package to signatures that no longer hold
_RUNS = frozenset(("vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "attachedToolbars"))
_OUTSIDE = frozenset(("origin", "extensibility"))
_TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# What may stand before the names of areas, by the schema of a workbook
_BEFORE_NAMES = ("externalReferences", "functionGroups", "sheets")


class Book:
    """The workbook part of a package, edited as text."""

    def __init__(self, package: Package) -> None:
        """Find the workbook and its sheets.

        Raises:
            CannotEdit: it is not of the transitional kind, which is what editors write.
        """
        self._package = package
        main = package.related("", "officeDocument")
        if main is None:
            raise CannotEdit("no workbook")
        self._part = main.target
        text = package.text(self._part)
        if _TRANSITIONAL not in root(text).attributes:
            raise CannotEdit("not of the transitional kind")
        targets = {r.id: r for r in package.relations(self._part)}
        self.sheets: dict[str, str] = {}
        for element in self._sheet_elements(text):
            found = targets.get(_relation_of(element))
            if found is not None and found.kind == "worksheet" and found.target in package:
                self.sheets[element.attribute("name") or ""] = found.target
        styles = package.related(self._part, "styles")
        self.styles = styles.target if styles else None

    @staticmethod
    def _sheet_elements(text: str) -> list[Element]:
        box = child(text, root(text), "sheets")
        if box is None:
            raise CannotEdit("no sheets")
        return list(children(text, box.inner_start, box.inner_end))

    def drop_what_runs(self) -> None:
        """Leave out macros, with sheets of macros, and signatures of what is changed now. Linked workbooks are not asked
        for when it is opened."""
        package = self._package
        for part, kinds in ((self._part, _RUNS), ("", _OUTSIDE)):
            gone = [r for r in package.relations(part) if r.kind in kinds]
            for relation in gone:
                if part:
                    self._remove_sheets({relation.id})
                package.drop(relation.target)
            if gone:
                package.unrelate(part, {relation.id for relation in gone})
        for name in package.parts():
            if "vbaproject" in name or "vbadata" in name or name.startswith("_xmlsignatures/"):
                package.drop(name)
        package.declare(self._part, _SHEETS + "sheet.main+xml")
        text = package.text(self._part)
        if child(text, root(text), "externalReferences") is not None:
            settings = child(text, root(text), "workbookPr")
            if settings is not None:
                stated = with_attribute(settings.attributes, "updateLinks", "never")
                inner = text[settings.inner_start : settings.inner_end] if settings.inner_end < settings.end else ""
                package.put(self._part, with_inner(text, settings, inner, stated))

    def is_ours(self, name: str) -> bool:
        """Whether a sheet is the 退改说明 of an earlier return, wherever its texts are kept."""
        if not name.startswith(SHEET):
            return False
        if LABEL in self._package.text(self.sheets[name]):
            return True
        shared = self._package.related(self._part, "sharedStrings")
        return shared is not None and LABEL in self._package.text(shared.target)

    def remove_sheet(self, name: str) -> None:
        """Take a sheet out, with its part."""
        part = self.sheets.pop(name)
        for relation in self._package.relations(part):
            if relation.kind in ("comments", "vmlDrawing", "printerSettings", "drawing"):
                self._package.drop(relation.target)
        ids = {r.id for r in self._package.relations(self._part) if r.target == part}
        self._remove_sheets(ids)
        self._package.unrelate(self._part, ids)
        self._package.drop(part)

    def _remove_sheets(self, ids: set[str]) -> None:
        text = self._package.text(self._part)
        elements = self._sheet_elements(text)
        gone = [n for n, element in enumerate(elements) if _relation_of(element) in ids]
        for number in reversed(gone):
            text = text[: elements[number].start] + text[elements[number].end :]
        left = [n for n in range(len(elements)) if n not in gone]
        self._package.put(self._part, _renumbered(text, {old: new for new, old in enumerate(left)}))

    def put_first(self, page: Summary) -> None:
        """Put the sheet 退改说明 before all others; it is the one that is shown when the workbook is opened."""
        package = self._package
        part = package.free_name("xl/worksheets/sheet{}.xml")
        package.put(part, page.xml, _SHEETS + "worksheet+xml")
        number = package.relate(self._part, "worksheet", part)
        text = package.text(self._part)
        elements = self._sheet_elements(text)
        taken = {int(e.attribute("sheetId") or 0) for e in elements}
        name = next(n for n in (SHEET, *(f"{SHEET}{k}" for k in range(2, 99))) if n not in self.sheets)
        box = child(text, root(text), "sheets")
        assert box is not None
        addition = f'<{box.prefix}sheet xmlns:r="{RELATIONS}" name="{name}" sheetId="{max(taken, default=0) + 1}" r:id="{number}"/>'
        text = with_inner(text, box, addition + text[box.inner_start : box.inner_end])
        text = _renumbered(text, {old: old + 1 for old in range(len(elements))}, shown=0)
        p = box.prefix
        areas = (
            f'<{p}definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">{name}!{page.listed}</{p}definedName>'
            f'<{p}definedName name="_xlnm.Print_Titles" localSheetId="0">{name}!{page.titles}</{p}definedName>'
        )
        package.put(self._part, _with_names(text, areas))

    def styles_part(self) -> str:
        """The name of the styles part, which is added where there is none."""
        if self.styles is None:
            self.styles = self._package.free_name("xl/styles{}.xml")
            self._package.declare(self.styles, _SHEETS + "styles+xml")
            self._package.relate(self._part, "styles", self.styles)
        return self.styles

    def property(self, name: str) -> str | None:
        """One of the workbook's own properties."""
        if PROPERTIES not in self._package:
            return None
        text = self._package.text(PROPERTIES)
        found = next((e for e in _properties(text) if e.attribute("name") == name), None)
        return re.sub(r"<[^>]*>", "", text[found.inner_start : found.inner_end]) if found else None

    def put_properties(self, values: Callable[[], dict[str, str]]) -> None:
        """State some of the workbook's own properties, with the values that they have when the package is saved; one
        without a value is taken out."""
        package = self._package
        if PROPERTIES not in package:
            package.put(
                PROPERTIES, _NO_PROPERTIES, "application/vnd.openxmlformats-officedocument.custom-properties+xml"
            )
            package.relate("", "custom-properties", PROPERTIES)
        text = package.text(PROPERTIES)
        package.put_written(PROPERTIES, lambda sink: sink.write(_with_properties(text, values()).encode()))


def _properties(text: str) -> list[Element]:
    top = root(text)
    return list(children(text, top.inner_start, top.inner_end))


def _with_properties(text: str, values: dict[str, str]) -> str:
    for element in reversed(_properties(text)):
        if element.attribute("name") in values:
            text = text[: element.start] + text[element.end :]
    number = max([1, *(int(e.attribute("pid") or 1) for e in _properties(text))])
    p, added = root(text).prefix, ""
    for name, value in values.items():
        if value:
            number += 1
            added += (
                f'<{p}property fmtid="{_FORMAT_ID}" pid="{number}" name="{escape(name)}"><vt:lpwstr '
                'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
                f"{escape(value)}</vt:lpwstr></{p}property>"
            )
    return appended(text, added)


def _relation_of(element: Element) -> str:
    found = re.search(r"""\s\w+:id=["']([^"']+)["']""", element.attributes)
    return found[1] if found else ""


def _renumbered(text: str, places: dict[int, int], shown: int | None = None) -> str:
    """The workbook after its sheets moved: names of areas that are one sheet's, and which sheet is shown."""
    names = child(text, root(text), "definedNames")
    if names is not None:
        kept = []
        for element in children(text, names.inner_start, names.inner_end):
            local = element.attribute("localSheetId")
            whole = text[element.start : element.end]
            if local is not None:
                if int(local) not in places:
                    continue
                stated = with_attribute(element.attributes, "localSheetId", str(places[int(local)]))
                whole = f"<{element.prefix}{element.name}{stated}>{text[element.inner_start : element.end]}"
            kept.append(whole)
        text = with_inner(text, names, "".join(kept)) if kept else text[: names.start] + text[names.end :]
    views = child(text, root(text), "bookViews")
    if views is None:
        return text
    for view in reversed(list(children(text, views.inner_start, views.inner_end))):
        active = int(attribute(view.attributes, "activeTab") or 0)
        stated = without_attribute(view.attributes, "firstSheet")
        stated = with_attribute(stated, "activeTab", str(places.get(active, 0) if shown is None else shown))
        whole = f"<{view.prefix}workbookView{stated}"
        rest = "/>" if view.inner_start == view.end else f">{text[view.inner_start : view.end]}"
        text = text[: view.start] + whole + rest + text[view.end :]
    return text


def _with_names(text: str, areas: str) -> str:
    names = child(text, root(text), "definedNames")
    if names is not None:
        return with_inner(text, names, areas + text[names.inner_start : names.inner_end])
    before = next(e for e in (child(text, root(text), name) for name in _BEFORE_NAMES) if e is not None)
    box = f"<{before.prefix}definedNames>{areas}</{before.prefix}definedNames>"
    return text[: before.end] + box + text[before.end :]
