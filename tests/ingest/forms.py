"""Rows of honest forms, and what they must read to: the tests lay them out in every way that counties do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ingest.personal import check_character
from ingest.read import ReadResult

COUNTY = "621121"
# Townships of 通渭县 and villages of each, as the national list has them.
VILLAGES = {"平襄镇": ["中林", "瓦石", "河南"], "马营镇": ["锦屏", "回岔"]}

BASE_HEADER = [
    "乡镇",
    "行政村",
    "总户数",
    "总人口",
    "建档立卡户数",
    "建档立卡人数",
    "未脱贫户数",
    "未脱贫人数",
    "贫困发生率(%)",
]

INCOME_HEADER = ["序号", "乡镇", "行政村", "是否贫困村", "上年收入", "经营收入", "发包及上交收入", "投资收益", "补助收入",
                 "其他收入", "合计", "达标情况", "扶持资金", "备注"]  # fmt: skip


def id_number(serial: int) -> str:
    first = f"62112119700101{serial:03d}"
    return first + check_character(first)


def income_rows(factor: Decimal = Decimal(1)) -> list[list[Any]]:
    """Five villages; money in 万元 times a factor. Totals: 上年 13.5, 合计 16.5 (万元)."""
    rows = []
    places = [(t, v) for t, vs in VILLAGES.items() for v in vs]
    for n, (township, village) in enumerate(places, 1):
        parts = [Decimal("1.5"), Decimal("0.5"), Decimal("0.3"), Decimal("0.5"), Decimal(n) / 10 + Decimal("0.2")]
        total = sum(parts, Decimal(0))
        money = [float(x * factor) for x in (Decimal("2.1") + Decimal(n) / 5, *parts, total)]
        rows.append([n, township, village, "是", *money, "是", float(5 * factor), None])
    return rows


def sums(result: ReadResult, name: str) -> Decimal:
    assert result.rows is not None, result.refusal
    return sum((v for v in result.rows[name].to_pylist() if v is not None), Decimal(0))


def column(result: ReadResult, name: str) -> list[Any]:
    assert result.rows is not None, result.refusal
    return list(result.rows[name].to_pylist())


def said(result: ReadResult) -> list[str]:
    """Rule ids of everything said but information."""
    return [i.rule_id for i in result.issues if i.severity != "info"]


def expect_income(result: ReadResult, rows: int = 5) -> None:
    """The five villages of `income_rows`, whatever the layout."""
    assert result.outcome == "loaded", (result.refusal, [(i.rule_id, i.cell, i.message) for i in result.issues])
    assert result.form == "village_income" and result.county_code == COUNTY
    assert result.rows_read == rows
    assert said(result) == []
    assert sums(result, "inc_total_yuan") == Decimal("165000")
    assert sums(result, "income_prev_yuan") == Decimal("135000")
    assert [v.removesuffix("村") for v in column(result, "village_name")] == [v for vs in VILLAGES.values() for v in vs]
    assert all(code and len(code) == 12 for code in column(result, "village_code"))


AWARD_HEADER = ["序号", "乡镇", "行政村", "户主姓名", "身份证号", "家庭人口", "贫困户属性", "脱贫状态", "扶持方式", "产业类别",
                "奖补标准", "验收数量", "应补资金", "已享受资金", "公示时间", "验收日期", "一折通账号", "联系电话", "备注"]  # fmt: skip


def award_rows() -> list[list[Any]]:
    """Three households in 中林, the first with two products. Award 900 + 500 + 1600 + 1000 = 4000 yuan."""
    who = [("王有福", 1), ("王有福", 1), ("李月英", 2), ("马文", 3)]
    what = [("牛", 900, 1), ("蔬菜", 500, 1), ("马铃薯", 400, 4), ("当归", 500, 2)]
    rows = []
    for n, ((name, serial), (product, unit, qty)) in enumerate(zip(who, what, strict=True), 1):
        rows.append([n, "平襄镇", "中林", name, id_number(serial), 4, "一般贫困户", "未脱贫", "达标奖补", product, unit, qty, unit * qty,
                     3000, "2020年6月1日至6月7日", "2020年5月27日", f"62100000000000010{serial}", f"1331111000{serial}", None])  # fmt: skip
    return rows
