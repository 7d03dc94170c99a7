"""A county's workbook and what was found in it to the workbook that goes back."""

from __future__ import annotations

import io
import zipfile
from typing import IO

from ingest import issues
from ingest.formats import gate, kind_of, open_sheets
from ingest.personal_text import shown_names
from ingest.returned import LABEL, is_summary
from ingest.text import cell_name
from workbooks.annotated import comments, styles
from workbooks.annotated.book import Book
from workbooks.annotated.findings import Finding, Order
from workbooks.annotated.from_grid import from_grid
from workbooks.annotated.markup import CannotEdit
from workbooks.annotated.package import Package
from workbooks.annotated.shades import PROPERTY, Shades
from workbooks.annotated.sheet_xml import Marks, Outline, SheetEditor, outline
from workbooks.annotated.styles import Styles
from workbooks.annotated.summary import summary

MOST_NOTES = 5000  # comments of a sheet; programs grow slow with more. Fills go on.
_GRAVITY = {issues.ERROR: 2, issues.WARN: 1, issues.INFO: 0}


def annotate(data: bytes, order: Order) -> bytes:
    """The workbook that goes back: the county's sheets with their mistakes marked, the sheet 退改说明 before them.

    The same bytes and order give the same workbook.

    Raises:
        Refusal: S01, where the file cannot be opened; order it bare then.
    """
    if order.is_bare:
        return _edited(*from_grid([]), order)
    kind = kind_of(data)
    if kind == "xlsx":
        with gate.workbook(data) as container:
            container.check_rest()
        try:
            return _edited(data, None, order)
        except (CannotEdit, *gate.DAMAGE, KeyError, RecursionError):
            pass  # not written as editors write: it goes back as its values
    sheets = [sheet for sheet in open_sheets(data) if not is_summary(sheet)]
    return _edited(*from_grid(sheets), order)


def _edited(data: bytes, names: dict[str, str] | None, order: Order) -> bytes:
    """Edit an xlsx. `names` leads from the sheets' names in the findings to those in the workbook, where they differ."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = Package(archive)
        workbook = Book(package)
        workbook.drop_what_runs()
        earlier = [name for name in workbook.sheets if workbook.is_ours(name)]
        shades = Shades(workbook.property(PROPERTY) or "")
        look = Styles(package.text(workbook.styles) if workbook.styles else styles.EMPTY, shades)
        if earlier or workbook.property(LABEL) is not None:
            look.forget_marks()
        for name in earlier:
            workbook.remove_sheet(name)
        names = names or {name: name for name in workbook.sheets}
        names = dict(zip(shown_names(list(names)), names.values(), strict=True))
        for stated, name in names.items():
            if name in workbook.sheets:
                found = [f for f in order.findings if f.sheet == stated and f.row is not None]
                _mark_sheet(package, workbook.sheets[name], found, look)
        page = summary(order, look, names)
        workbook.put_first(page)
        package.put_written(workbook.styles_part(), look.write)
        workbook.put_properties(lambda: {LABEL: order.number, PROPERTY: shades.text})
        out = io.BytesIO()
        package.save(out)
    return out.getvalue()


def _mark_sheet(package: Package, part: str, found: list[Finding], look: Styles) -> None:
    with package.open(part) as stream:
        around = outline(stream)
    around.deselect()
    marks: Marks = {}
    notes: dict[tuple[int, int], list[str]] = {}
    for finding in found:
        if finding.severity == issues.INFO or finding.row is None or finding.column is None:
            continue
        place = (finding.row, finding.column)
        shown = around.shown(place)
        row = marks.setdefault(shown[0], {})
        row[shown[1]] = max(row.get(shown[1], finding.severity), finding.severity, key=_GRAVITY.__getitem__)
        words = finding.note if shown == place else f"{cell_name(*place)}　{finding.note}"
        if len(notes) < MOST_NOTES or shown in notes:
            notes.setdefault(shown, []).append(words)
    said = {place: comments.MARK + "\n".join(dict.fromkeys(words)) for place, words in notes.items()}
    _comment(package, part, around, said)
    editor = SheetEditor(around, marks, look.marked)

    def write(sink: IO[bytes]) -> None:
        with package.open(part) as source:
            editor.write(source, sink)

    package.put_written(part, write)


def _comment(package: Package, part: str, around: Outline, said: comments.Texts) -> None:
    """Put the texts among the sheet's comments, and boxes for them into the drawing."""
    kept = package.related(part, "comments")
    if not said and (kept is None or not comments.has_ours(package.text(kept.target))):
        return
    target = kept.target if kept else package.free_name("xl/comments{}.xml")
    text, removed, added = comments.edit(package.text(target) if kept else comments.EMPTY, said)
    package.put(target, text)
    threads = [r for r in package.relations(part) if r.kind == "threadedComment"]
    if threads and set(said) - added:
        # A program that knows threads shows them in place of comments, ours with them. The comments hold their texts too.
        for thread in threads:
            package.drop(thread.target)
        package.unrelate(part, {thread.id for thread in threads})
    if kept is None:
        package.declare(target, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml")
        package.relate(part, "comments", target)
    number = around.drawing_of_comments()
    drawing = next((r.target for r in package.relations(part) if r.id == number), None)
    if drawing is None:
        drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
        package.put(drawing, comments.EMPTY_DRAWING)
        package.declare_extension("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        around.refer_to_drawing(package.relate(part, "vmlDrawing", drawing))
    package.put(drawing, comments.edit_drawing(package.text(drawing), said, removed, added))
