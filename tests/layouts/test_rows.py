"""L4 to L6, L9, L12: sections, totals, footers, serial numbers, merged and blank places, several sheets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlsxwriter, by_xlwt
from tests.ingest.forms import (
    AWARD_HEADER,
    INCOME_HEADER,
    VILLAGES,
    award_rows,
    column,
    expect_income,
    id_number,
    income_rows,
    said,
    sums,
)
from tests.layouts.conftest import Reader

pytestmark = pytest.mark.feature("details of rows, totals and parts")
TITLE = ["通渭县2020年6月村级集体经济收入统计表"]


def total(label: str, rows: list[list[Any]], count: bool = False) -> list[Any]:
    cells: list[Any] = [len(rows), label] if count else [label, None]
    cells += [None, None]
    for i in range(4, 13):
        cells.append(round(sum(r[i] for r in rows), 4) if i != 11 else None)
    return cells


def lay(*body: list[Any], header: list[str] | None = None, merged: tuple[str, ...] = ()) -> bytes:
    return by_openpyxl(Page([TITLE, ["单位：万元"], header or INCOME_HEADER, *body], merged))


@pytest.mark.parametrize("label", ["小计", "小 计", "小计：", "平襄镇小计"])
@pytest.mark.parametrize("grand", ["合计", "总计", "合　计"])
def test_l5_subtotals_and_totals_last(read_as: Reader, label: str, grand: str) -> None:
    rows = income_rows()
    second = label.replace("平襄", "马营")
    result = read_as(lay(*rows[:3], total(label, rows[:3]), *rows[3:], total(second, rows[3:]), total(grand, rows)))
    expect_income(result)
    assert len(result.totals["stated"]) == 24 and all(t["agrees"] for t in result.totals["stated"])


def test_l5_subtotal_above_its_rows(read_as: Reader) -> None:
    rows = income_rows()
    expect_income(
        read_as(lay(total("小计", rows[:3]), *rows[:3], total("小计", rows[3:]), *rows[3:], total("合计", rows)))
    )


def test_l5_nested_levels(read_as: Reader) -> None:
    """Villages' 小计 inside townships' 小计: each level starts where its own last total stood."""
    rows = income_rows()
    body = (rows[0], rows[1], total("小计", rows[:2]), rows[2], total("小计", rows[2:3]), total("平襄镇小计", rows[:3]),
            *rows[3:], total("小计", rows[3:]), total("马营镇小计", rows[3:]), total("合计", rows))  # fmt: skip
    expect_income(read_as(lay(*body)))


def test_l5_a_row_outside_every_subtotal_is_fine(read_as: Reader) -> None:
    rows = income_rows()
    expect_income(read_as(lay(*rows[:3], total("小计", rows[:3]), rows[3], rows[4], total("合计", rows))))


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt])
def test_a_wrong_total_is_said_at_its_cell_and_costs_nothing(read_as: Reader, write: Any) -> None:
    rows = income_rows()
    last = total("合计", rows)
    last[10] += 1.2
    result = read_as(write(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows, last])))
    wrong = [i for i in result.issues if i.severity == "error"]
    assert [(i.rule_id, i.sheet, i.cell, i.effect, i.value_shown) for i in wrong] == [
        ("R64", "Sheet1", "K9", "none", "17.7")
    ]
    assert wrong[0].message == "合计写的是 17.7 万元，按各行相加为 16.5 万元，请核对"
    assert result.outcome == "loaded" and sums(result, "inc_total_yuan") == 165000


def test_totals_count_refused_rows_as_written(read_as: Reader) -> None:
    rows = income_rows()
    rows[1][2] = "没有这个村"
    result = read_as(lay(*rows, total("合计", rows)))
    assert said(result) == ["R70"] and result.rows_accepted == 4 and result.outcome == "partly"


def test_a_rounded_total_is_no_mistake(read_as: Reader) -> None:
    rows = income_rows()
    for row in rows:
        row[4] = round(row[4] + 0.004, 3)
    stated = total("合计", rows)
    stated[4] = round(stated[4], 1)
    assert said(read_as(lay(*rows, stated))) == []
    stated[4] = round(stated[4] + 0.3, 1)
    assert said(read_as(lay(*rows, stated))) == ["R64"]


def test_l6_blank_below_the_first_of_a_block(read_as: Reader) -> None:
    rows = income_rows()
    for i in (1, 2, 4):
        rows[i][1] = None
    expect_income(read_as(lay(*rows)))
    expect_income(read_as(by_csv(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows])), "621121-通渭县/表.csv"))


def test_a_blank_village_in_a_full_column_is_missing(read_as: Reader) -> None:
    rows = income_rows()
    rows[2][2] = None
    result = read_as(lay(*rows))
    assert [(i.rule_id, i.cell, i.effect) for i in result.issues] == [("C01", "C6", "row_refused")]


def test_township_named_by_the_section_above(read_as: Reader) -> None:
    rows = [[r[0], *r[2:]] for r in income_rows()]
    header = [h for h in INCOME_HEADER if h != "乡镇"]
    expect_income(read_as(lay(["一、平襄镇"], *rows[:3], ["二、马营镇"], *rows[3:], header=header)))


def sheets_by_township(drop_township: bool) -> list[Page]:
    pages, rows, at = [], income_rows(), 0
    for township, villages in VILLAGES.items():
        members = rows[at : at + len(villages)]
        at += len(villages)
        header = INCOME_HEADER
        if drop_township:
            header, members = [h for h in header if h != "乡镇"], [[r[0], *r[2:]] for r in members]
        pages.append(Page([TITLE, ["单位：万元"], header, *members], name=township))
    return pages


@pytest.mark.parametrize("drop_township", [True, False])
@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt])
def test_l12_a_sheet_per_township(read_as: Reader, write: Any, drop_township: bool) -> None:
    result = read_as(write(*sheets_by_township(drop_township)))
    expect_income(result)
    assert column(result, "sheet_no") == [1, 1, 1, 2, 2] and column(result, "row_no") == [4, 5, 6, 4, 5]
    assert {k: v for k, v in result.parts.items() if v} == {"621121100": 3, "621121101": 2}
    assert result.parts["621121"] == 0 and len(result.parts) > 10


def test_a_sheet_of_something_else_is_left_out_and_said(read_as: Reader) -> None:
    page = Page([TITLE, ["单位：万元"], INCOME_HEADER, *income_rows()])
    other = Page([["填表说明"], ["一、请按实填写"]], name="说明")
    result = read_as(by_openpyxl(page, other))
    expect_income(result)
    assert [i.sheet for i in result.issues if i.rule_id == "S12"] == ["说明"]


def awards(rows: list[list[Any]], merged: tuple[str, ...] = ()) -> bytes:
    title = ["通渭县2020年到户产业扶持资金(奖补)花名册"]
    return by_openpyxl(Page([title, ["单位：元"], AWARD_HEADER, *rows], merged))


def test_household_cells_merged_over_its_products(read_as: Reader) -> None:
    rows = award_rows()
    for i in (1, 2, 3, 4, 5, 6, 7, 13, 16, 17):
        rows[1][i] = None
    result = read_as(awards(rows, tuple(f"{c}4:{c}5" for c in "BCDEFGHNQR")))
    assert result.outcome == "loaded" and said(result) == [], [i.message for i in result.issues]
    tokens = column(result, "head_id_token")
    assert tokens[0] == tokens[1] and len(set(tokens)) == 3
    assert sums(result, "award_amount_yuan") == 4000


def test_household_blank_over_its_products(read_as: Reader) -> None:
    rows = award_rows()
    for i in (3, 4, 5, 6, 7, 13, 16, 17):
        rows[1][i] = None
    result = read_as(awards(rows))
    assert result.outcome == "loaded" and said(result) == []
    assert column(result, "head_id_token")[0] == column(result, "head_id_token")[1]


def test_one_blank_cell_of_a_household_is_missing(read_as: Reader) -> None:
    rows = award_rows()
    rows[2][4] = None
    result = read_as(awards(rows))
    assert [(i.rule_id, i.cell, i.effect) for i in result.issues] == [("C01", "E6", "row_refused")]


def test_a_townships_own_file(read_as: Reader) -> None:
    rows = award_rows()
    for title, reporter in ((["通渭县平襄镇2020年到户产业扶持资金花名册"], "填报单位：平襄镇人民政府"),
                            (["通渭县2020年到户产业扶持资金花名册"], "填报单位(盖章)：平襄镇人民政府")):  # fmt: skip
        result = read_as(by_openpyxl(Page([title, [reporter, "", "单位：元"], AWARD_HEADER, *rows])))
        assert (result.scope_code, result.parts) == ("621121100", {"621121100": 4}), result.refusal
    in_folder = read_as(awards(rows), "621121-通渭县/平襄镇/花名册.xlsx")
    assert in_folder.scope_code == "621121100"
    by_name = read_as(awards(rows), "621121-通渭县/平襄镇花名册.xlsx")
    assert by_name.scope_code == "621121100"


def test_a_row_of_another_township_in_a_townships_file(read_as: Reader) -> None:
    rows = award_rows()
    rows[3][1], rows[3][2] = "马营镇", "锦屏"
    result = read_as(
        by_openpyxl(Page([["通渭县平襄镇2020年到户产业扶持资金花名册"], ["单位：元"], AWARD_HEADER, *rows]))
    )
    assert [(i.rule_id, i.cell) for i in result.issues] == [("R70", "B7")] and result.parts == {"621121100": 3}


def test_reading_is_the_same_under_row_order(read_as: Reader) -> None:
    rows = award_rows()
    forward, backward = read_as(awards(rows)), read_as(awards(rows[::-1]))
    assert sorted(column(forward, "bank_account_token")) == sorted(column(backward, "bank_account_token"))
    assert forward.totals["columns"] == backward.totals["columns"]
    assert id_number(1) not in str(forward.rows)
