"""Ledgers that restate what stands: the one of the later day is in force, whether or not its title names the month."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.e2e.nights import bi, steps_night
from tests.ingest.books import Page, by_openpyxl
from warehouse.connect import connect
from warehouse.settings import Settings

TONGWEI = "621121-通渭县"
FUNDS = ["序号", "项目名称", "项目类别", "建设地点", "建设内容", "资金来源", "投资规模", "责任单位", "拨付资金"]
PROBLEMS = ["序号", "问题来源", "问题描述", "问题类别", "整改措施", "责任单位", "责任领导", "责任人", "整改时限", "整改进展", "完成时间",
            "是否销号", "佐证材料"]  # fmt: skip


def funds(period: str, *spent: float | str) -> bytes:
    """Two projects of 100 and 200 (万元), and what was spent on each. All names are made up."""
    rows = [
        [n, name, "产业扶贫", "平襄镇中林村", "新建大棚30座", "中央", amount, "县农业农村局", paid]
        for n, (name, amount, paid) in enumerate(zip(("蔬菜基地", "果园改造"), (100, 200), spent, strict=True), 1)
    ]
    return by_openpyxl(Page([[f"通渭县{period}财政专项扶贫资金项目台账"], ["单位：万元"], FUNDS, *rows]))


def problems(period: str, *end: str) -> bytes:
    """Four problems with the same end each: progress, day, closed, evidence."""
    what = ("3个合作社没有按约定分红", "产业项目资金滞留", "保险单没有发放到户", "果蔬保鲜库没有投入使用")
    rows = [
        [n, "审计", text, "其他", "督促落实", "县农业农村局", "何平", "陈丽", "2020-06-30", *end]
        for n, text in enumerate(what, 1)
    ]
    return by_openpyxl(Page([[f"通渭县{period}产业扶贫问题整改台账"], PROBLEMS, *rows]))


def night(settings: Settings, day: date, files: dict[str, bytes]) -> None:
    """A night whose files were received on that day at ten in Shanghai."""
    for name, data in files.items():
        path = settings.landing / TONGWEI / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    assert steps_night(settings, settings.landing, day) == "done"
    with connect("owner", settings=settings) as conn:
        conn.execute(
            "update ops.submissions set received_at = (%s + time '10:00') at time zone 'Asia/Shanghai' "
            "where received_at > '2021-01-01'",
            (day,),
        )


def figures(settings: Settings) -> tuple[list[Any], list[Any]]:
    executed = bi(
        settings,
        "select sum(spent_yuan)::float, sum(planned_yuan)::float from marts.mart_fund_execution where county_code = '621121'",
    )
    mended = bi(
        settings,
        "select rectification_stage, is_overdue, count(*) from marts.mart_rectifications where county_code = '621121' "
        "group by 1, 2",
    )
    return executed, mended


@pytest.mark.ci_only
def test_a_ledger_of_july_goes_before_the_years_ledger_sent_before_it(settings: Settings) -> None:
    night(
        settings,
        date(2020, 7, 15),
        {"资金.xlsx": funds("2020年", 0, 0), "整改.xlsx": problems("2020年", "整改中", "", "否", "")},
    )
    assert figures(settings) == ([(0.0, 3_000_000.0)], [("整改中", True, 4)])
    night(
        settings,
        date(2020, 8, 15),
        {
            "资金7月.xlsx": funds("2020年7月", 60, 150),
            "整改7月.xlsx": problems("2020年7月", "已完成", "2020-07-10", "是", "分红凭证"),
        },
    )
    assert figures(settings) == ([(2_100_000.0, 3_000_000.0)], [("已销号", False, 4)])
