"""Cells that hold no value though they are not blank: errors, and formulas that no program has computed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from ingest.read import ReadResult
from ingest.text import cell_name
from tests.ingest.books import Page, by_openpyxl
from tests.layouts import lay
from tests.layouts.honest import FORMS, VILLAGE_FORMS, Honest, expect, honest
from tests.layouts.parts import replaced

Read = Callable[[bytes, Honest], ReadResult]
ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"]
SAID_ERROR = "公式出错（{}），没有结果，请改正公式或直接填写"
SAID_UNCOMPUTED = "公式没有计算结果，请用 WPS 或 Excel 打开，重算并保存后重新报送"


def book(table: Honest, changes: dict[tuple[int, str], Any], below: list[list[Any]] | None = None) -> bytes:
    """The plain table with cells changed by (row, header); openpyxl writes formulas without values, errors as such."""
    for (row, header), value in changes.items():
        table = table.with_cell(row, header, value)
    return by_openpyxl(lay.page(table, [*lay.body(table), *(below or [])]))


def without(table: Honest, row: int, *fields: str) -> Honest:
    """The table with some fields of a row not read."""
    reads = [{k: v for k, v in r.items() if i != row or k not in fields} for i, r in enumerate(table.reads)]
    return replace(table, reads=tuple(reads))


def said(result: ReadResult) -> list[tuple[str, str | None, str, str, str | None]]:
    return [
        (i.rule_id, i.cell, i.effect, i.message, i.value_shown) for i in result.issues if i.rule_id in ("C11", "C12")
    ]


@pytest.mark.feature("cells without value: errors")
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_costs_what_its_column_costs(read_table: Read, error: str) -> None:
    table = honest("cold_stores")
    result = read_table(book(table, {(0, "备注"): error, (1, "开工日期"): error, (2, "总投资"): error}), table)
    expected = without(without(table, 1, "start_date"), 0, "remark")
    expect(result, expected, rows=[0, 1], issues=[("C11", "S4"), ("C11", "M5"), ("C11", "J6")])
    assert said(result) == [("C11", cell, effect, SAID_ERROR.format(error), error) for cell, effect in (
        ("S4", "cell_emptied"), ("M5", "cell_emptied"), ("J6", "row_refused"))]  # fmt: skip


@pytest.mark.feature("cells without value: errors")
@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!"])
def test_errors_that_newer_programs_have(read_table: Read, error: str) -> None:
    table = honest("cold_stores")
    data = replaced(book(table, {(2, "总投资"): "#REF!"}), "<v>#REF!</v>", f"<v>{error}</v>")
    result = read_table(data, table)
    expect(result, table, rows=[0, 1], issues=[("C11", "J6")])
    assert said(result) == [("C11", "J6", "row_refused", SAID_ERROR.format(error), error)]


@pytest.mark.feature("cells without value: errors")
@pytest.mark.parametrize("form", FORMS)
def test_an_error_in_a_needed_column_of_each_form(read_table: Read, form: str) -> None:
    """The last row's last needed cell: nothing of the row is read, and nothing else is said of it."""
    table = honest(form)
    last = len(table.rows) - 1
    cell = cell_name(3 + last, table.at(table.needed))
    result = read_table(book(table, {(last, table.needed): "#N/A"}), table)
    found = [(i.rule_id, i.cell, i.effect) for i in result.issues if i.row_no == 4 + last]
    assert found == [("C11", cell, "row_refused")]
    expect(result, table, rows=list(range(last)), issues=[("C11", cell)])


@pytest.mark.feature("cells without value: errors")
@pytest.mark.parametrize("header", ["乡镇", "行政村"])
@pytest.mark.parametrize("form", [f for f in VILLAGE_FORMS if f != "registered_persons"])
def test_an_error_in_a_place_is_no_blank_place(read_table: Read, form: str, header: str) -> None:
    """Not even where the village alone would tell the township, or a blank would take the place above."""
    table = honest(form)
    result = read_table(book(table, {(1, header): "#N/A"}), table)
    cell = f"{'B' if header == '乡镇' else 'C'}5"
    expect(result, table, rows=[i for i in range(len(table.rows)) if i != 1], issues=[("C11", cell)])


@pytest.mark.feature("cells without value: errors")
def test_blank_places_below_an_error_are_not_those_above_it(read_table: Read) -> None:
    table = honest("village_income")
    page = lay.blank_places(table)
    rows = [list(row) for row in page.rows]
    rows[5][1] = "#REF!"
    result = read_table(by_openpyxl(Page(rows)), table)
    expect(result, table, rows=[0, 1], issues=[("C11", "B6"), ("C11", "B7")])


@pytest.mark.feature("cells without value: errors")
def test_an_error_in_a_merged_cell_is_one_of_all_its_rows(read_table: Read) -> None:
    table = honest("village_income")
    page = lay.merged_places(table)
    rows = [list(row) for row in page.rows]
    rows[5][1] = "#REF!"
    result = read_table(by_openpyxl(Page(rows, page.merged)), table)
    expect(result, table, rows=[0, 1], issues=[("C11", "B6"), ("C11", "B7")])


@pytest.mark.feature("cells without value: formulas")
@pytest.mark.parametrize("form", ["village_income", "cold_stores", "fund_projects", "lead_enterprises"])
def test_a_formula_that_nobody_computed_is_no_blank(read_table: Read, form: str) -> None:
    header, cell = {"village_income": ("合计", "K4"), "cold_stores": ("总投资", "J4"), "fund_projects": ("投资规模", "H4"),
                    "lead_enterprises": ("资产总额", "H4")}[form]  # fmt: skip
    table = honest(form)
    result = read_table(book(table, {(0, header): "=1+1"}), table)
    expect(result, table, rows=list(range(1, len(table.rows))), issues=[("C12", cell)])
    assert said(result) == [("C12", cell, "row_refused", SAID_UNCOMPUTED, "=…")]


@pytest.mark.feature("cells without value: formulas")
def test_a_row_of_formulas_alone_is_not_lost(read_table: Read) -> None:
    """Every cell is looked up in another book: the row is refused, not passed over as a blank one."""
    table = honest("sales_channels")
    changes = {(1, header): "=VLOOKUP(A1,$A$1:$B$9,2,0)" for header in table.header}
    result = read_table(book(table, changes), table)
    assert (result.rows_read, result.rows_accepted, result.rows_refused) == (3, 2, 1)
    assert {(i.rule_id, i.row_no) for i in result.issues} == {("C12", 5)}


@pytest.mark.feature("cells without value: formulas")
def test_a_name_beside_formulas_is_no_section(read_table: Read) -> None:
    """Only the village's name is typed, all figures are formulas without a result."""
    table = honest("village_income")
    changes: dict[tuple[int, str], Any] = {(2, h): "" for h in table.header}
    changes |= {(2, h): "=1+1" for h in table.sums}
    result = read_table(book(table, changes | {(2, "行政村"): "锦屏"}), table)
    assert (result.rows_read, result.rows_refused) == (4, 1)
    assert ("C12", 6) in {(i.rule_id, i.row_no) for i in result.issues}


@pytest.mark.feature("cells without value: formulas")
def test_a_numbered_name_beside_a_formula_is_no_section(read_table: Read) -> None:
    table = honest("fund_projects")
    changes: dict[tuple[int, str], Any] = {(1, h): "" for h in table.header}
    result = read_table(book(table, changes | {(1, "项目名称"): "一、果园改造", (1, "投资规模"): "=1+1"}), table)
    assert (result.rows_read, result.rows_refused) == (3, 1)
    assert ("C12", "H5", "row_refused") in {(i.rule_id, i.cell, i.effect) for i in result.issues}


@pytest.mark.feature("cells without value: totals")
@pytest.mark.parametrize(("cell", "rule"), [("#REF!", "C11"), ("=SUM(K4:K7)", "C12")])
def test_a_total_without_a_value_is_a_warning_and_compared_with_nothing(read_table: Read, cell: str, rule: str) -> None:
    table = honest("village_income")
    total = lay.total(table, "合计", range(4))
    total[table.at("合计")] = cell
    result = read_table(book(table, {}, [total]), table)
    expect(result, table, issues=[(rule, "K8")])
    [found] = [i for i in result.issues if i.rule_id == rule]
    assert (found.severity, found.effect, found.header) == ("warn", "none", "合计")
    assert found.message.startswith("合计没有核对：公式")
    assert "K8" not in {t["cell"] for t in result.totals["stated"]} and len(result.totals["stated"]) == 7


@pytest.mark.feature("formulas with values")
@pytest.mark.parametrize("form", FORMS)
def test_a_formula_is_its_value(read_table: Read, form: str) -> None:
    """Every number and every text stands as a formula with its result beside it."""
    table = honest(form)
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = made.add_worksheet("Sheet1")
    for r, row in enumerate(lay.page(table).rows):
        for c, value in enumerate(row):
            if r > 2 and isinstance(value, (int, float, str)) and value != "":
                formula = f"={value}" if not isinstance(value, str) else '="' + value.replace('"', '""') + '"'
                sheet.write_formula(r, c, formula, None, value)
            elif value != "":
                sheet.write(r, c, value)
    made.close()
    assert openpyxl.load_workbook(io.BytesIO(out.getvalue()))["Sheet1"]["A4"].value == "=1"
    expect(read_table(out.getvalue(), table), table)
