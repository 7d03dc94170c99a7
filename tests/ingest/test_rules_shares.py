"""Rules of F02A and F02B: each caught at its cell, and silent one step inside its bound."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.read import ReadResult
from tests.fixtures.make_shares import COOP, HEADS
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader

Changes = dict[str, Any]

SHARE: Changes = {
    "乡镇": "平襄镇", "行政村": "中林", "户主姓名": "王有福", "身份证号": HEADS[0], "承接主体名称": "通渭县中林富农种植农民专业合作社",
    "统一社会信用代码": COOP, "主体类型": "合作社", "资金来源": "中央专项", "入股金额(元)": 5000, "协议编号": "平入1号",
    "签订日期": "2018-5-10",
    "入股期限(年)": 3, "约定分红比例(%)": 6, "股权证是否发放": "是", "是否入社": "是", "本金状态": "在股", "已退本金": 0,
}  # fmt: skip
DIVIDEND: Changes = {
    "乡镇": "平襄镇", "行政村": "中林", "户主姓名": "王有福", "身份证号": HEADS[0], "承接主体名称": "通渭县中林富农种植农民专业合作社",
    "分红年度": "2020年上半年", "入股金额(元)": 5000, "分红比例(%)": 6, "应分红金额": 150, "实分红金额": 150, "其中:到户": 100,
    "村集体分红": 50, "发放日期": "2020-6-20", "发放方式": "一折通",
}  # fmt: skip


def told(read_as: Reader, changes: Changes) -> ReadResult:
    """A share with changes, above others of the household under other agreements."""
    first = {**SHARE, **changes}
    others = [{**SHARE, "协议编号": f"平入{n}号"} for n in range(2, 5)]
    page = [["通渭县2020年6月到户产业入股资金台账"], list(first), *(list(line.values()) for line in (first, *others))]
    return read_as(by_openpyxl(Page(page)))


def found(result: ReadResult) -> list[tuple[str, str | None, str, str]]:
    return [(i.rule_id, i.field, i.severity, i.effect) for i in result.issues if i.severity != "info"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"入股金额(元)": 99}, [("C05", "share_amount_yuan", "error", "row_refused")]),
        ({"入股金额(元)": 30001}, [("C05", "share_amount_yuan", "error", "row_refused")]),
        ({"约定分红比例(%)": 2.99}, [("R11", "dividend_rate_pct", "warn", "none")]),
        ({"约定分红比例(%)": 3}, []),
        ({"约定分红比例(%)": 12.5}, [("R11", "dividend_rate_pct", "warn", "none")]),
        ({"约定分红比例(%)": 31}, [("C05", "dividend_rate_pct", "error", "cell_emptied")]),
        ({"约定分红比例(%)": None}, [("R15", "dividend_rate_pct", "error", "none")]),
        ({"协议编号": None}, [("R15", "agreement_no", "error", "none")]),
        ({"签订日期": None}, [("R15", "signed_date", "error", "none")]),
        ({"签订日期": "2018年13月"}, [("C03", "signed_date", "error", "cell_emptied")]),
        ({"股权证是否发放": "否"}, [("R14", "has_certificate", "error", "none")]),
        ({"股权证是否发放": None, "本金状态": None}, [("R14", "has_certificate", "error", "none")]),
        ({"股权证是否发放": "否", "本金状态": "到期退还"}, []),
        ({"是否入社": "否"}, [("R16", "is_member", "error", "none")]),
        ({"是否入社": None}, [("R16", "is_member", "error", "none")]),
        ({"是否入社": "否", "主体类型": "龙头企业"}, []),
        ({"已退本金": 5001}, [("R85", "principal_returned_yuan", "error", "row_refused")]),
        ({"已退本金": 5000}, []),
        ({"主体类型": "供销社"}, [("C04", "entity_type", "error", "row_refused")]),
        ({"资金来源": "自筹"}, [("C04", "fund_source", "error", "cell_emptied")]),
        ({"统一社会信用代码": COOP[:17] + "0"}, [("R69", "uscc", "error", "cell_emptied")]),
    ],
)
def test_shares(read_as: Reader, changes: Changes, expected: list[Any]) -> None:
    assert found(told(read_as, changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"应分红金额": 151}, []),
        ({"应分红金额": 151.01}, [("R10", "dividend_due_yuan", "error", "row_refused")]),
        ({"分红年度": "2020年", "应分红金额": 300}, []),
        ({"分红年度": "2020年"}, [("R10", "dividend_due_yuan", "error", "row_refused")]),
        ({"分红比例(%)": 2, "应分红金额": 50}, [("R11", "dividend_rate_pct", "warn", "none")]),
        ({"村集体分红": 51}, [("R19", "dividend_paid_yuan", "error", "row_refused")]),
        ({"村集体分红": None}, []),
        ({"实分红金额": 0, "其中:到户": 0, "村集体分红": 0, "发放日期": None}, []),
        ({"实分红金额": -1, "其中:到户": None}, [("C05", "dividend_paid_yuan", "error", "row_refused")]),
        ({"发放方式": "现金"}, [("R87", "pay_method", "warn", "none")]),
        ({"分红年度": "半年"}, [("C03", "dividend_period", "error", "row_refused")]),
    ],
)
def test_dividends(read_as: Reader, changes: Changes, expected: list[Any]) -> None:
    row = {**DIVIDEND, "应分红金额": 300, "其中:到户": None, "实分红金额": 0, "村集体分红": None}
    first = {**DIVIDEND, **changes}
    others = [{**row, "分红年度": f"{year}年"} for year in (2017, 2018, 2019)]
    page = [["通渭县2020年6月入股分红发放花名册"], list(first), *(list(line.values()) for line in (first, *others))]
    assert found(read_as(by_openpyxl(Page(page)))) == expected


@pytest.mark.parametrize(
    ("title", "row", "change"),
    [
        ("到户产业入股资金台账", SHARE, {"协议编号": "平入2号"}),
        ("到户产业入股资金台账", SHARE, {"承接主体名称": "王大明", "主体类型": "种养大户"}),
        ("入股分红发放花名册", DIVIDEND, {"分红年度": "2019年下半年"}),
    ],
)
def test_a_row_that_stands_twice(read_as: Reader, title: str, row: Changes, change: Changes) -> None:
    """R86: the second is refused; a row of another agreement, body or period is none."""
    lines = [row, {**row, **change}, {**row, **change}, {**row, "身份证号": HEADS[1]}]
    page = [[f"通渭县2020年6月{title}"], list(row), *(list(line.values()) for line in lines)]
    result = read_as(by_openpyxl(Page(page)))
    told = [(i.rule_id, i.cell, i.effect) for i in result.issues if i.severity != "info"]
    column = "I" if row is SHARE else "J"
    assert told == [("R86", f"{column}5", "row_refused")]
    assert result.rows_accepted == 3


def test_growers_of_one_surname_are_two_bodies(read_as: Reader) -> None:
    rows = [{**SHARE, "承接主体名称": name, "主体类型": "种养大户", "统一社会信用代码": None, "协议编号": "1"}
            for name in ("王大明", "王小明")]  # fmt: skip
    result = read_as(
        by_openpyxl(Page([["通渭县2020年6月到户产业入股资金台账"], list(rows[0]), *(list(r.values()) for r in rows)]))
    )
    assert found(result) == [] and result.rows is not None
    assert result.rows["entity_name"].to_pylist() == ["王**", "王**"]
    assert len(set(result.rows["entity_name_token"].to_pylist())) == 2
