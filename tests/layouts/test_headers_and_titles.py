"""L1 to L3, L19, and what headers go through: title rows, header levels, units, order, extra and missing columns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.books import Page, by_csv, by_openpyxl
from tests.ingest.forms import INCOME_HEADER, column, expect_income, income_rows, said, sums
from tests.layouts.conftest import Reader

pytestmark = pytest.mark.feature("details of headers and titles")
TITLE = ["通渭县2020年6月村级集体经济收入统计表"]
SUBTITLE = [
    "填报单位(盖章)：通渭县农业农村局",
    "",
    "",
    "填报人：张三",
    "",
    "",
    "审核人：李四",
    "",
    "此表统计时间截止2020年6月30日",
    "",
    "单位：万元、亩",
]


def simple(rows: list[list[Any]] | None = None, header: list[str] | None = None, unit: str = "单位：万元") -> Page:
    return Page([TITLE, [unit], header or INCOME_HEADER, *(rows or income_rows())], ["A1:N1", "A2:N2"])


def test_l1_title_without_period_then_the_subtitles(read_as: Reader) -> None:
    page = Page([["通渭县村级集体经济收入统计表"], SUBTITLE, INCOME_HEADER, *income_rows()], ["A1:N1"])
    assert read_as(by_openpyxl(page)).period == "2020-06"


def test_yuan_and_wan_in_one_sheet(read_as: Reader) -> None:
    """The unit belongs to the column: 合计 in 元 between columns in 万元."""
    header = [*INCOME_HEADER]
    header[10] = "合计(元)"
    rows = income_rows()
    for row in rows:
        row[10] = round(row[10] * 10000, 2)
    expect_income(read_as(by_openpyxl(simple(rows, header))))


def test_unit_of_a_parent_header(read_as: Reader) -> None:
    top = [*INCOME_HEADER[:5], "本年收入（万元）", "", "", "", "", "", *INCOME_HEADER[11:]]
    top[4] = "上年收入（万元）"
    top[12] = "扶持资金（万元）"
    low = ["", "", "", "", "", *INCOME_HEADER[5:11], "", "", ""]
    merged = ["F2:K2", *[f"{c}2:{c}3" for c in "ABCDELMN"]]
    expect_income(read_as(by_openpyxl(Page([TITLE, top, low, *income_rows()], merged))))


def test_no_unit_anywhere_is_the_forms_own_and_said(read_as: Reader) -> None:
    result = read_as(by_openpyxl(Page([TITLE, INCOME_HEADER, *income_rows()])))
    expect_income(result)
    assert {i.rule_id for i in result.issues if i.severity == "info"} == {"S11"}


def three_levels() -> tuple[list[list[Any]], list[str]]:
    top = [*INCOME_HEADER[:5], "村集体经济收入情况", "", "", "", "", "", *INCOME_HEADER[11:]]
    middle = ["", "", "", "", "", "其中", "", "", "", "", "合计", "", "", ""]
    low = ["", "", "", "", "", *INCOME_HEADER[5:10], "", "", "", ""]
    merged = ["F3:K3", "F4:J4", "K4:K5", *[f"{c}3:{c}5" for c in "ABCDELMN"]]
    return [top, middle, low], merged


def test_l19_levels_without_merged_cells(read_as: Reader) -> None:
    """As a csv or an unmerged sheet has them: the parent once, blanks beside it, children below."""
    levels, _ = three_levels()
    rows = [TITLE, ["单位：万元"], *levels, *income_rows()]
    expect_income(read_as(by_openpyxl(Page(rows))))
    expect_income(read_as(by_csv(Page(rows)), "621121-通渭县/表.csv"))


def test_l3_single_merged_parent_and_total_at_the_right(read_as: Reader) -> None:
    top = ["序号", "项目名称", "建设地点", "建设内容", "资金构成", "", "", "", "投资规模", "责任单位"]
    low = ["", "", "", "", "中央资金", "省级资金", "市级资金", "县级资金", "", ""]
    rows = [
        [1, "蔬菜基地", "平襄镇中林村", "新建", 10, 5, 3, 2, 20, "县农业农村局"],
        [2, "果园", "马营镇", "续建", 1.5, None, None, 0.5, 2, "马营镇"],
    ]
    title = ["通渭县2020年财政专项扶贫资金项目台账"]
    result = read_as(by_openpyxl(Page([title, ["单位：万元"], top, low, *rows], ["E3:H3"])))
    assert result.outcome == "loaded", result.refusal
    assert sums(result, "amount_yuan") == 220000 and sums(result, "amount_county_yuan") == 25000
    assert column(result, "village_codes")[0] and column(result, "township_codes") == ["621121100", "621121101"]


@pytest.mark.parametrize("levels", ["户数/人数", "户/人"])
def test_l2_children_told_by_their_parents(read_as: Reader, levels: str) -> None:
    hh, people = levels.split("/")
    top = [
        "序号",
        "乡镇",
        "行政村",
        "出列年度",
        "总户数/总人口",
        "",
        "建档立卡户/人",
        "",
        "未脱贫户/人",
        "",
        "贫困发生率(%)",
        "主导产业",
        "合作社数",
    ]
    low = ["", "", "", "", hh, people, hh, people, hh, people, "", "", ""]
    rows = [
        [1, "平襄镇", "中林", 2019, 300, 1000, 100, 400, 2, 10, 1.0, "牛", 3],
        [2, "平襄镇", "瓦石", "未退出", 200, 800, 90, 300, 1, 8, 1.0, "羊", 2],
    ]
    result = read_as(
        by_openpyxl(Page([["通渭县2020年6月贫困村基础台账"], top, low, *rows], ["E2:F2", "G2:H2", "I2:J2"]))
    )
    assert result.outcome == "loaded" and said(result) == [], [i.message for i in result.issues]
    totals = [
        sum(column(result, n)) for n in ("hh_total", "pop_total", "poor_hh", "poor_people", "left_hh", "left_people")
    ]
    assert totals == [500, 1800, 190, 700, 3, 18]
    assert column(result, "exit_year") == [2019, None] and column(result, "is_exited") == [True, False]


@pytest.mark.parametrize("cell", ["{}/{}", "{}户{}人", "{}户/{}人", "{}、{}"])
def test_two_numbers_in_one_cell(read_as: Reader, cell: str) -> None:
    header = [
        "序号",
        "乡镇",
        "行政村",
        "总户数/总人口",
        "建档立卡户/人",
        "未脱贫户/人",
        "贫困发生率(%)",
        "主导产业",
        "合作社数",
    ]
    rows = [[1, "平襄镇", "中林", cell.format(300, 1000), cell.format(100, 400), cell.format(2, 10), "1%", "牛", 3]]
    result = read_as(by_openpyxl(Page([["通渭县2020年6月贫困村基础台账"], header, *rows])))
    assert result.outcome == "loaded", [i.message for i in result.issues]
    assert [column(result, n) for n in ("hh_total", "pop_total", "left_people")] == [[300], [1000], [10]]


@pytest.mark.parametrize(
    ("index", "variant"),
    [(1, "乡（镇）"), (1, "乡镇(街道)"), (2, "村(社区)"), (4, "2019年收入"), (4, "2019年收入（万元）"), (5, "经营性收入"),
     (8, "转移支付"), (10, "年收入合计"), (10, "2020年总收入(万元)"), (10, "总收入"), (11, "是否达到2万元"),
     (3, "是否贫困村(1是、2否)"), (13, "说明")],
)  # fmt: skip
def test_header_variants(read_as: Reader, index: int, variant: str) -> None:
    header = [*INCOME_HEADER]
    header[index] = variant
    expect_income(read_as(by_openpyxl(simple(header=header))))


def test_missing_optional_column_is_silent_and_a_needed_one_said(read_as: Reader) -> None:
    header, rows = [h for h in INCOME_HEADER if h not in ("其他收入", "上年收入")], income_rows()
    rows = [[v for i, v in enumerate(row) if i not in (4, 9)] for row in rows]
    for row in rows:
        row[8] = round(sum(row[4:8]), 4)
    result = read_as(by_openpyxl(simple(rows, header)))
    assert result.outcome == "loaded"
    assert [(i.rule_id, i.field, i.effect) for i in result.issues] == [("S09", "income_prev_yuan", "none")]
    assert column(result, "income_prev_yuan") == [None] * 5


def test_missing_key_column_refuses_with_both_lists(read_as: Reader) -> None:
    header = [h if h not in ("行政村", "合计") else f"未知{i}" for i, h in enumerate(INCOME_HEADER)]
    result = read_as(by_openpyxl(simple(header=header)))
    assert (result.outcome, result.refusal_code) == ("refused", "S03")
    assert result.refusal and all(w in result.refusal for w in ("行政村", "合计", "总收入", "上年收入", "未知10"))


def test_unknown_form_refuses_with_both_lists(read_as: Reader) -> None:
    grid = [["通渭县扶贫办2020年7月值班表"], ["日期", "带班领导", "值班人员"], ["7月1日", "张主任", "李科员"]]
    result = read_as(by_openpyxl(Page(grid)))
    assert (result.outcome, result.refusal_code) == ("refused", "S02")
    assert result.refusal and "带班领导" in result.refusal and "贫困村基础台账" in result.refusal


def test_form_from_headers_alone(read_as: Reader) -> None:
    result = read_as(by_openpyxl(Page([INCOME_HEADER, *income_rows()])), "621121-通渭县/2020年6月.xlsx")
    expect_income(result)


def test_a_year_in_a_header_is_told_from_the_reports(read_as: Reader) -> None:
    """2019年总收入 is last year's in a report of 2020, this year's in one of 2019; 2017年收入 is neither."""
    header = [*INCOME_HEADER]
    header[4], header[10] = "2019年总收入", "2020年总收入"
    expect_income(read_as(by_openpyxl(simple(header=header))))
    old = read_as(
        by_openpyxl(Page([["通渭县2019年12月村级集体经济收入统计表"], ["单位：万元"], header, *income_rows()]))
    )
    assert old.layout["sheets"][0]["columns"]["inc_total_yuan"]["column"] == "E"
    header[4] = "2017年收入"
    odd = read_as(by_openpyxl(simple(header=header)))
    assert {(i.rule_id, i.header) for i in odd.issues} == {("S08", "2017年收入"), ("S09", "上年收入")}
