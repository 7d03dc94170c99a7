"""Hidden rows, columns and sheets: counted or left out as the settings say, and said either way."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.context import Context
from ingest.read import ReadResult
from ingest.workers import Setup, Task, read_all
from tests.ingest.books import by_openpyxl
from tests.ingest.conftest import KEY
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import COUNTY, FORMS, Honest, expect, honest

COUNTED, LEFT_OUT = "已照常读入；不应计入的请删除后重新报送", "没有读入；如需计入，请取消隐藏后重新报送"


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook with its first sheet changed by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def hide_rows(*numbers: int) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for number in numbers:
            sheet.row_dimensions[number].hidden = True

    return change


def hide_columns(*names: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for name in names:
            sheet.column_dimensions[name].hidden = True

    return change


def messages(result: ReadResult) -> list[tuple[str, str]]:
    return [(i.severity, i.message) for i in result.issues if i.rule_id == "S13"]


@pytest.mark.feature("hidden rows")
@pytest.mark.parametrize("form", FORMS)
def test_hidden_rows_count_and_are_said(read_as: Reader, form: str) -> None:
    table = honest(form)
    data = changed(by_openpyxl(lay.page(table)), hide_rows(4, 6))
    result = read_as(data, table.name)
    expect(result, table)
    assert messages(result) == [("info", f"第 4、6 行是隐藏的（共 2 行），{COUNTED}")]


@pytest.mark.feature("hidden rows")
@pytest.mark.parametrize("form", FORMS)
def test_hidden_rows_are_left_out_where_the_setting_says_so(read_as: Reader, form: str) -> None:
    table = honest(form)
    data = changed(by_openpyxl(lay.page(table)), hide_rows(len(table.rows) + 3))
    result = read_as(data, table.name, reads_hidden_rows=False)
    assert messages(result) == [("info", f"第 {len(table.rows) + 3} 行是隐藏的（共 1 行），{LEFT_OUT}")]
    expect(result, table, rows=list(range(len(table.rows) - 1)))


@pytest.mark.feature("hidden rows")
def test_runs_of_hidden_rows_are_named_by_their_ends(read_as: Reader) -> None:
    table = honest("village_income")
    lines = [[n, "平襄镇", "中林", *table.rows[0][3:]] for n in range(1, 31)]
    data = changed(by_openpyxl(lay.page(table, lines)), hide_rows(*range(5, 9), *range(12, 32, 2)))
    result = read_as(data, table.name)
    runs = "5—8、12、14、16、18、20、22、24等"
    assert messages(result) == [("info", f"第 {runs} 行是隐藏的（共 14 行），{COUNTED}")] and result.rows_read == 30


@pytest.mark.feature("hidden rows")
def test_hidden_titles_and_footers_are_nobodys_concern(read_as: Reader) -> None:
    table = honest("village_income")
    data = changed(by_openpyxl(lay.footers(table)), hide_rows(2, 9, 10))
    result = read_as(data, table.name)
    expect(result, table)
    assert messages(result) == []


@pytest.mark.feature("filters")
def test_a_filter_hides_rows_that_count(read_as: Reader) -> None:
    """The total that the program shows under a filter leaves the hidden rows out: that is told, not believed."""
    table = honest("village_income")
    lines = [*lay.body(table), lay.total(table, "合计", [0, 1, 3])]

    def filtered(sheet: Any) -> None:
        sheet.auto_filter.ref = "A3:N7"
        sheet.auto_filter.add_filter_column(3, ["是"])
        sheet.row_dimensions[6].hidden = True

    result = read_as(changed(by_openpyxl(lay.page(table, lines)), filtered), table.name)
    assert len([i for i in result.issues if i.rule_id == "R64"]) == 7 and result.rows_accepted == 4
    assert messages(result) == [("info", f"第 6 行是隐藏的（共 1 行），{COUNTED}")]
    expect(
        read_as(changed(by_openpyxl(lay.page(table, lines)), filtered), table.name, reads_hidden_rows=False),
        table,
        [0, 1, 3],
    )


@pytest.mark.feature("hidden columns")
@pytest.mark.parametrize("form", FORMS)
def test_hidden_columns_count_and_are_said(read_as: Reader, form: str) -> None:
    table = honest(form)
    data = changed(by_openpyxl(lay.page(table)), hide_columns("A", "B", "E"))
    result = read_as(data, table.name, reads_hidden_rows=FORMS.index(form) % 2 == 0)
    expect(result, table)
    assert messages(result) == [("info", f"A—B、E 列是隐藏的，{COUNTED}")]


def two_sheets(table: Honest) -> bytes:
    """A sheet with the first rows and a hidden one with the others."""
    pages = [
        lay.page(table, [list(r) for r in table.rows[:2]], name="一"),
        lay.page(table, [list(r) for r in table.rows[2:]], name="二"),
    ]
    pages[1].is_hidden = True
    return by_openpyxl(*pages)


@pytest.mark.feature("hidden sheets")
@pytest.mark.parametrize("form", FORMS)
def test_hidden_sheets_are_left_out_unless_the_setting_says_so(read_as: Reader, form: str) -> None:
    table = honest(form)
    result = read_as(two_sheets(table), table.name)
    expect(result, table, rows=[0, 1])
    assert [(i.sheet, i.message) for i in result.issues if i.rule_id == "S12"] == [
        ("二", "工作表“二”是隐藏的，没有读入；如需计入，请取消隐藏后重新报送")
    ]
    expect(read_as(two_sheets(table), table.name, reads_hidden_sheets=True), table)


@pytest.mark.feature("hidden rows")
def test_the_settings_reach_the_reading_process(tmp_path: Path) -> None:
    table = honest("village_income")
    path = tmp_path / "表.xlsx"
    path.write_bytes(changed(two_sheets(table), hide_rows(5)))
    setup = Setup(KEY, Context.load(KEY, reads_hidden_rows=False, reads_hidden_sheets=True))
    [answer] = read_all([Task(0, path, table.name, COUNTY)], setup, 1)
    expect(answer.result, table, rows=[0, 2, 3])
