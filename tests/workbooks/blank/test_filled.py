"""A blank workbook that was filled in is read as what it is, whatever became of its title, names and columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ingest.columns import Column
from ingest.context import Context
from ingest.contracts import Contract
from ingest.marks import DIGEST, FORM
from ingest.periods import read_period
from ingest.read import ReadResult, read
from tests.workbooks.blank.clerk import (
    FIXTURES,
    Ledger,
    Row,
    checks_of,
    fill,
    forms,
    is_let_in,
    ledger,
    lists_in,
    opened,
    same_rows,
    saved,
)
from workbooks.blank import make
from workbooks.blank.book import FIRST_ROW, HEADER_ROW, MARK_NAME
from workbooks.blank.columns import columns_of

COUNTY, NEIGHBOUR = "621121", "621122"
_ledgers: dict[str, Ledger] = {}


def ledger_of(form: str, context: Context) -> Ledger:
    if form not in _ledgers:
        _ledgers[form] = ledger(form, context)
    return _ledgers[form]


def filled(form: str, context: Context, change: Callable[[Worksheet], None] | None = None) -> openpyxl.Workbook:
    """The workbook for the ledger's county and period with the ledger's rows in it."""
    known = ledger_of(form, context)
    county = context.places.counties[known.result.county_code or ""]
    book = opened(make(context.contracts[form], county, context, read_period(known.result.period)))
    sheet = fill(book, context.contracts[form], known.rows)
    if change is not None:
        change(sheet)
    return book


def result_of(book: openpyxl.Workbook, context: Context, name: str = "a.xlsx", county: str | None = None) -> ReadResult:
    return read(saved(book), name, folder_county=county, context=context)


def test_there_is_a_ledger_for_every_contract(context: Context) -> None:
    assert set(forms()) == set(context.contracts) and FIXTURES.is_dir()


@pytest.mark.parametrize("form", forms())
def test_honest_rows_pass_the_checks_and_read_to_the_same_as_in_the_countys_own_layout(
    form: str, context: Context
) -> None:
    known, book = ledger_of(form, context), filled(form, context)
    assert stopped(book, context.contracts[form], known.rows) == []
    county = known.result.county_code or ""
    result = result_of(book, context, f"{county}/报表.xlsx", county)
    assert (result.form, result.outcome, result.period) == (form, "loaded", known.result.period), result.refusal
    assert result.county_code == result.scope_code == county
    assert [i for i in result.issues if i.rule_id.startswith("S")] == []
    assert same_rows(result, known.result)


def stopped(book: openpyxl.Workbook, contract: Contract, rows: tuple[Row, ...]) -> list[tuple[str, Any]]:
    """The values that a check of their column does not let in; every column has one."""
    checks = checks_of(book.worksheets[0])
    columns = columns_of(contract)
    assert sorted(checks) == list(range(1, len(columns) + 1))
    lists = lists_in(book)
    return [
        (column.header, row[column.field])
        for index, column in enumerate(columns, 1)
        for row in rows
        if not is_let_in(checks[index], row[column.field], lists)
    ]


def without_titles(sheet: Worksheet) -> None:
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    sheet.delete_rows(1, HEADER_ROW)


def renamed(sheet: Worksheet) -> None:
    sheet.title = "Sheet1"


def reversed_columns(sheet: Worksheet) -> None:
    for row in sheet.iter_rows(min_row=HEADER_ROW + 1):
        for cell, (value, shown) in zip(row, [(c.value, c.number_format) for c in row][::-1], strict=True):
            cell.value, cell.number_format = value, shown


def noted_headers(sheet: Worksheet) -> None:
    for cell in sheet[HEADER_ROW + 1]:
        cell.value = f"{cell.value.removeprefix('*')}(本单位填写)" if cell.value.startswith("*") else f"{cell.value}*"


CHANGES = {f.__name__: f for f in (without_titles, renamed, reversed_columns, noted_headers)}


@pytest.mark.parametrize("form", forms())
def test_it_is_told_whatever_was_changed(form: str, context: Context) -> None:
    def all_of(sheet: Worksheet) -> None:
        for change in (renamed, reversed_columns, noted_headers, without_titles):
            change(sheet)

    known = ledger_of(form, context)
    result = result_of(filled(form, context, all_of), context)
    assert (result.form, result.outcome, result.period) == (form, "loaded", known.result.period), result.refusal
    assert result.county_code == known.result.county_code and same_rows(result, known.result)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_is_told_after_each_change(change: Callable[[Worksheet], None], context: Context) -> None:
    result = result_of(filled("household_awards", context, change), context)
    assert result.form == "household_awards" and same_rows(result, ledger_of("household_awards", context).result)


@pytest.mark.parametrize("form", forms())
def test_columns_that_need_not_be_filled_in_may_be_deleted(form: str, context: Context) -> None:
    contract = context.contracts[form]
    spare = [c for c in columns_of(contract) if c.required == "no" and not c.key]

    def delete(sheet: Worksheet) -> None:
        without_titles(sheet)
        for index in range(len(columns_of(contract)), 0, -1):
            if columns_of(contract)[index - 1] in spare:
                sheet.delete_cols(index)

    result = result_of(filled(form, context, delete), context)
    gone = frozenset(raw.name for column in spare for raw in column.raw_columns())
    assert result.form == form and result.rows_accepted
    if result.rows_accepted == result.rows_read:
        assert same_rows(result, ledger_of(form, context).result, gone)


@pytest.mark.parametrize("form", forms())
def test_a_workbook_that_nobody_filled_in_has_no_rows(form: str, context: Context) -> None:
    template = make(context.contracts[form], context.places.counties[COUNTY], context, read_period("2020-06"))
    result = read(template, "报表.xlsx", folder_county=COUNTY, context=context)
    assert (result.form, result.refusal_code, result.period) == (form, "S06", "2020-06")
    assert [i.rule_id for i in result.issues] == ["S06"]


def test_without_a_period_the_clerk_has_to_write_one(context: Context) -> None:
    form = "village_base"
    book = opened(make(context.contracts[form], context.places.counties[COUNTY], context))
    sheet = fill(book, context.contracts[form], ledger_of(form, context).rows)
    assert result_of(book, context).refusal_code == "S05"
    sheet["A1"] = sheet["A1"].value.replace("（　　　　年　　月）", "2020年第二季度")
    assert result_of(book, context).period == "2020Q2"


def test_the_title_says_the_period_before_the_mark(context: Context) -> None:
    book = filled("village_base", context)
    book.worksheets[0]["A1"] = "通渭县2020年9月贫困村基础台账"
    assert result_of(book, context).period == "2020-09"


def test_the_mark_says_the_period_before_the_day_of_filing_and_the_folders(context: Context) -> None:
    def dated(sheet: Worksheet) -> None:
        sheet["A1"] = "贫困村基础台账"
        sheet["A2"] = "填报日期：2020年12月3日"

    result = result_of(filled("village_base", context, dated), context, "621121-通渭县/2019年/报表.xlsx")
    assert result.period == ledger_of("village_base", context).result.period != "2019"


# ------------------------------------------------------------------------------------------------------- the mark
def bare(form: str, context: Context) -> openpyxl.Workbook:
    """A filled workbook of which the title says nothing."""
    return filled(form, context, without_titles)


def test_either_half_of_the_mark_is_enough(context: Context) -> None:
    without_sheet, without_properties = bare("supervision", context), bare("supervision", context)
    del without_sheet[MARK_NAME]
    for name in list(without_properties.custom_doc_props.names):
        del without_properties.custom_doc_props[name]
    for book in (without_sheet, without_properties):
        result = result_of(book, context)
        assert (result.form, result.outcome, result.county_code) == ("supervision", "loaded", COUNTY)
    del without_properties[MARK_NAME]
    assert result_of(without_properties, context).refusal_code == "S04"


def stamp(book: openpyxl.Workbook, entry: str, text: str) -> openpyxl.Workbook:
    """Writes another text into both halves of the mark."""
    book.custom_doc_props[entry].value = text
    for row in book[MARK_NAME].iter_rows():
        if row[0].value == entry:
            row[1].value = text
    return book


def test_the_mark_goes_before_headers_that_fit_another_form_as_well(context: Context) -> None:
    """A contract that takes the same headers: without the mark the two cannot be told apart."""
    twin = replace(context.contracts["supervision"], name="twin", title="另一种表")
    under = replace(context, contracts={**context.contracts, "twin": twin})
    book = bare("supervision", context)
    assert result_of(book, under).form == "supervision"
    assert result_of(stamp(book, FORM, "twin"), under).form == "twin"
    assert result_of(stamp(book, FORM, "gone"), under).refusal_code == "S02"


def test_a_marked_form_that_lacks_a_column_is_not_taken_for_another_that_lacks_none(context: Context) -> None:
    own, more = context.contracts["supervision"], Column("more", "text", "另一列", "recognise")
    larger = replace(own, name="larger", columns=(*own.columns, more), by_field={**own.by_field, "more": more})
    under = replace(context, contracts={**context.contracts, "larger": larger})
    result = result_of(stamp(bare("supervision", context), FORM, "larger"), under)
    assert (result.form, result.refusal_code) == ("larger", "S03") and "另一列" in (result.refusal or "")


def test_a_mark_of_a_form_that_is_no_more_is_passed_over(context: Context) -> None:
    result = result_of(stamp(filled("supervision", context), FORM, "no_such_form"), context)
    assert (result.form, result.outcome) == ("supervision", "loaded")


def test_another_form_in_a_marked_workbook_is_what_its_title_says(context: Context) -> None:
    result = result_of(stamp(filled("supervision", context), FORM, "household_awards"), context)
    assert (result.form, result.outcome) == ("supervision", "loaded")


def test_a_marked_workbook_without_a_column_that_it_needs_says_which(context: Context) -> None:
    def without_ids(sheet: Worksheet) -> None:
        without_titles(sheet)
        sheet.delete_cols(6)

    result = result_of(filled("household_awards", context, without_ids), context)
    assert (result.form, result.refusal_code) == ("household_awards", "S03") and "身份证号" in (result.refusal or "")


def test_a_neighbours_workbook_is_refused(context: Context) -> None:
    result = result_of(bare("supervision", context), context, "621122-陇西县/a.xlsx", NEIGHBOUR)
    assert (result.refusal_code, result.county_code) == ("S10", NEIGHBOUR)
    assert "通渭县" in (result.refusal or "")


def test_an_older_workbook_is_read_and_that_is_said(context: Context) -> None:
    result = result_of(stamp(filled("supervision", context), DIGEST, "0" * 64), context)
    assert result.outcome == "loaded"
    assert [(i.severity, i.effect) for i in result.issues if i.rule_id == "S15"] == [("info", "none")]


def test_rows_stand_where_the_issues_say(context: Context) -> None:
    """What is wrong is told at the cell that the clerk sees."""
    book = filled("supervision", context)
    book.worksheets[0].cell(FIRST_ROW + 1, 5).value = "许多"
    found = [i for i in result_of(book, context).issues if i.rule_id == "C02"]
    assert [(i.sheet, i.cell, i.header) for i in found] == [("挂牌督战台账", "E5", "*未脱贫户(户)")]
