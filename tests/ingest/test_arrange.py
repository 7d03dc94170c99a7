"""Sheets that are not one plain table: tables side by side and below each other, cards, lists of indicators."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ingest.read import ReadResult
from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlwt
from tests.ingest.conftest import Reader
from tests.ingest.forms import (
    AWARD_HEADER,
    INCOME_HEADER,
    award_rows,
    column,
    expect_income,
    income_rows,
    said,
    sums,
)

TITLE = ["通渭县2020年6月村级集体经济收入统计表"]
UNIT = ["单位：万元"]


def cells_of(result: ReadResult, field: str) -> list[str]:
    """Where each landed value of a field stands, by the layout alone: what leads a figure back to its cell."""
    assert result.rows is not None
    layouts = {sheet["sheet_no"]: sheet for sheet in result.layout["sheets"]}
    found = []
    for row in result.rows.select(["sheet_no", "row_no"]).to_pylist():
        layout = layouts[row["sheet_no"]]
        cells = layout.get("cells", {}).get(str(row["row_no"]))
        found.append(cells[field] if cells else f"{layout['columns'][field]['column']}{row['row_no']}")
    return found


def beside(left: list[list[Any]], right: list[list[Any]]) -> list[list[Any]]:
    """Two blocks side by side; the shorter one goes on in blank cells."""
    width = len(left[0])
    right = right + [[None] * len(right[0])] * (len(left) - len(right))
    return [a + b for a, b in zip(left, right, strict=True) if len(a) == width]


@pytest.mark.parametrize("write", [by_openpyxl, by_xlwt, by_csv])
def test_two_blocks_side_by_side(read_as: Reader, write: Any) -> None:
    rows = income_rows()
    data = write(Page([TITLE, [""] * 15 + UNIT, INCOME_HEADER * 2, *beside(rows[:3], rows[3:])]))
    result = read_as(data, "621121-通渭县/表")
    expect_income(result)
    assert cells_of(result, "inc_total_yuan") == ["K4", "K5", "K6", "Y4", "Y5"]
    assert column(result, "sheet_no") == [1, 1, 1, 2, 2]


def test_three_blocks_with_a_gap_a_total_and_an_error_in_the_last(read_as: Reader) -> None:
    rows = income_rows()
    rows[4][10] = 9.9
    gap: list[Any] = [None]
    head = [*INCOME_HEADER, None, *INCOME_HEADER, None, *INCOME_HEADER]
    body = [rows[0] + gap + rows[2] + gap + rows[4], rows[1] + gap + rows[3] + gap + [None] * 14]
    total = ["合计", *[None] * 9, round(sum(r[10] for r in rows), 4)]
    result = read_as(by_openpyxl(Page([TITLE, UNIT, head, *body, total])))
    assert [(i.rule_id, i.cell, i.row_no) for i in result.issues if i.severity == "error"] == [("R21", "AO4", 4)]
    assert result.rows_read == 5 and result.rows_accepted == 4
    assert [t["agrees"] for t in result.totals["stated"]] == [True]


def test_a_column_that_is_there_twice_is_no_block(read_as: Reader) -> None:
    rows = [[*row, "又一条备注"] for row in income_rows()]
    expect_income(read_as(by_openpyxl(Page([TITLE, UNIT, [*INCOME_HEADER, "备注"], *rows]))))


def test_tables_below_each_other_with_other_columns_and_units(read_as: Reader) -> None:
    rows, yuan = income_rows(), income_rows(Decimal(10000))
    second = [list(reversed(row)) for row in yuan[3:]]
    below = [[], ["通渭县马营镇2020年6月村级集体经济收入统计表"], ["单位：元"], list(reversed(INCOME_HEADER)), *second]
    result = read_as(by_openpyxl(Page([TITLE, UNIT, INCOME_HEADER, *rows[:3], *below])))
    expect_income(result)
    assert cells_of(result, "inc_total_yuan") == ["K4", "K5", "K6", "D11", "D12"]


def test_tables_below_each_other_whose_titles_name_the_townships(read_as: Reader) -> None:
    rows = [row[:1] + row[2:] for row in income_rows()]
    header = INCOME_HEADER[:1] + INCOME_HEADER[2:]
    other = [header[0], *reversed(header[1:])]
    parts = [["通渭县平襄镇2020年6月村级集体经济收入统计表"], UNIT, header, *rows[:3]]
    parts += [["通渭县马营镇2020年6月村级集体经济收入统计表"], UNIT, other]
    parts += [[row[0], *reversed(row[1:])] for row in rows[3:]]
    result = read_as(by_openpyxl(Page(parts)))
    expect_income(result)
    assert column(result, "township_name") == ["平襄镇"] * 3 + ["马营镇"] * 2
    assert result.scope_code == "621121"


def test_a_header_that_is_repeated_is_passed_over(read_as: Reader) -> None:
    rows = award_rows()
    for header in (AWARD_HEADER, AWARD_HEADER[1:]):  # with and without serial numbers
        body = [row[len(AWARD_HEADER) - len(header) :] for row in rows]
        title = ["通渭县2020年到户产业扶持资金(奖补)花名册"]
        result = read_as(by_openpyxl(Page([title, ["单位：元"], header, *body[:2], header, *body[2:]])))
        assert said(result) == [] and result.rows_read == 4, [(i.cell, i.message) for i in result.issues]


CARD = [
    ["通渭县2020年农民专业合作社基本情况表"],
    ["合作社名称", "兴农种植农民专业合作社", None, "成立时间", "2015年3月1日"],
    ["统一社会信用代码：", "93621121MA00000000", None, "法定代表人：王有福"],
    ["乡镇", "平襄镇", None, "行政村", "中林"],
    ["出资总额(万元)", 50.5, None, "成员总数(户)", 120],
    ["其中:贫困户成员", 60, None, "带动贫困户", "80户"],
    ["运行状况", "规范运行", None, "主导产业", "马铃薯"],
    ["备注：", None],
]


def expect_card(result: ReadResult, count: int) -> None:
    assert result.form == "cooperatives" and result.period == "2020", (result.form, result.refusal)
    assert [(i.rule_id, i.cell) for i in result.issues if i.rule_id not in ("S08", "S09")] == []
    assert column(result, "member_count") == [120] * count and column(result, "driven_poor_households") == [80] * count
    assert sums(result, "registered_capital_yuan") == 505000 * count


@pytest.mark.parametrize("write", [by_openpyxl, by_xlwt])
def test_a_card_of_labels_and_values(read_as: Reader, write: Any) -> None:
    result = read_as(write(Page(CARD)))
    expect_card(result, 1)
    assert cells_of(result, "registered_capital_yuan") == ["B5"] and cells_of(result, "legal_rep") == ["D3"]


def test_cards_below_each_other_and_on_sheets_of_their_own(read_as: Reader) -> None:
    second = [list(row) for row in CARD]
    second[1][1], second[2][1] = "丰收种植农民专业合作社", "93621121MA00000013"
    together = read_as(by_openpyxl(Page([*CARD, [], *second])))
    apart = read_as(by_openpyxl(Page(CARD, name="兴农"), Page(second, name="丰收")))
    expect_card(together, 2)
    expect_card(apart, 2)
    assert cells_of(together, "registered_capital_yuan") == ["B5", "B14"]
    assert cells_of(apart, "registered_capital_yuan") == ["B5", "B5"]


def test_a_mistake_on_a_card_is_said_at_its_cell(read_as: Reader) -> None:
    card = [list(row) for row in CARD]
    card[4][4] = "一百多"
    result = read_as(by_openpyxl(Page(card)))
    assert [(i.rule_id, i.cell, i.row_no) for i in result.issues if i.rule_id == "C02"] == [("C02", "E5", 2)]


INDICATORS = [
    ["通渭县平襄镇中林村2020年6月村级集体经济收入统计表"],
    ["指标名称", "代码", "计量单位", "数量", "指标名称", "代码", "计量单位", "数量"],
    ["一、经营收入", 1, "万元", 1.5, "五、其他收入", 5, "万元", 0.3],
    ["二、发包及上交收入", 2, "元", 5000, "六、合计", 6, "万元", 3.1],
    ["三、投资收益", 3, "万元", 0.3, "上年收入", 7, "万元", 2.3],
    ["四、补助收入", 4, "万元", 0.5],
    ["指标平衡关系:6=1+2+3+4+5"],
]


@pytest.mark.parametrize("name", ["Sheet1", "中林村"])
@pytest.mark.parametrize("write", [by_openpyxl, by_xlwt])
def test_a_list_of_indicators_is_one_villages_row(read_as: Reader, write: Any, name: str) -> None:
    result = read_as(write(Page(INDICATORS, name=name)))
    assert result.outcome == "loaded" and said(result) == ["S09", "S09"], result.refusal
    assert column(result, "village_name") == ["中林"] and sums(result, "inc_total_yuan") == 31000
    assert sums(result, "inc_contract_yuan") == 5000
    assert cells_of(result, "inc_contract_yuan") == ["D4"] and cells_of(result, "inc_total_yuan") == ["H4"]
