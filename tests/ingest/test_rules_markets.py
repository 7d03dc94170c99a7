"""Rules of F07, F13 and F14's documents: a row that breaks each, at its cell, and the clean row one step inside."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader

STORE = {
    "乡镇": "平襄镇", "行政村": "中林村", "建设主体": "通渭县兴农果蔬农民专业合作社", "主体类型": "合作社", "库类型": "机械冷库",
    "库容(吨)": 300, "容积(立方米)": 1500, "座/辆数": 1, "总投资(万元)": 80, "财政补助(万元)": 31.5, "自筹(万元)": 48.5,
    "开工日期": "2019-03-01", "建成日期": "2019-07-01", "验收日期": "2019-08-01", "拨付日期": "2019-09-01", "运营状态": "运营",
    "闲置月数": None, "年入库量(吨)": 600,
}  # fmt: skip
PROJECT = {
    "项目名称": "平襄镇扶贫车间", "协作方": "福州市晋安区", "项目类别": "产业合作", "建设地点": "平襄镇中林村",
    "建设内容及规模": "新建车间",
    "财政帮扶资金(万元)": 100, "社会帮扶资金": 10, "企业投资(万元)": 50, "企业名称": "福州某食品有限公司", "实施单位": "县扶贫办",
    "带动贫困户": 20, "带动贫困人口": 70, "开工时间": "2020-03-01", "完工时间": "2020-09-01", "资金支出(万元)": 60, "支出进度(%)": 60,
}  # fmt: skip
FUND = {
    "项目名称": "养殖小区", "项目类别": "产业扶贫", "建设地点": "平襄镇中林村", "建设内容": "新建圈舍", "资金来源": "中央",
    "投资规模(万元)": 60,
    "责任单位": "县农业农村局", "下达文号": "甘财扶贫〔2020〕3号", "文件下达总额(万元)": 100, "完工日期": "2020-08-01",
}  # fmt: skip
MOBILE = {"库类型": "冷藏车", "库容(吨)": 8, "容积(立方米)": None, "年入库量(吨)": None}


def told(
    read_as: Reader, title: str, *rows: dict[str, Any], county: str = "621121-通渭县"
) -> list[tuple[str, str, str]]:
    """(rule, header of the cell, effect) of what is said of the rows, one sheet of the county's."""
    header = list(rows[0])
    page = Page([[f"2020年{title}"], header, *([row[name] for name in header] for row in rows)])
    result = read_as(by_openpyxl(page), f"{county}/表.xlsx", county[:6])
    assert result.refusal_code in (None, "S07"), result.refusal
    return [
        (issue.rule_id, header[ord(issue.cell[0]) - 65], issue.effect)
        for issue in result.issues
        if issue.cell and issue.severity != "info"
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"建成日期": "2019-02-28"}, [("R30", "建成日期", "none")]),
        ({"验收日期": "2019-06-30"}, [("R30", "验收日期", "none")]),
        ({"验收日期": "2019-07-01"}, []),
        ({"拨付日期": "2019-07-31"}, [("R30", "拨付日期", "none")]),
        ({"验收日期": None}, [("R30", "验收日期", "none")]),
        ({"拨付日期": None, "验收日期": None}, []),
        ({"财政补助(万元)": 31.51, "自筹(万元)": 48.49}, [("R31", "财政补助(万元)", "none")]),
        ({"库容(吨)": 400, "容积(立方米)": 2000, "财政补助(万元)": 37, "自筹(万元)": 43}, []),
        ({"库容(吨)": 400, "容积(立方米)": 2000, "财政补助(万元)": 37.1, "自筹(万元)": 42.9}, [("R31", "财政补助(万元)", "none")]),
        ({"库容(吨)": 800, "容积(立方米)": 4000, "座/辆数": 2, "财政补助(万元)": 74, "自筹(万元)": 6}, []),
        ({**MOBILE, "财政补助(万元)": 15, "自筹(万元)": 65}, []),
        ({**MOBILE, "财政补助(万元)": 15.1, "自筹(万元)": 64.9}, [("R31", "财政补助(万元)", "none")]),
        ({**MOBILE, "座/辆数": 2, "财政补助(万元)": 30, "自筹(万元)": 50}, []),
        ({"总投资(万元)": 31.4, "自筹(万元)": None}, [("R31", "财政补助(万元)", "row_refused")]),
        ({"自筹(万元)": 48.6}, [("R35", "总投资(万元)", "row_refused")]),
        ({"自筹(万元)": None}, []),
        ({"容积(立方米)": 899}, [("R32", "容积(立方米)", "none")]),
        ({"容积(立方米)": 900}, []),
        ({"容积(立方米)": 2401}, [("R32", "容积(立方米)", "none")]),
        ({"库容(吨)": 9, "容积(立方米)": 45, "财政补助(万元)": 0.9, "自筹(万元)": 79.1, "年入库量(吨)": 9}, [("R33", "库容(吨)", "none")]),
        ({**MOBILE, "财政补助(万元)": 9, "自筹(万元)": 71}, []),  # a lorry is small
        ({"运营状态": "闲置", "闲置月数": 12}, [("R34", "闲置月数", "none")]),
        ({"运营状态": "闲置", "闲置月数": 11}, []),
        ({"运营状态": "季节性", "闲置月数": 12}, []),
        ({"年入库量(吨)": 1801}, [("R36", "年入库量(吨)", "none")]),
        ({"年入库量(吨)": 1800}, []),
        ({"座/辆数": None}, [("C01", "座/辆数", "row_refused")]),
        ({"库类型": "综合库"}, [("C04", "库类型", "row_refused")]),
    ],
)  # fmt: skip
def test_stores(read_as: Reader, changes: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert told(read_as, "果蔬保鲜库台账", {**STORE, **changes}) == expected


def test_a_grower_who_built_a_store_is_masked(read_as: Reader) -> None:
    header = list(STORE)
    row = {**STORE, "建设主体": "常建国", "主体类型": "种养大户"}
    result = read_as(by_openpyxl(Page([["2020年果蔬保鲜库台账"], header, list(row.values())])))
    assert result.rows is not None
    [landed] = result.rows.to_pylist()
    assert landed["entity_name"] == "常**" and landed["entity_name_token"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"协作方": "福州"}, []),
        ({"协作方": "天津市和平区"}, [("R62", "协作方", "row_refused")]),
        ({"财政帮扶资金(万元)": 0, "资金支出(万元)": 0, "支出进度(%)": None}, [("C05", "财政帮扶资金(万元)", "row_refused")]),
        ({"资金支出(万元)": 100, "支出进度(%)": 100}, []),
        ({"资金支出(万元)": 100.01, "支出进度(%)": 100}, [("R63", "资金支出(万元)", "row_refused")]),  # a gift is no grant
        ({"支出进度(%)": 61}, [("R37", "支出进度(%)", "none")]),
        ({"支出进度(%)": 60.5}, []),
        ({"带动贫困人口": 161}, [("R61", "带动贫困人口", "none")]),
        ({"带动贫困人口": 160}, []),
        ({"完工时间": "2020-02-29"}, [("R38", "完工时间", "cell_emptied")]),
    ],
)  # fmt: skip
def test_projects_of_the_paired_city(read_as: Reader, changes: dict[str, Any], expected: list[Any]) -> None:
    assert told(read_as, "东西部扶贫协作项目表", {**PROJECT, **changes}) == expected


def test_a_county_without_a_paired_city_has_no_such_project(read_as: Reader) -> None:
    rows = told(read_as, "东西部扶贫协作项目表", {**PROJECT, "建设地点": "金塔镇"}, county="620921-金塔县")
    assert ("R62", "协作方", "row_refused") in rows


def test_a_name_of_a_project_comes_once(read_as: Reader) -> None:
    assert told(read_as, "东西部扶贫协作项目表", PROJECT, PROJECT) == [("R39", "项目名称", "none")]
    assert told(read_as, "东西部扶贫协作项目表", PROJECT, {**PROJECT, "项目名称": "二期"}) == []


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([{"投资规模(万元)": 40}], []),
        ([{"投资规模(万元)": 39.98}], [("R63", "文件下达总额(万元)", "none")]),
        ([{"投资规模(万元)": 40, "文件下达总额(万元)": None}], []),  # one row that states it is enough
        ([{"投资规模(万元)": 40, "下达文号": "县财发〔2020〕9号", "文件下达总额(万元)": None}], [("R63", "文件下达总额(万元)", "none")]),
    ],
)  # fmt: skip
def test_projects_of_a_document_add_up(read_as: Reader, others: list[dict[str, Any]], expected: list[Any]) -> None:
    rows = [{**FUND, "项目名称": f"养殖小区{number}期", **change} for number, change in enumerate(others, 2)]
    assert told(read_as, "财政专项扶贫资金项目台账", FUND, *rows) == expected
