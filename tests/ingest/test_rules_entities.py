"""Rules of F03's members, F04 and F05: each caught at its cell, and silent one step inside its bound."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.read import ReadResult
from tests.fixtures.make_entities import COOPS, FARM, FIRMS
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader

Changes = dict[str, Any]

COOP: Changes = {
    "乡镇": "平襄镇", "行政村": "中林", "合作社名称": "通渭县中林富农农民专业合作社", "统一社会信用代码": COOPS[0], "成立时间": "2016-5-4",
    "理事长": "王有福", "出资总额(元)": 500000, "成员数": 20, "其中:贫困户成员": 8, "农民成员数": 16, "单个成员最大出资比例(%)": 20,
    "带动贫困户": 12, "主导产业": "肉牛", "运行状况": "规范运营", "整县推进试点级别": "省级",
}  # fmt: skip
FIRM: Changes = {
    "企业名称": "甘肃通渭清凉薯业有限公司", "统一社会信用代码": FIRMS[0], "级别": "省级", "认定年份": 2018, "所属产业": "马铃薯",
    "资产总额(元)": 9000000, "带动合作社": 3, "带动贫困户": 120, "吸收入股资金(元)": 300000, "运营情况": "正常", "按期分红": "是",
    "负责人": "何平",
}  # fmt: skip
GROWER: Changes = {
    "乡镇": "平襄镇", "行政村": "中林", "名称/户主": "王有福", "类型": "种养大户", "统一社会信用代码": None, "经营面积(亩)": 120,
    "流转面积(亩)": 120, "养殖规模": 80, "托管贫困户": 5, "托管协议签订日期": "2019-4-10", "主导产业": "肉羊",
}  # fmt: skip


def told(read_as: Reader, title: str, row: Changes, changes: Changes, others: int = 3) -> ReadResult:
    """The row with changes, below rows as they are: a file that loses half of its rows is refused as a whole."""
    changed = {**row, **changes}
    lines = [list(changed.values()), *([list(row.values())] * others)]
    return read_as(by_openpyxl(Page([[f"通渭县2020年6月{title}"], list(changed), *lines])))


def found(result: ReadResult) -> list[tuple[str, str | None, str, str]]:
    return [(i.rule_id, i.field, i.severity, i.effect) for i in result.issues if i.severity != "info"]


def first(result: ReadResult, name: str) -> Any:
    assert result.rows is not None, result.refusal
    return result.rows[name].to_pylist()[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"成员数": 4, "其中:贫困户成员": 1, "农民成员数": 4}, [("R68", "member_count", "error", "row_refused")]),
        ({"成员数": 5, "其中:贫困户成员": 1, "农民成员数": 4}, []),
        ({"农民成员数": 15}, [("R68", "farmer_member_count", "error", "none")]),
        ({"农民成员数": 21}, [("R68", "farmer_member_count", "error", "cell_emptied")]),
        ({"农民成员数": None}, []),
        ({"单个成员最大出资比例(%)": 20.01}, [("R68", "max_share_pct", "error", "none")]),
        ({"统一社会信用代码": FIRMS[0]}, [("R69", "uscc", "error", "row_refused")]),
        ({"统一社会信用代码": COOPS[0][:17] + "0"}, [("R69", "uscc", "error", "row_refused")]),
        ({"整县推进试点级别": "市级"}, [("C04", "pilot_level", "error", "cell_emptied")]),
    ],
)
def test_members_of_a_cooperative(read_as: Reader, changes: Changes, expected: list[Any]) -> None:
    assert found(told(read_as, "农民合作社名录", COOP, changes)) == expected


def test_what_a_cell_loses_and_what_it_keeps(read_as: Reader) -> None:
    """More farmers than members is no number; too few of them is one, and the law's business."""
    assert first(told(read_as, "农民合作社名录", COOP, {"农民成员数": 21}), "farmer_member_count") is None
    assert first(told(read_as, "农民合作社名录", COOP, {"农民成员数": 15}), "farmer_member_count") == 15


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"统一社会信用代码": COOPS[0]}, [("R69", "uscc", "error", "row_refused")]),
        ({"统一社会信用代码": FIRMS[0][:17] + "0"}, [("R69", "uscc", "error", "row_refused")]),
        ({"统一社会信用代码": None}, [("C01", "uscc", "error", "row_refused")]),
        ({"所属产业": "综合"}, [("C04", "main_product", "error", "cell_emptied")]),
        ({"运营情况": "停产", "按期分红": "否"}, []),
        ({"吸收入股资金(元)": None, "带动合作社": None}, []),
        ({"级别": "乡级"}, [("C04", "lead_level", "error", "row_refused")]),
    ],
)
def test_a_lead_enterprise(read_as: Reader, changes: Changes, expected: list[Any]) -> None:
    assert found(told(read_as, "龙头企业台账", FIRM, changes)) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("马铃薯淀粉加工", "薯"),
        ("中药材种植与销售", "药"),
        ("肉羊养殖", "羊"),
        ("百合深加工", "地方特色"),
        ("果蔬储藏（苹果）", "果"),
    ],
)
def test_a_firms_line_of_business(read_as: Reader, written: str, code: str) -> None:
    result = told(read_as, "龙头企业台账", FIRM, {"所属产业": written})
    assert (first(result, "main_product"), first(result, "main_product_name")) == (code, written)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"流转面积(亩)": 120.1}, [("R75", "transferred_area_mu", "warn", "cell_emptied")]),
        ({"托管协议签订日期": None}, [("R76", "custody_signed_date", "warn", "none")]),
        ({"托管贫困户": 0, "托管协议签订日期": None}, []),
        ({"统一社会信用代码": FARM, "名称/户主": "中林丰茂家庭农场", "类型": "家庭农场"}, []),
        ({"统一社会信用代码": FARM[:17] + "0"}, [("R69", "uscc", "error", "cell_emptied")]),
        ({"类型": "散户"}, [("C04", "entity_type", "error", "row_refused")]),
    ],
)
def test_a_farm_or_grower(read_as: Reader, changes: Changes, expected: list[Any]) -> None:
    assert found(told(read_as, "家庭农场、种养大户名录", GROWER, changes)) == expected


def test_a_growers_name_is_not_kept(read_as: Reader) -> None:
    """Two spellings of one name are one token; a farm has its name and no token."""
    rows = [
        told(read_as, "家庭农场、种养大户名录", GROWER, {"名称/户主": name})
        for name in ("王有福", "王 有福", "丰茂家庭农场")
    ]
    assert [first(row, "entity_name") for row in rows] == ["王**", "王**", "丰茂家庭农场"]
    tokens = [first(row, "entity_name_token") for row in rows]
    assert tokens[0] == tokens[1] is not None and tokens[2] is None
