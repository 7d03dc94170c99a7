"""The sheet 退改说明: what it says, where its links lead, and how it is set up for reading and printing."""

from __future__ import annotations

import io

import openpyxl
import pytest

from ingest.returned import number_of
from tests.ingest.books import Page, by_openpyxl
from tests.workbooks.conftest import SUBMISSION, finding, order
from workbooks.annotated.annotate import annotate
from workbooks.annotated.findings import Total
from workbooks.annotated.shades import PLAIN
from workbooks.annotated.summary import KINDS, LISTED

BOOK = by_openpyxl(
    Page([["村", "金额"], *[["中林", n] for n in range(1100)]], name="Sheet1"), Page([["别的"]], name="二's")
)


def page(**changes: object) -> openpyxl.worksheet.worksheet.Worksheet:
    findings = changes.pop(
        "findings", [finding((1, 1)), finding((2, 1)), finding((1, 0), "没有这个村", rule="R70", header="村")]
    )
    book = openpyxl.load_workbook(io.BytesIO(annotate(BOOK, order(findings, **changes))))
    assert book.sheetnames[0] == "退改说明"
    return book["退改说明"]


def rows(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[list[object]]:
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_it_says_whose_it_is_what_became_of_it_and_how_to_correct() -> None:
    sheet = page()
    said = rows(sheet)
    assert said[0] == ["通渭县　村级集体经济收入台账　退改说明"]
    assert said[1][0].startswith(f"退改编号：{number_of(SUBMISSION)}")  # type: ignore[union-attr]
    assert ["报送文件", "621121-通渭县/报表.xlsx"] in said and ["处理结果", "部分采用：1 行有误，没有计入"] in said
    assert any("红色的格子必须改正" in str(row[0]) for row in said if row)


def test_findings_are_counted_by_kind_and_listed_one_by_one() -> None:
    said = rows(page())
    assert [2, "Sheet1 B2", "上年收入", "不是数字　等 2 处", "错误", "该行未采用"] in said
    assert [1, "Sheet1 A2", "村", "没有这个村", "错误", "该行未采用"] in said
    head = said.index(["序号", "位置", "列", "原值", "问题和改法", "级别", "处理"])
    assert [row[:2] for row in said[head + 1 :]] == [[1, "Sheet1 B2"], [2, "Sheet1 B3"], [3, "Sheet1 A2"]]


def test_places_are_links_to_the_cells() -> None:
    marks = [finding((1, 1)), finding((0, 0), sheet="二's"), finding((1, 1), sheet=None)]
    sheet = page(findings=marks)
    last = [sheet.cell(sheet.max_row - n, 2) for n in (2, 1, 0)]
    assert [c.hyperlink.location if c.hyperlink else None for c in last] == ["'Sheet1'!B2", "'二''s'!A1", None]
    assert last[2].value == "整份文件"


def test_the_list_filters_stays_readable_and_prints_on_pages_of_one_width() -> None:
    sheet = page()
    head = sheet.max_row - 3
    assert sheet.auto_filter.ref == f"A{head}:G{head + 3}" and sheet.print_title_rows == f"${head}:${head}"
    assert sheet.freeze_panes == "A3" and sheet.cell(head, 5).value == "问题和改法"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.cell(head + 1, 5).alignment.wrap_text and sheet.column_dimensions["E"].width > 60
    assert sheet.cell(head + 1, 6).fill.fgColor.rgb == PLAIN["error"]


def test_a_long_list_says_how_much_more_there_is() -> None:
    many = [finding((n + 1, 1), f"第{n}种", rule=f"R{n:04d}") for n in range(LISTED + 7)]
    sheet = page(findings=many)
    said = rows(sheet)
    assert [f"问题清单（列出前 {LISTED:,} 处，另有 7 处见各格颜色和批注）"] in said
    assert [f"另有 {LISTED + 7 - KINDS} 类，见下面的清单和各格批注。"] in said
    assert said[-1][0] == LISTED and sum(row[2:3] == ["上年收入"] for row in said) == LISTED + KINDS


def test_totals_that_disagree_stand_there_with_both_figures() -> None:
    said = rows(page(totals=[Total("Sheet1", 8, 10, "合计", "合计", "16.5 万元", "112 万元")]))
    assert [1, "Sheet1 K9", "合计", "16.5 万元", "112 万元（合计）"] in said


@pytest.mark.parametrize("tone", ["refused", "partly", "accepted"])
def test_the_outcome_has_its_colour(tone: str) -> None:
    sheet = page(tone=tone)
    (row,) = [r for r in sheet.iter_rows() if r[0].value == "处理结果"]
    assert row[2].fill.fgColor.rgb in (*PLAIN.values(), "FFE2EFDA")


def test_the_number_is_among_the_workbook_s_own_properties() -> None:
    once = annotate(BOOK, order())
    for data in (once, annotate(once, order())):
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert [(p.name, p.value) for p in book.custom_doc_props.props] == [("退改编号", number_of(SUBMISSION))]


def test_a_county_s_own_sheet_of_that_name_stays() -> None:
    own = by_openpyxl(Page([["县里写的说明"]], name="退改说明"), Page([["村"]]))
    book = openpyxl.load_workbook(io.BytesIO(annotate(own, order())))
    assert book.sheetnames == ["退改说明2", "退改说明", "Sheet1"] and book["退改说明"]["A1"].value == "县里写的说明"


def test_without_the_county_s_sheets_it_says_what_to_do() -> None:
    data = annotate(b"no workbook at all", order([finding((0, 0), "文件打不开", sheet=None)], is_bare=True))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["退改说明", "原文件"]
    assert any("原文件打不开" in str(cell) for row in book["退改说明"].iter_rows(values_only=True) for cell in row)
