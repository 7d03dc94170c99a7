"""Marks in workbooks of the xlsx family: what is marked changes, all else stays as it was, byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.workbooks.conftest import finding, order
from workbooks.annotated.annotate import annotate
from workbooks.annotated.shades import PLAIN, Shades

ERROR, WARN = PLAIN["error"], PLAIN["warn"]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def styled() -> bytes:
    """A small ledger with formats of its own, a comment, a second sheet and a named area of it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    for row in (
        ["乡镇", "村", "金额", None],
        ["平襄镇", "中林", "约20", None],
        ["平襄镇", "瓦石", 3.5, None],
        ["马营镇", None, 4, None],
    ):
        sheet.append(row)
    sheet["C2"].font = Font(name="仿宋", size=14, bold=True)
    sheet["C2"].border = Border(left=Side("double"))
    sheet["C2"].number_format = "0.00"
    sheet["C3"].fill = PatternFill("solid", fgColor="FF00B0F0")
    sheet["A2"].comment = Comment("县里自己的批注", "张三")
    sheet.column_dimensions["D"].font = Font(italic=True)
    other = book.create_sheet("别的 '表'")
    other["A1"] = "=1+1"
    other.print_title_rows = "1:1"
    return saved(book)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def fills(sheet: Worksheet) -> dict[str, str]:
    return {c.coordinate: c.fill.fgColor.rgb for row in sheet.iter_rows() for c in row if c.fill.fill_type == "solid"}


def notes(sheet: Worksheet) -> dict[str, str]:
    return {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment}


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """The container with its parts changed, left out (None) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts(data), **(more or {})}.items():
            changed = change(name, content)
            if changed is not None:
                archive.writestr(name, changed)
    return out.getvalue()


def test_a_wrong_cell_is_filled_and_told_and_keeps_its_format() -> None:
    marks = [
        finding((1, 2), advice="填数字，例：1200.50"),
        finding((2, 2), "请核对", "warn", effect="none"),
        finding((2, 2), "也不对"),
    ]
    sheet = opened(annotate(styled(), order(marks)))["Sheet1"]
    assert fills(sheet) == {"C2": ERROR, "C3": "FFFFB9BC"}  # the second a shade that tells which colour it covers
    cell = sheet["C2"]
    assert (cell.font.name, cell.font.size, cell.font.bold) == ("仿宋", 14, True)
    assert (cell.border.left.style, cell.number_format, cell.value) == ("double", "0.00", "约20")
    assert notes(sheet)["C2"] == "【退改】错误：不是数字\n填数字，例：1200.50\n（该行未采用）"
    assert notes(sheet)["C3"] == "【退改】提醒：请核对\n错误：也不对\n（该行未采用）"


def test_a_warning_has_another_colour_and_information_has_none() -> None:
    marks = [finding((1, 2), severity="warn"), finding((0, 2), severity="info")]
    sheet = opened(annotate(styled(), order(marks)))["Sheet1"]
    assert fills(sheet) == {"C2": WARN, "C3": "FF00B0F0"} and set(notes(sheet)) == {"A2", "C2"}


def test_cells_and_rows_that_are_not_there_are_added_in_their_place() -> None:
    sheet = opened(annotate(styled(), order([finding((3, 1)), finding((3, 3)), finding((6, 0)), finding((1, 3))])))[
        "Sheet1"
    ]
    assert {k: v for k, v in fills(sheet).items() if k != "C3"} == dict.fromkeys(("B4", "D4", "A7", "D2"), ERROR)
    assert sheet["D4"].font.italic and sheet["B4"].value is None and sheet["C4"].value == 4
    xml = parts(annotate(styled(), order([finding((3, 1))])))["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'<c r="(\w)4"', xml) == ["A", "B", "C"]


def test_a_row_that_is_not_there_is_added_between_those_that_are() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    book.active["A1"] = book.active["A5"] = "甲"
    xml = parts(annotate(saved(book), order([finding((2, 0)), finding((3, 1))])))["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'<row r="(\d)"', xml) == ["1", "3", "4", "5"]


def test_what_is_not_marked_stays_byte_for_byte() -> None:
    picture = {"xl/media/image1.png": bytes(range(256)) * 40}
    before = rezipped(styled(), lambda _, content: content, picture)
    old, new = parts(before), parts(annotate(before, order([finding((1, 2))])))
    changed = {name for name in old if old[name] != new.get(name)}
    assert changed == {
        *("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
        *("xl/worksheets/sheet1.xml", "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"),
    }
    assert set(new) - set(old) == {"xl/worksheets/sheet3.xml", "docProps/custom.xml"}
    row = b'<row r="2"'
    assert (
        new["xl/worksheets/sheet1.xml"]
        .partition(row)[2]
        .partition(b"</row>")[2]
        .startswith(old["xl/worksheets/sheet1.xml"].partition(row)[2].partition(b"</row>")[2][:100])
    )


def test_a_county_s_own_comment_is_kept() -> None:
    sheet = opened(annotate(styled(), order([finding((1, 0))])))["Sheet1"]
    assert notes(sheet) == {"A2": "县里自己的批注\n【退改】错误：不是数字\n（该行未采用）"}
    assert sheet["A2"].comment.author == "张三"


def second_colours(name: str, content: bytes) -> bytes:
    """Fills as LibreOffice writes them: with a second colour from a palette, near the first."""
    anew = b'<bgColor rgb="FFFF99CC"/>'
    return re.sub(rb"<bgColor[^>]*/>", anew, content) if name == "xl/styles.xml" else content


THREADS = "xl/threadedComments/threadedComment1.xml"


def with_threads(name: str, content: bytes) -> bytes:
    if name != "xl/worksheets/_rels/sheet1.xml.rels":
        return content
    kind = b"http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    more = b'<Relationship Id="rId77" Type="' + kind + b'" Target="../threadedComments/threadedComment1.xml"/>'
    return content.replace(b"</Relationships>", more + b"</Relationships>")


@pytest.mark.parametrize(("place", "stays"), [((1, 0), False), ((1, 2), True)])
def test_a_thread_does_not_hide_what_is_said_in_its_cell(place: tuple[int, int], stays: bool) -> None:
    book = rezipped(styled(), with_threads, {THREADS: b"<ThreadedComments/>"})
    found = parts(annotate(book, order([finding(place)])))
    assert (THREADS in found) == (b"threadedComment" in found["xl/worksheets/_rels/sheet1.xml.rels"]) == stays


@pytest.mark.parametrize(
    "resave",
    [lambda data: data, lambda data: saved(opened(data)), lambda data: rezipped(saved(opened(data)), second_colours)],
    ids=["as it went", "saved by another program", "with fills written anew"],
)
def test_marks_are_replaced_not_piled_up(resave: Callable[[bytes], bytes]) -> None:
    once = annotate(styled(), order([finding((1, 2)), finding((2, 2), "先前的"), finding((1, 0)), finding((3, 1))]))
    assert fills(opened(once)["Sheet1"])["C3"] not in (ERROR, "FF00B0F0")
    book = opened(annotate(resave(once), order([finding((3, 2), "后来的")])))
    assert book.sheetnames == ["退改说明", "Sheet1", "别的 '表'"]
    sheet = book["Sheet1"]
    assert fills(sheet) == {"C3": "FF00B0F0", "C4": ERROR}
    assert notes(sheet) == {"A2": "县里自己的批注", "C4": "【退改】错误：后来的\n（该行未采用）"}
    assert sheet["C2"].font.name == "仿宋"


def test_a_mark_under_a_merged_range_is_shown_where_it_is_seen() -> None:
    book = openpyxl.load_workbook(io.BytesIO(styled()))
    book["Sheet1"].merge_cells("A2:A3")
    sheet = opened(annotate(saved(book), order([finding((2, 0))])))["Sheet1"]
    assert fills(sheet)["A2"] == ERROR and "A3　错误：不是数字" in notes(sheet)["A2"]


def test_only_the_first_sheet_is_chosen_and_names_of_areas_follow_their_sheets() -> None:
    chosen = re.compile(rb'tabSelected="(?:1|true)"')
    many = rezipped(styled(), lambda _, content: content.replace(b"<sheetView ", b'<sheetView tabSelected="1" ', 1)
                    if not chosen.search(content) else content)  # fmt: skip
    data = annotate(many, order([finding((1, 2))]))
    assert [name for name, content in parts(many).items() if chosen.search(content)] == [
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    ]
    assert [name for name, content in parts(data).items() if chosen.search(content)] == ["xl/worksheets/sheet3.xml"]
    book = opened(data)
    assert book.active.title == "退改说明"
    assert book["别的 '表'"].print_title_rows == "$1:$1" and book["别的 '表'"]["A1"].value == "=1+1"


def test_macros_and_signatures_do_not_come_back() -> None:
    def with_macros(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            content = content.replace(b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml").replace(
                b"application/vnd.openxmlformats-officedocument.sheet.macro", b"application/vnd.ms-excel.sheet.macro"
            )
            more = (
                b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
            )
            return content.replace(b"</Types>", more)
        if name == "xl/_rels/workbook.xml.rels":
            kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
            more = b'<Relationship Id="rId99" Type="' + kind + b'" Target="vbaProject.bin"/>'
            return content.replace(b"</Relationships>", more + b"</Relationships>")
        return content

    book = rezipped(
        styled(),
        with_macros,
        {"xl/vbaProject.bin": b"Sub", "xl/vbaProjectSignature.bin": b"1", "_xmlsignatures/sig1.xml": b"<a/>"},
    )
    found = parts(annotate(book, order([finding((1, 2))])))
    assert not [name for name in found if "vba" in name.lower() or "signature" in name]
    everything = b"".join(content for name, content in found.items() if name.endswith((".xml", ".rels")))
    assert b"vbaProject" not in everything and b"macroEnabled" not in everything
    assert b"spreadsheetml.sheet.main+xml" in found["[Content_Types].xml"]


def prefixed(name: str, content: bytes) -> bytes:
    """Sheets, styles and the workbook with a prefix on every name, as some programs write them."""
    if name.startswith("xl/worksheets/sheet") or name in ("xl/styles.xml", "xl/workbook.xml"):
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", content.decode())
        return text.replace('xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
                            'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"').encode()  # fmt: skip
    return content


def without_places(name: str, content: bytes) -> bytes:
    """Rows and cells that do not say where they are."""
    return re.sub(rb'<(row|c) r="\w+"', rb"<\1", content) if name == "xl/worksheets/sheet1.xml" else content


@pytest.mark.parametrize("written", [prefixed, without_places])
def test_sheets_as_other_programs_write_them(written: Callable[[str, bytes], bytes]) -> None:
    data = annotate(rezipped(styled(), written), order([finding((1, 2)), finding((5, 0))]))
    sheet = opened(data)["Sheet1"]
    assert fills(sheet) == {"C2": ERROR, "C3": "FF00B0F0", "A6": ERROR}
    assert sheet["C2"].font.name == "仿宋"  # edited, not written anew
    assert [c.value for c in sheet[3]][:3] == ["平襄镇", "瓦石", 3.5]


def of_the_strict_kind(name: str, content: bytes) -> bytes:
    return content.replace(
        b"schemas.openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main"
    )


def with_a_row_in_a_comment(name: str, content: bytes) -> bytes:
    return (
        content.replace(b"<sheetData>", b'<sheetData><!-- <row r="2"><c r="C2"> -->')
        if name == "xl/worksheets/sheet1.xml"
        else content
    )


@pytest.mark.parametrize("written", [of_the_strict_kind, with_a_row_in_a_comment])
def test_what_cannot_be_edited_goes_back_as_its_values(written: Callable[[str, bytes], bytes]) -> None:
    sheet = opened(annotate(rezipped(styled(), written), order([finding((1, 2))])))["Sheet1"]
    assert sheet["C2"].value == "约20" and sheet["C3"].value == 3.5
    assert fills(sheet)["C2"] == ERROR and "不是数字" in notes(sheet)["C2"]


def test_the_same_order_gives_the_same_bytes() -> None:
    book = styled()
    assert annotate(book, order([finding((1, 2))])) == annotate(book, order([finding((1, 2))]))


@pytest.mark.parametrize(
    "colour", ['rgb="FF00B0F0"', 'theme="4" tint="0.3999"', 'theme="0" tint="-0.1499"', 'indexed="43"']
)
def test_a_shade_tells_which_colour_it_covers(colour: str) -> None:
    shades = Shades()
    plain, over = shades.shade("error", ""), shades.shade("error", colour)
    assert plain == ERROR and over != ERROR and shades.shade("error", colour) == over
    assert shades.shade("warn", colour) != over
    later = Shades(shades.text)
    assert (later.covered(plain), later.covered(over), later.covered("FF00B0F0")) == ("", colour, None)


def test_more_colours_than_a_property_can_tell() -> None:
    shades = Shades()
    given = [shades.shade("warn", f'rgb="FF0000{n:02X}"') for n in range(100)]
    assert len(shades.text) <= 240 and given[-1] == WARN and len(set(given)) > 15
    assert all(Shades(shades.text).covered(argb) is not None for argb in given)
