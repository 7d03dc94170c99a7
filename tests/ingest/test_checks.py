"""Each rule of the six forms: caught at its cell with its effect, and silent one step inside its bound."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.read import ReadResult
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader
from tests.ingest.forms import AWARD_HEADER, BASE_HEADER, INCOME_HEADER, award_rows, income_rows

FIRST = 4  # row of the first data row below title, unit and header


def found(result: ReadResult) -> list[tuple[str, str | None, str, str]]:
    return [(i.rule_id, i.cell, i.severity, i.effect) for i in result.issues if i.severity != "info"]


def income(read_as: Reader, *changes: tuple[str, Any]) -> ReadResult:
    rows = income_rows()
    for name, value in changes:
        rows[0][INCOME_HEADER.index(name)] = value
    title = ["通渭县2020年6月村级集体经济收入统计表"]
    return read_as(by_openpyxl(Page([title, ["单位：万元"], INCOME_HEADER, *rows])))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("合计", 3.2)], [("R21", "K4", "error", "row_refused")]),
        ([("合计", 3.10005)], []),  # half a yuan
        ([("达标情况", "否")], [("R20", "L4", "error", "row_refused")]),
        ([("经营收入", 600), ("合计", 601.6)], [("R23", "K4", "warn", "none")]),
        ([("上年收入", 1.9), ("扶持资金", None)], [("R24", "M4", "warn", "none")]),
        ([("上年收入", 1.9), ("扶持资金", 0)], [("R24", "M4", "warn", "none")]),
        ([("上年收入", 1.9), ("扶持资金", 3)], []),
        ([("上年收入", 2), ("扶持资金", None)], []),
        ([("扶持资金", -2)], [("C05", "M4", "error", "row_refused")]),
        ([("备注", "x"), ("是否贫困村", "不详")], [("C04", "D4", "error", "row_refused")]),
        ([("合计", None)], [("C01", "K4", "error", "row_refused")]),
        ([("经营收入", "待核实")], [("C02", "F4", "error", "row_refused")]),  # and no R21: a part is unreadable
    ],
)
def test_village_income(read_as: Reader, changes: list[tuple[str, Any]], expected: list[Any]) -> None:
    result = income(read_as, *changes)
    assert found(result) == expected, [i.message for i in result.issues]
    assert result.rows_refused == sum(1 for e in expected if e[3] == "row_refused")


def test_net_income(read_as: Reader) -> None:
    header = [*INCOME_HEADER, "总支出", "本年收益"]
    rows = [[*row, 1.0, round(row[10] - 1, 2)] for row in income_rows()]
    rows[1][15] += 0.1
    page = Page([["通渭县2020年6月村级集体经济收入统计表"], ["单位：万元"], header, *rows])
    assert found(read_as(by_openpyxl(page))) == [("R22", "P5", "error", "row_refused")]


def awards(read_as: Reader, rows: list[list[Any]], county: str = "通渭县", code: str = "621121") -> ReadResult:
    title = [f"{county}2020年到户产业扶持资金(奖补)花名册"]
    return read_as(by_openpyxl(Page([title, ["单位：元"], AWARD_HEADER, *rows])), f"{code}/a.xlsx", code)


def changed(row: int, *changes: tuple[str, Any]) -> list[list[Any]]:
    rows = award_rows()
    for name, value in changes:
        rows[row][AWARD_HEADER.index(name)] = value
    return rows


def test_award_is_quantity_times_standard(read_as: Reader) -> None:
    assert found(awards(read_as, changed(2, ("应补资金", 1601)))) == [("R01", "M6", "error", "row_refused")]
    assert found(awards(read_as, changed(2, ("验收数量", None)))) == []


def test_household_cap(read_as: Reader) -> None:
    """min(5000 x 4, 30000) = 20000: the first household's awards of 1400 leave room for 18600 of earlier years."""
    rows = award_rows()
    rows[0][13] = rows[1][13] = 18600
    assert found(awards(read_as, rows)) == []
    rows[0][13] = rows[1][13] = 18600.01
    result = awards(read_as, rows)
    assert found(result) == [("R03", "M4", "error", "row_refused"), ("R03", "M5", "error", "row_refused")]
    assert result.rows_accepted == 2 and "20000" in result.issues[0].message


def test_the_cap_per_household_is_thirty_thousand(read_as: Reader) -> None:
    rows = changed(2, ("家庭人口", 9), ("已享受资金", 28401))
    assert found(awards(read_as, rows)) == [("R03", "M6", "error", "row_refused")]


def test_small_five(read_as: Reader) -> None:
    small = [("产业类别", "五小(小作坊)"), ("奖补标准", 10001), ("验收数量", 1), ("应补资金", 10001)]
    assert found(awards(read_as, changed(2, *small))) == [("R06", "M6", "error", "row_refused")]
    small[3], small[1] = ("应补资金", 10000), ("奖补标准", 10000)
    assert found(awards(read_as, changed(2, *small))) == []


def test_the_second_of_two_equal_rows(read_as: Reader) -> None:
    rows = award_rows()
    rows.append([5, *rows[2][1:]])
    result = awards(read_as, rows)
    assert found(result) == [("R08", "J8", "error", "row_refused")]
    assert "第 6 行" in result.issues[0].message and result.rows_accepted == 4


def test_households_already_out(read_as: Reader) -> None:
    result = awards(read_as, changed(2, ("脱贫状态", "已脱贫(2019)")))
    assert found(result) == [("R07", "H6", "warn", "none")] and result.rows_accepted == 4


def test_wrong_id_number(read_as: Reader) -> None:
    rows = award_rows()
    good = rows[2][4]
    rows[2][4] = good[:17] + ("1" if good[17] != "1" else "2")
    result = awards(read_as, rows)
    assert found(result) == [("R67", "E6", "error", "row_refused")]
    assert good[:14] not in str(result.issues)


def edge(product: str, unit: int, qty: int) -> list[list[Any]]:
    """One edge household of 卓尼县, the county with a published standard (牛 1000, 当归 800; cap 5000)."""
    row = award_rows()[0]
    row[1:3] = ["柳林镇", "上卓"]
    row[7], row[9], row[10], row[11], row[12], row[13] = "边缘户", product, unit, qty, unit * qty, 0
    return [
        row,
        [
            2,
            "柳林镇",
            "上卓",
            "李月英",
            award_rows()[2][4],
            4,
            "一般贫困户",
            "未脱贫",
            "达标奖补",
            "牛",
            900,
            1,
            900,
            0,
            *row[14:],
        ],
    ]


def test_county_standard(read_as: Reader) -> None:
    assert found(awards(read_as, edge("牛", 1000, 5), "卓尼县", "623022")) == []
    assert found(awards(read_as, edge("牛", 900, 5), "卓尼县", "623022")) == [("R09", "K4", "error", "row_refused")]
    assert found(awards(read_as, edge("牛", 1000, 6), "卓尼县", "623022")) == [("R02", "M4", "error", "row_refused")]
    assert found(awards(read_as, edge("百合", 300, 1), "卓尼县", "623022")) == []  # no standard for it


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([300, 1000, 100, 400, 2, 10, 1.0], []),
        ([300, 1000, 100, 400, 2, 401, 40.1], [("R73", "H3", "error", "row_refused")]),
        ([300, 1000, 100, 400, 101, 10, 1.0], [("R73", "G3", "error", "row_refused")]),
        ([300, 1000, 100, 1001, 2, 10, 1.0], [("R73", "F3", "error", "row_refused")]),
        ([300, 1000, 301, 400, 2, 10, 1.0], [("R73", "E3", "error", "row_refused")]),
        ([300, 1000, 100, 400, 2, 10, 1.2], [("R74", "I3", "warn", "none")]),
        ([300, 1000, 100, 400, 2, 10, 1.1], []),
        ([0, 1000, 0, 400, 0, 10, 1.0], [("C05", "C3", "error", "row_refused")]),
        ([300, 1000.5, 100, 400, 2, 10, 1.0], [("C02", "D3", "error", "row_refused")]),
    ],
)
def test_village_base(read_as: Reader, row: list[Any], expected: list[Any]) -> None:
    good = ["平襄镇", "瓦石", 300, 1000, 100, 400, 2, 10, 1.0]
    other = ["平襄镇", "河南", 300, 1000, 100, 400, 2, 10, 1.0]
    rows = [["平襄镇", "中林", *row], good, other]
    result = read_as(by_openpyxl(Page([["通渭县2020年6月贫困村基础台账"], BASE_HEADER, *rows])))
    assert found(result) == [("S09", None, "warn", "none")] * 2 + expected


PROJECT_HEADER = [
    "项目名称",
    "项目类别",
    "建设地点",
    "建设内容",
    "资金来源",
    "投资规模",
    "中央",
    "省级",
    "责任单位",
    "拨付资金",
    "受益户数",
    "受益人数",
]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({5: 21}, [("R63", "F4", "error", "row_refused")]),
        ({6: None, 7: None, 5: 21}, []),
        ({9: 20.5}, [("R63", "J4", "error", "row_refused")]),
        ({11: 200}, [("R61", "L4", "warn", "none")]),
        ({11: 19}, [("R61", "L4", "warn", "none")]),
        ({11: 160}, []),
        ({5: None}, [("C01", "F4", "error", "row_refused")]),
        ({0: None}, [("C01", "A4", "error", "row_refused")]),
        ({2: "某某村"}, [("R70", "C4", "warn", "none")]),
    ],
)
def test_fund_projects(read_as: Reader, changes: dict[int, Any], expected: list[Any]) -> None:
    row: list[Any] = ["大棚", "产业扶贫", "平襄镇中林村", "新建", "中央", 20, 15, 5, "县农业局", 10, 20, 80]
    wrong = [changes.get(i, v) for i, v in enumerate(row)]
    page = Page([["通渭县2020年财政专项扶贫资金项目台账"], ["单位：万元"], PROJECT_HEADER, wrong, row, row])
    assert found(read_as(by_openpyxl(page))) == expected


@pytest.mark.parametrize(
    ("members", "code", "expected"),
    [(5, "93620100MA00000000", "R69"), (4, None, "R68"), (5, None, ""), (5, "91350100M000100Y43", "R69")],
)
def test_cooperatives(read_as: Reader, members: int, code: str | None, expected: str) -> None:
    header = [
        "乡镇",
        "行政村",
        "合作社名称",
        "统一社会信用代码",
        "成立时间",
        "理事长",
        "出资总额",
        "成员数",
        "其中:贫困户成员",
        "带动贫困户",
        "主导产业",
        "运行状况",
    ]
    good = _coop_code()
    rows: list[list[Any]] = [
        ["平襄镇", "中林", "好日子合作社", good, "2018年5月", "张三", 100, 20, 5, 10, "牛", "规范"] for _ in range(3)
    ]
    rows[0][7], rows[0][3] = members, code or good
    result = read_as(by_openpyxl(Page([["通渭县2020年6月农民合作社名录"], ["单位：万元"], header, *rows])))
    assert [r for r, _, _, _ in found(result)] == ([expected] if expected else [])


def _coop_code() -> str:
    from ingest.personal import _USCC_SIGNS, credit_code

    for sign in _USCC_SIGNS:
        try:
            return credit_code("93620100MA1234567" + sign, "93") or ""
        except ValueError:
            continue
    raise AssertionError("no check character fits")


def test_too_many_refused_rows_refuse_the_file(read_as: Reader) -> None:
    rows = award_rows()
    for row in rows[:2]:
        row[12] += 1
    half = awards(read_as, rows)
    assert half.outcome == "partly" and half.rows_accepted == 2
    rows[2][12] += 1
    more = awards(read_as, rows)
    assert (more.outcome, more.refusal_code, more.rows, more.rows_accepted) == ("refused", "S07", None, 0)
    assert sorted(i.rule_id for i in more.issues) == ["R01", "R01", "R01", "S07"]


def test_the_workbooks_county_against_its_folder(read_as: Reader) -> None:
    result = awards(read_as, award_rows(), "陇西县")
    assert (result.outcome, result.refusal_code, result.county_code) == ("refused", "S10", "621121")


@pytest.mark.parametrize(
    ("title", "code"), [("2020年到户产业扶持资金花名册", "S04"), ("通渭县到户产业扶持资金花名册", "S05")]
)
def test_county_and_period_must_be_told(read_as: Reader, title: str, code: str) -> None:
    result = read_as(by_openpyxl(Page([[title], ["单位：元"], AWARD_HEADER, *award_rows()])), "表.xlsx", None)
    assert (result.outcome, result.refusal_code) == ("refused", code)


def test_a_header_without_rows(read_as: Reader) -> None:
    result = awards(read_as, [])
    assert (result.outcome, result.refusal_code) == ("refused", "S06")
