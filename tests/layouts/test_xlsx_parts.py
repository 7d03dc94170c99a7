"""What else stands in an xlsx: texts in the cell itself, in runs and with readings, escapes, notes, styles, Strict Open XML."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side

from ingest.read import ReadResult
from tests.ingest.books import by_openpyxl, by_xlsxwriter
from tests.layouts import lay
from tests.layouts.honest import FORMS, Honest, expect, honest
from tests.layouts.parts import SHEET, replaced, rewritten, strict

Read = Callable[[bytes, Honest], ReadResult]
STRINGS = "xl/sharedStrings.xml"
_SHARED = re.compile(r'<c r="([A-Z]+\d+)"([^>]*) t="s"([^>]*)><v>(\d+)</v></c>')


def texts_of(book: bytes) -> list[str]:
    """The shared strings, as they stand between <t> and </t>."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return re.findall(r"<si><t[^>]*>(.*?)</t></si>", archive.read(STRINGS).decode(), re.DOTALL)


@pytest.mark.feature("inline strings")
@pytest.mark.parametrize("form", FORMS[::3])
def test_texts_in_the_cells_themselves(read_table: Read, form: str) -> None:
    table = honest(form)
    book = by_xlsxwriter(lay.page(table))
    texts = texts_of(book)

    def inline(match: re.Match[str]) -> str:
        return f'<c r="{match[1]}"{match[2]} t="inlineStr"{match[3]}><is><t>{texts[int(match[4])]}</t></is></c>'

    data = rewritten(book, lambda name, text: _SHARED.sub(inline, text) if name == SHEET else text)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b't="s"' not in archive.read(SHEET) and b"inlineStr" in archive.read(SHEET)
    expect(read_table(data, table), table)


@pytest.mark.feature("rich text")
@pytest.mark.parametrize("form", FORMS[::3])
def test_texts_in_runs_of_several_fonts(read_table: Read, form: str) -> None:
    table = honest(form)
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    bold, red = made.add_format({"bold": True}), made.add_format({"font_color": "red"})
    sheet = made.add_worksheet()
    for r, row in enumerate(lay.page(table).rows):
        for c, value in enumerate(row):
            if isinstance(value, str) and len(value) > 1:
                assert sheet.write_rich_string(r, c, bold, value[:1], red, value[1:]) == 0
            elif isinstance(value, str):
                sheet.write_string(r, c, value)
            else:
                sheet.write(r, c, value)
    made.close()
    expect(read_table(out.getvalue(), table), table)


@pytest.mark.feature("phonetic runs")
@pytest.mark.parametrize("form", FORMS[1::3])
def test_readings_beside_the_characters_are_no_text(read_table: Read, form: str) -> None:
    """Some programs keep how a text was typed (pinyin) beside it."""
    table = honest(form)
    book = by_xlsxwriter(lay.page(table))

    def with_readings(name: str, text: str) -> str:
        if name != STRINGS:
            return text
        reading = r'<si>\1<rPh sb="0" eb="1"><t>pinyin</t></rPh><phoneticPr fontId="1"/></si>'
        changed, count = re.subn(r"<si>(<t[^>]*>.*?</t>)</si>", reading, text, flags=re.DOTALL)
        assert count > 20
        return changed

    expect(read_table(rewritten(book, with_readings), table), table)


@pytest.mark.feature("escaped characters")
@pytest.mark.parametrize(("written", "remark"), [
    ("两台_x000D_", "两台"), ("两_x000D_\n台", "两\n台"), ("_x005F_x000D_", "_x000D_"), ("两&#13;台", "两\r台"), ("两_x0009_台", "两\t台"),
])  # fmt: skip
def test_escapes_of_characters_that_xml_cannot_hold(read_table: Read, written: str, remark: str) -> None:
    table = honest("cold_stores")
    data = replaced(by_xlsxwriter(lay.page(table)), ">两台<", f">{written}<", STRINGS)
    result = read_table(data, table)
    assert result.rows is not None and result.outcome == "loaded"
    found = result.rows["remark"].to_pylist()[2]
    assert found.replace("\r", "").split() == remark.replace("\r", "").split()
    assert result.rows.drop_columns(["remark"]).equals(
        read_table(by_openpyxl(lay.page(table)), table).rows.drop_columns(["remark"])  # type: ignore[union-attr]
    )


@pytest.mark.feature("escaped characters")
@pytest.mark.parametrize("form", FORMS[2::3])
def test_escaped_line_ends_in_every_header(read_table: Read, form: str) -> None:
    table = honest(form)
    data = rewritten(
        by_xlsxwriter(lay.spelt(table, "wrapped")),
        lambda name, text: text.replace("\n", "_x000D_\n") if name == STRINGS else text,
    )
    assert any("_x000D_" in text for text in texts_of(data))
    expect(read_table(data, table), table)


@pytest.mark.feature("notes at cells")
@pytest.mark.parametrize("form", FORMS[1::3])
def test_notes_at_cells_are_no_values(read_table: Read, form: str) -> None:
    """Notes stand at a title, at a header, at a value and at an empty cell."""
    table = honest(form)
    book = openpyxl.load_workbook(io.BytesIO(by_openpyxl(lay.page(table))))
    for cell in ("A1", "C3", "D4", f"{chr(65 + len(table.header) - 1)}5", "AZ40"):
        book.worksheets[0][cell].comment = Comment("请核对 2020年5月", "核对人")
    out = io.BytesIO()
    book.save(out)
    expect(read_table(out.getvalue(), table), table)


@pytest.mark.feature("styled empty rows")
@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_rows_styled_to_the_last_one(read_table: Read, write: Any) -> None:
    """A border drawn over whole columns: the file's last row is number 1048576, and reading it takes no longer."""
    table = honest("village_income")
    book = openpyxl.load_workbook(io.BytesIO(write(lay.page(table))))
    sheet = book.worksheets[0]
    side = Side(style="thin")
    for row in [*range(8, 300), 60_000, 1_048_576]:
        for column in range(1, 15):
            sheet.cell(row, column).border = Border(left=side, right=side, top=side, bottom=side)
    sheet.cell(1_048_576, 14).fill = PatternFill("solid", fgColor="FFFF00")
    out = io.BytesIO()
    book.save(out)
    started = time.process_time()
    expect(read_table(out.getvalue(), table), table)
    assert time.process_time() - started < 5


@pytest.mark.feature("Strict Open XML")
@pytest.mark.parametrize("form", FORMS[::2])
def test_strict_open_xml(read_table: Read, form: str) -> None:
    table = honest(form)
    data = strict(by_openpyxl(lay.two_levels(table)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"purl.oclc.org/ooxml/spreadsheetml/main" in archive.read(SHEET)
    expect(read_table(data, table), table)


@pytest.mark.feature("numbers as text")
@pytest.mark.parametrize("form", FORMS)
def test_every_number_as_text(read_table: Read, form: str) -> None:
    """As columns formatted as text before they were filled; with the mark that some programs put in front."""
    table = honest(form)
    mark = ("", "'")[FORMS.index(form) % 2]
    lines = [[f"{mark}{v}" if isinstance(v, (int, float)) else v for v in row] for row in table.rows]
    expect(read_table(by_openpyxl(lay.page(table, lines)), table), table)
