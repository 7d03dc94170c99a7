"""Rules of F09 and F10: a row that breaks each, at its cell, and the clean row one step inside."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.personal import check_character
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader

FIRST17 = "62119819700312011"
ID = FIRST17 + check_character(FIRST17)
PLACES = {"621121": ("平襄镇", "中林村"), "620502": ("皂郊镇", "贾家寺村")}
POLICY = {
    "乡镇": "平襄镇", "行政村": "中林村", "户主姓名": "常建国", "身份证号": ID, "保险公司": "陇原财险", "保单号": "PXN-2020-001",
    "险种": "马铃薯", "保险数量(亩、头、只)": "10亩", "单位保额(元)": 350, "费率(%)": 6, "单位保费(元)": 21, "总保费(元)": 210,
    "中央财政(元)": 84, "省级财政(元)": 52.5, "市级财政(元)": 0, "县级财政(元)": 42, "农户自缴(元)": 31.5, "是否贫困户": "是",
    "起保日期": "2020-04-01", "终保日期": "2020-10-31", "公示情况": "是", "保单是否到户": "是",
}  # fmt: skip
CLAIM = {
    "乡镇": "平襄镇", "行政村": "中林村", "户主姓名": "常建国", "身份证号": ID, "赔案号": "LP-1", "保单号": "PXN-2020-001",
    "险种": "马铃薯", "报案日期": "2020-05-21", "出险日期": "2020-05-20", "出险原因": "冰雹", "受损数量(亩、头、只)": "6亩",
    "损失程度(%)": 60, "赔付金额(元)": 1260, "结案日期": "2020-06-01", "支付日期": "2020-06-05", "理赔公示": "是",
}  # fmt: skip
CATTLE = {"险种": "肉牛", "单位保额(元)": 5000, "费率(%)": 5, "单位保费(元)": 250, "中央财政(元)": 0, "省级财政(元)": 0}


def told(read_as: Reader, title: str, *rows: dict[str, Any], county: str = "621121") -> list[tuple[str, str, str]]:
    """(rule, header of the cell, effect) of what is said of the rows, one sheet of the county's."""
    header = list(rows[0])
    page = Page([[f"2020年{title}"], header, *([row[name] for name in header] for row in rows)])
    result = read_as(by_openpyxl(page), f"{county}-县/表.xlsx", county)
    assert result.refusal_code in (None, "S07"), result.refusal
    return [
        (issue.rule_id, header[ord(issue.cell[0]) - 65], issue.effect)
        for issue in result.issues
        if issue.cell and issue.rule_id not in ("S11",)
    ]


def cattle(heads: str, premium: float) -> dict[str, Any]:
    return {**CATTLE, "保险数量(亩、头、只)": heads, "总保费(元)": premium, "县级财政(元)": premium, "农户自缴(元)": 0}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"总保费(元)": 211.05, "县级财政(元)": 43.05}, []),  # within 0.5 %
        ({"总保费(元)": 211.06, "县级财政(元)": 43.06}, [("R40", "总保费(元)", "row_refused")]),
        ({"单位保费(元)": 22}, [("R40", "单位保费(元)", "cell_emptied")]),
        ({"县级财政(元)": 42.05}, []),
        ({"县级财政(元)": 42.06}, [("R41", "总保费(元)", "row_refused")]),
        ({"市级财政(元)": None}, []),  # a blank payer pays nothing
        ({"费率(%)": 21, "单位保费(元)": 73.5, "总保费(元)": 735, "县级财政(元)": 567}, [("R42", "费率(%)", "none")]),
        ({"费率(%)": 20, "单位保费(元)": 70, "总保费(元)": 700, "县级财政(元)": 532}, []),
        ({"单位保额(元)": 99, "单位保费(元)": 5.94, "总保费(元)": 59.4, "中央财政(元)": 0, "省级财政(元)": 0,
          "县级财政(元)": 27.9}, [("R42", "单位保额(元)", "none")]),
        ({"公示情况": "否"}, [("R44", "公示情况", "none")]),
        ({"公示情况": None}, [("R44", "公示情况", "none")]),  # nothing says that it was done
        ({"公示情况": "已公示", "保单是否到户": "未到户"}, [("R44", "保单是否到户", "none")]),
        ({"终保日期": "2020-03-31"}, [("C05", "终保日期", "cell_emptied")]),
        ({"起保日期": None}, [("C01", "起保日期", "none")]),
        ({"险种": "意外伤害险"}, [("C04", "险种", "row_refused")]),
        ({"保险数量(亩、头、只)": "10头"}, [("C04", "保险数量(亩、头、只)", "none")]),
        (cattle("2头", 500), []),
        (cattle("2亩", 500), [("C04", "保险数量(亩、头、只)", "none")]),
        (cattle("1.5头", 375), [("C05", "保险数量(亩、头、只)", "row_refused")]),
    ],
)  # fmt: skip
def test_a_policy(read_as: Reader, changes: dict[str, Any], expected: list[Any]) -> None:
    assert told(read_as, "农业保险承保到户清单", {**POLICY, **changes}) == expected


@pytest.mark.parametrize(
    ("county", "farmer", "poor", "expected"),
    [
        ("620502", 31.5, "是", [("R43", "农户自缴(元)", "none")]),
        ("620502", 0, "是", []),
        ("620502", 31.5, "否", []),
        ("621121", 31.5, "是", []),  # only where the county has promised to pay
    ],
)
def test_what_a_poor_household_pays(
    read_as: Reader, county: str, farmer: float, poor: str, expected: list[Any]
) -> None:
    township, village = PLACES[county]
    row = {
        **POLICY,
        "乡镇": township,
        "行政村": village,
        "农户自缴(元)": farmer,
        "县级财政(元)": 73.5 - farmer,
        "是否贫困户": poor,
    }
    assert told(read_as, "农业保险承保到户清单", row, county=county) == expected


def test_the_cover_in_one_cell(read_as: Reader) -> None:
    row = {name: value for name, value in POLICY.items() if name not in ("起保日期", "终保日期")}
    assert told(read_as, "农业保险承保到户清单", {**row, "保险期间": "2020.4.1-2020.10.31"}) == []


@pytest.mark.parametrize(
    ("name", "other", "is_twice"),
    [("保单号", "PXN-2020-002", False), ("险种", "洋芋", False), ("户主姓名", "常建国", True)],
)
def test_a_policy_twice(read_as: Reader, name: str, other: str, is_twice: bool) -> None:
    found = told(read_as, "农业保险承保到户清单", POLICY, {**POLICY, name: other}, {**POLICY, "保单号": "PXN-2020-009"})
    assert found == ([("R49", "保单号", "row_refused")] if is_twice else [])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"支付日期": "2020-06-20"}, []),  # 30 days after the report
        ({"支付日期": "2020-06-21"}, [("R46", "支付日期", "none")]),
        ({"报案日期": None, "支付日期": "2020-07-01"}, []),  # 30 days after the closing
        ({"报案日期": None, "支付日期": "2020-07-02"}, [("R46", "支付日期", "none")]),
        ({"支付日期": None, "结案日期": None}, []),
        ({"支付日期": "2020-05-19"}, [("C05", "支付日期", "cell_emptied")]),
        ({"结案日期": "2020-05-19"}, [("C05", "结案日期", "cell_emptied")]),
        ({"报案日期": "2020-05-19"}, [("C05", "报案日期", "cell_emptied")]),
        ({"损失程度(%)": 101}, [("C05", "损失程度(%)", "cell_emptied")]),
        ({"赔付金额(元)": 0}, [("C05", "赔付金额(元)", "row_refused")]),
        ({"理赔公示": "否"}, [("R44", "理赔公示", "none")]),
        ({"险种": "肉牛", "受损数量(亩、头、只)": "0.5头"}, [("C05", "受损数量(亩、头、只)", "row_refused")]),
        ({"出险原因": "待查勘"}, [("C04", "出险原因", "row_refused")]),
    ],
)
def test_a_claim(read_as: Reader, changes: dict[str, Any], expected: list[Any]) -> None:
    assert told(read_as, "农业保险理赔到户清单", {**CLAIM, **changes}) == expected


@pytest.mark.parametrize(("name", "other", "is_twice"), [("赔案号", "LP-2", False), ("户主姓名", "常建国", True)])
def test_a_claim_twice(read_as: Reader, name: str, other: str, is_twice: bool) -> None:
    found = told(read_as, "农业保险理赔到户清单", CLAIM, {**CLAIM, name: other}, {**CLAIM, "赔案号": "LP-9"})
    assert found == ([("R49", "赔案号", "row_refused")] if is_twice else [])


@pytest.mark.parametrize(
    ("written", "product"),
    [
        ("肉牛养殖保险", "牛"), ("藏系羊", "羊"), ("高原夏菜", "菜"), ("设施农业(日光温室)", "菜"), ("油菜", "地方特色"),
        ("羊肚菌", "地方特色"), ("能繁母猪养殖保险", "地方特色"), ("苹果价格指数保险", "果"), ("中药材产值保险", "药"), ("公益林", "其他"),
        ("小麦种植保险", "其他"),
    ],
)  # fmt: skip
def test_products_as_counties_write_them(read_as: Reader, written: str, product: str) -> None:
    row = {**POLICY, "险种": written, "保险数量(亩、头、只)": 10}
    page = Page([["2020年农业保险承保到户清单"], list(row), list(row.values())])
    result = read_as(by_openpyxl(page))
    assert result.rows is not None, result.refusal
    assert result.rows["product_code"].to_pylist() == [product]
    assert result.rows["insurance_product_name"].to_pylist() == [written]
