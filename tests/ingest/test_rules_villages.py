"""The rules of the village base (F16) and of village income (F06): each broken once at its cell, and the clean row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ingest.context import Context
from ingest.digests import digest
from ingest.read import ReadResult, read
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.made import values

BASE = ["乡镇", "行政村", "总户数", "总人口", "建档立卡户数", "建档立卡人数", "未脱贫户数", "未脱贫人数", "贫困发生率(%)", "主导产业",
        "合作社数", "驻村农技员", "保鲜库需求"]  # fmt: skip
BASE_ROW = ["平襄镇", "中林", 300, 1000, 100, 400, 2, 10, 1.0, "牛、马铃薯", 2, "李某某", "是"]
INCOME = ["乡镇", "行政村", "是否贫困村", "上年收入", "经营收入", "发包及上交收入", "投资收益", "补助收入", "其他收入", "合计",
          "经营支出", "管理费用", "其他支出", "总支出", "本年收益", "达标情况", "扶持资金"]  # fmt: skip
INCOME_ROW = ["平襄镇", "中林", "是", 21000, 15000, 3000, 2000, 6000, 0, 26000, 2000, 1000, 500, 3500, 22500, "是", 0]


def sheet(context: Context, title: str, header: list[str], row: list[Any], *changes: tuple[str, Any]) -> ReadResult:
    row = list(row)
    for name, value in changes:
        row[header.index(name)] = value
    more = [["平襄镇", village, *row[2:]] for village in ("瓦石", "河南")] if not changes else []
    page = Page([[title], ["单位：元"], header, row, *more])
    return read(
        by_openpyxl(page), "621121/表.xlsx", folder_county="621121", context=replace(context, refused_share_limit=1)
    )


def income(context: Context, *changes: tuple[str, Any]) -> ReadResult:
    return sheet(context, "通渭县2020年村级集体经济收入台账", INCOME, INCOME_ROW, *changes)


def base(context: Context, *changes: tuple[str, Any]) -> ReadResult:
    return sheet(context, "通渭县2020年贫困村基础台账", BASE, BASE_ROW, *changes)


def found(result: ReadResult) -> list[tuple[str, str | None, str]]:
    assert result.refusal is None, result.refusal
    return [(i.rule_id, i.cell, i.effect) for i in result.issues if i.severity != "info"]


def under(context: Context, basis: str, county: str = "") -> Context:
    return replace(context, choices={("village_income_basis", county): basis})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], []),
        ([("总支出", 3600), ("本年收益", 22400)], [("R22", "N4", "row_refused")]),
        ([("总支出", 3501), ("本年收益", 22499)], []),  # a yuan of rounding
        ([("总支出", 4000), ("本年收益", 22000), ("其他支出", None)], []),  # not all are given
        ([("经营支出", "待核实")], [("C02", "K4", "row_refused")]),
        ([("经营支出", -5)], [("C05", "K4", "row_refused")]),
    ],
)
def test_expenses(context: Context, changes: list[Any], expected: list[Any]) -> None:
    assert found(income(context, *changes)) == expected


@pytest.mark.parametrize(
    ("basis", "changes", "flag"),
    [
        ("all", [("经营收入", 9000), ("合计", 20000), ("本年收益", 16500)], "是"),
        ("all", [("经营收入", 8999), ("合计", 19999), ("本年收益", 16499)], "否"),
        ("without_subsidy", [], "是"),
        ("without_subsidy", [("经营收入", 14999), ("合计", 25999), ("本年收益", 22499)], "否"),
        ("operating_net", [], "否"),  # 17,000 yuan
        ("operating_net", [("经营收入", 18000), ("合计", 29000), ("本年收益", 25500)], "是"),
        ("operating_net", [("经营收入", 17999), ("合计", 28999), ("本年收益", 25499)], "否"),
    ],
)
def test_the_county_s_flag_follows_the_basis_that_it_was_told(
    context: Context, basis: str, changes: list[Any], flag: str
) -> None:
    wrong = {"是": "否", "否": "是"}[flag]
    assert found(income(under(context, basis), *changes, ("达标情况", flag))) == []
    told = income(under(context, basis), *changes, ("达标情况", wrong))
    assert found(told) == [("R20", "P4", "row_refused")]
    assert f"应填“{flag}”" in next(i.message for i in told.issues if i.rule_id == "R20")


def test_without_expenses_operating_profit_is_not_judged(context: Context) -> None:
    for flag in ("是", "否"):
        changes = [("经营支出", None), ("管理费用", None), ("达标情况", flag)]
        assert found(income(under(context, "operating_net"), *changes)) == []


def test_a_county_may_have_its_own_basis_and_is_read_again_for_it(context: Context) -> None:
    own, other = under(context, "without_subsidy", "621121"), under(context, "without_subsidy", "622921")
    changes = [("经营收入", 14999), ("合计", 25999), ("本年收益", 22499)]
    assert found(income(own, *changes)) == [("R20", "P4", "row_refused")]
    assert found(income(other, *changes)) == []
    base_digest = digest(replace(context, choices={}), "village_income", "621121")
    assert digest(own, "village_income", "621121") != base_digest
    assert digest(other, "village_income", "621121") == base_digest


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("牛、马铃薯", "牛;薯"),
        ("肉牛养殖", "牛"),
        ("药材种植/苹果/乡村旅游", "药;果;其他"),
        ("光伏", "其他"),
        (None, None),
    ],
)
def test_leading_products(context: Context, written: str | None, codes: str | None) -> None:
    result = base(context, ("主导产业", written))
    assert values(result, "main_product_codes") == [codes] and values(result, "main_product") == [written]
    assert found(result) == []


def test_need_for_a_store(context: Context) -> None:
    assert values(base(context, ("保鲜库需求", "无")), "has_store_need") == [False]
    assert found(base(context, ("保鲜库需求", "再定"))) == [("C04", "M4", "cell_emptied")]


def test_reference_data_give_the_basis(context: Context) -> None:
    assert context.choices == {("village_income_basis", ""): "all"}
    assert context.choice({"parameter": "none_such", "default": "all"}, "621121") == "all"
