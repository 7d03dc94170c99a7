"""Workbooks of other formats come back as xlsx: the same values, marked in the same cells."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from ingest.formats import open_sheets
from ingest.grid import Sheet
from tests.ingest.books import Page, by_csv, by_xlwt
from tests.ingest.conftest import Reader
from tests.ingest.forms import AWARD_HEADER, INCOME_HEADER, award_rows, income_rows
from tests.workbooks.conftest import SUBMISSION, OrderFor, finding, order
from workbooks.annotated.annotate import annotate
from workbooks.annotated.from_grid import from_grid
from workbooks.annotated.shades import PLAIN

TITLE = ["通渭县2020年6月村级集体经济收入统计表"]


def ledger() -> Page:
    rows = income_rows()
    rows[1][2], rows[3][3] = "没有这个村", None
    return Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows], ["A1:N1"])


def by_ods(page: Page) -> bytes:
    """A document as LibreOffice writes it, as far as values go."""

    def cell(value: object) -> str:
        if value in ("", None):
            return "<table:table-cell/>"
        kind = (
            f'office:value-type="float" office:value="{value}"'
            if isinstance(value, (int, float))
            else 'office:value-type="string"'
        )
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in page.rows)
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="{page.name}">{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


@pytest.mark.parametrize("write", [by_xlwt, by_csv, by_ods])
def test_it_comes_back_marked_and_reads_as_before(read_as: Reader, order_for: OrderFor, write: object) -> None:
    data = write(ledger())  # type: ignore[operator]
    before = read_as(data)
    assert [i.cell for i in before.issues if i.severity == "error"] == ["C5", "D7"]
    back = annotate(data, order_for(before))
    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[1]
    marked = {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == PLAIN["error"]}
    assert marked == {"C5", "D7"} and "没有叫“没有这个村”的行政村" in sheet["C5"].comment.text
    after = read_as(back)
    assert after.corrects == SUBMISSION and before.rows is not None and before.rows.equals(after.rows)
    assert [(i.rule_id, i.cell, i.message, i.value_shown) for i in after.issues] == [
        (i.rule_id, i.cell, i.message, i.value_shown) for i in before.issues
    ]


def test_merged_ranges_dates_long_numbers_and_widths(read_as: Reader) -> None:
    rows = award_rows()
    for row in rows:
        row[15] = date(2020, 5, 27)
    data = by_xlwt(
        Page([["通渭县2020年花名册", *[""] * 18], AWARD_HEADER, *rows], ["A1:S1", "B3:B6", "C3:C4"], name="花名册")
    )
    sheet = openpyxl.load_workbook(io.BytesIO(annotate(data, order())))["花名册"]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:S1", "B3:B6", "C3:C4"}
    assert sheet["A1"].value == "通渭县2020年花名册" and sheet["B3"].value == "平襄镇"
    assert sheet["P3"].value == datetime(2020, 5, 27) and sheet["P3"].number_format == "yyyy/m/d"
    assert sheet["E3"].value == rows[0][4] and sheet["E3"].number_format == "@"
    assert sheet["M3"].value == 900 and sheet["M3"].data_type == "n"
    assert sheet.column_dimensions["E"].width >= 20


def test_what_is_hidden_stays_hidden_and_errors_stay_to_be_seen() -> None:
    grid = Sheet("表", 1, [["甲", "乙"], [1.0, ""], [2.0, 3.0]], hidden_rows=frozenset({1}), hidden_columns=frozenset({1}),
                 broken={(1, 1): "#REF!"})  # fmt: skip
    hidden = Sheet("藏", 2, [["丙"]], is_visible=False)
    data, names = from_grid([grid, hidden])
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[names["表"]]
    assert sheet.row_dimensions[2].hidden and not sheet.row_dimensions[3].hidden and sheet.column_dimensions["B"].hidden
    assert sheet["B2"].value == "#REF!" and book["藏"].sheet_state == "hidden"


def test_days_that_count_from_1904_go_on_doing_so() -> None:
    back = annotate(from_grid([Sheet("表", 1, [[date(2020, 5, 27), 42516.0]], is_1904=True)])[0], order())
    (sheet,) = [s for s in open_sheets(back) if s.name == "表"]
    assert sheet.is_1904 and sheet.rows[0] == [date(2020, 5, 27), 42516.0]


@pytest.mark.parametrize("count", [2, 45])
def test_names_that_no_sheet_may_have(count: int) -> None:
    """And more sheets than a child process may have files open."""
    grids = [Sheet(f"[a]:*?/\\'{'长' * 40}{n}", n + 1, [["甲"], [n * 1.0]]) for n in range(count)]
    data, names = from_grid(grids)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == list(names.values()) and len(set(book.sheetnames)) == count
    assert [sheet["A2"].value for sheet in book] == list(range(count))


def test_merged_ranges_that_overlap_or_have_no_end() -> None:
    grid = Sheet(
        "表", 1, [["甲", "乙"]] * 4, merged=[(0, 0, 1, 0), (1, 0, 2, 1), (2, 1, 1_000_000, 16_000), (3, 0, 3, 0)]
    )
    book = openpyxl.load_workbook(io.BytesIO(from_grid([grid])[0]))
    assert {str(area) for area in book["表"].merged_cells.ranges} == {"A1:A2", "B3:B4"}
    assert book["表"]["A1"].value == "甲" and book["表"]["B3"].value == "乙"


def test_a_csv_of_formulas_comes_back_as_texts() -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["村", "金额"], ['=HYPERLINK("http://x")', "+1"], ["@SUM(A1)", "=cmd|' /c calc'!A1"]])
    back = annotate(out.getvalue().encode(), order([finding((1, 0), sheet="", shown="=1")]))
    book = openpyxl.load_workbook(io.BytesIO(back))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    sheet = book.worksheets[1]
    assert sheet["A2"].value.startswith("=HYPERLINK") and sheet["A2"].quotePrefix
    (grid,) = [s for s in open_sheets(back) if not s.name.startswith("退改说明")]
    assert grid.rows[2] == ["@SUM(A1)", "=cmd|' /c calc'!A1"]
