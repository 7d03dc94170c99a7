"""Rules of F17 and of F01's custody: each caught at its cell, and silent where all is well."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.read import ReadResult
from tests.fixtures.make_households import A, B, C, D
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader

Changes = dict[str, Any]

HEAD: Changes = {
    "乡(镇)": "平襄镇", "行政村": "中林", "户编号": "6211000001", "人编号": "01", "姓名": "常建国",
    "证件号码": A, "人数": 2, "与户主关系": "户主",
    "民族": "汉族", "文化程度": "初中", "健康状况": "健康", "劳动技能": "普通劳动力", "务工时间(月)": 6,
    "脱贫属性": "已脱贫", "脱贫年度": "2020",
    "贫困户属性": "一般贫困户", "主要致贫原因": "缺资金", "人均纯收入(元)": 5100, "是否依靠产业脱贫": "是",
}  # fmt: skip
WIFE: Changes = {**HEAD, "人编号": "02", "姓名": "景秀英", "证件号码": B, "与户主关系": "配偶", "务工时间(月)": None}
OTHERS = [
    {**HEAD, "户编号": "6211000002", "人编号": "11", "证件号码": C},
    {**WIFE, "户编号": "6211000002", "人编号": "12", "证件号码": D},
]
AWARD: Changes = {
    "乡镇": "平襄镇", "行政村": "中林", "户主姓名": "常建国", "身份证号": A, "家庭人口": 3,
    "贫困户属性": "一般贫困户", "脱贫状态": "未脱贫",
    "扶持方式": "托管", "产业类别": "牛", "奖补标准(元)": 3000, "验收数量": 1, "应补资金(元)": 3000, "投保意愿": "是",
    "托管主体": "通渭县富农农民专业合作社", "托管协议签订日期": "2020-4-10",
}  # fmt: skip

Found = list[tuple[str, str | None, int | None, str, str]]


def persons(read_as: Reader, head: Changes, wife: Changes) -> ReadResult:
    """A household of two whose rows are changed, and one of two as it should be."""
    lines = [{**HEAD, **head}, {**WIFE, **wife}, *OTHERS]
    return read_as(
        by_openpyxl(Page([["2020年6月建档立卡人口信息"], list(HEAD), *[list(row.values()) for row in lines]]))
    )


def found(result: ReadResult) -> Found:
    """Every issue but the informative ones; rows from 1, in the order given."""
    assert result.refusal is None, result.refusal
    return [
        (i.rule_id, i.field, (i.row_no or 0) - 2, i.severity, i.effect) for i in result.issues if i.severity != "info"
    ]


@pytest.mark.parametrize(
    ("head", "wife", "expected"),
    [
        ({}, {}, []),
        ({"人数": 3}, {"人数": 3}, [("R66", "household_size", 1, "error", "none")]),
        ({}, {"人数": 3}, [("R66", "household_size", 2, "error", "none")]),
        ({}, {"与户主关系": "户主"}, [("R66", "relation", 2, "error", "none")]),
        ({"与户主关系": "之父"}, {}, [("R66", "relation", 1, "error", "none")]),
        ({}, {"证件号码": A}, [("R67", "person_id", 2, "error", "row_refused")]),
        ({}, {"证件号码": B[:17] + ("0" if B[17] != "0" else "1")}, [("R67", "person_id", 2, "error", "row_refused")]),
        ({}, {"脱贫年度": None}, [("R77", "exit_status_year", 2, "error", "none")]),
        ({"脱贫属性": "未脱贫", "脱贫年度": None}, {"脱贫属性": "返贫", "脱贫年度": None}, []),
        ({"务工时间(月)": 13}, {}, [("C05", "work_months", 1, "error", "cell_emptied")]),
        ({}, {"人均纯收入(元)": 51000}, [("C05", "income_per_person_yuan", 2, "error", "row_refused")]),
        ({}, {"与户主关系": "侄子"}, []),
        ({}, {"健康状况": None}, [("C01", "health", 2, "error", "row_refused")]),
    ],
)
def test_a_household_of_the_register(read_as: Reader, head: Changes, wife: Changes, expected: Found) -> None:
    assert found(persons(read_as, head, wife)) == expected


def test_what_contradicts_within_a_household_loses_nobody(read_as: Reader) -> None:
    result = persons(read_as, {"人数": 3}, {"人数": 3, "与户主关系": "户主"})
    assert result.rows is not None
    assert result.rows["household_size"].to_pylist() == [3, 3, 2, 2]
    assert result.rows["relation"].to_pylist() == ["户主", "户主", "户主", "配偶"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"托管主体": None}, [("R76", "custody_entity_name", 1, "warn", "none")]),
        ({"托管协议签订日期": None}, [("R76", "custody_signed_date", 1, "warn", "none")]),
        ({"扶持方式": "先建后补", "托管主体": None, "托管协议签订日期": None}, []),
        ({"投保意愿": "看情况"}, [("C04", "is_willing_to_insure", 1, "error", "cell_emptied")]),
    ],
)
def test_custody_of_a_households_animals(read_as: Reader, changes: Changes, expected: Found) -> None:
    again = [{**AWARD, "身份证号": number} for number in (B, C, D)]
    lines = [{**AWARD, **changes}, *again]
    book = by_openpyxl(Page([["2020年到户产业奖补花名册"], list(AWARD), *[list(row.values()) for row in lines]]))
    assert found(read_as(book)) == expected


def test_a_grower_who_keeps_animals_is_not_named(read_as: Reader) -> None:
    lines = [{**AWARD, "托管主体": "王有福"}, *[{**AWARD, "身份证号": number} for number in (B, C, D)]]
    result = read_as(
        by_openpyxl(Page([["2020年到户产业奖补花名册"], list(AWARD), *[list(row.values()) for row in lines]]))
    )
    assert result.rows is not None, result.refusal
    assert result.rows["custody_entity_name"].to_pylist()[:2] == ["王**", "通渭县富农农民专业合作社"]
    assert [value is not None for value in result.rows["custody_entity_name_token"].to_pylist()][:2] == [True, False]
