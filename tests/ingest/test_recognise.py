"""Form, period, county, township and unit, from what stands above and around a table."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.context import Context
from ingest.grid import Sheet
from ingest.recognise import heading_of, period_in, period_of, sheet_units, title_score, townships_in
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader
from tests.ingest.forms import AWARD_HEADER, INCOME_HEADER, award_rows, income_rows


@pytest.mark.parametrize(
    ("text", "period", "first", "last"),
    [
        ("通渭县2020年到户产业扶持资金奖补花名册", "2020", (1, 1), (12, 31)),
        ("二〇二〇年到户产业扶持资金", "2020", (1, 1), (12, 31)),
        ("2020年度贫困村基础台账", "2020", (1, 1), (12, 31)),
        ("2020年6月村级集体经济收入", "2020-06", (6, 1), (6, 30)),
        ("2020年06月份台账", "2020-06", (6, 1), (6, 30)),
        ("2020年上半年", "2020H1", (1, 1), (6, 30)),
        ("2020年下半年", "2020H2", (7, 1), (12, 31)),
        ("2020年第二季度", "2020Q2", (4, 1), (6, 30)),
        ("2020年3季度", "2020Q3", (7, 1), (9, 30)),
        ("2020年1-6月", "2020H1", (1, 1), (6, 30)),
        ("2020年1月至3月", "2020Q1", (1, 1), (3, 31)),
        ("2020年1-9月", "2020-09", (9, 1), (9, 30)),
        ("此表统计时间截止2020年6月30日", "2020-06", (6, 1), (6, 30)),
        ("截至2020.6.30", "2020-06", (6, 1), (6, 30)),
        ("２０２０年６月", "2020-06", (6, 1), (6, 30)),
        ("2020 年 6 月", "2020-06", (6, 1), (6, 30)),
        ("台账202006", "2020-06", (6, 1), (6, 30)),
        ("2018-2020年到户产业", "2020", (1, 1), (12, 31)),
        ("2020年20万元", "2020", (1, 1), (12, 31)),
        ("2020年第一批中央财政扶贫专项资金安排表", "2020", (1, 1), (12, 31)),
    ],
)
def test_periods(text: str, period: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    found = period_in(text)
    assert found is not None
    assert (found.text, found.start, found.end) == (period, date(2020, *first), date(2020, *last))


@pytest.mark.parametrize("text", ["", "贫困村基础台账", "填报日期：2020年6月25日", "电话0931-2020888", "13320201111"])
def test_no_period(text: str) -> None:
    assert period_in(text) is None


def _sheet(*rows: tuple[str, ...]) -> Sheet:
    width = max(map(len, rows))
    return Sheet("Sheet1", 1, [list(row) + [""] * (width - len(row)) for row in rows])


def test_closing_day_goes_before_the_titles_year() -> None:
    heading = heading_of(_sheet(("通渭县2020年贫困村基础台账",), ("截止2020年6月30日",)), 2)
    found = period_of([heading], ["Sheet1"], "621121/a.xlsx")
    assert found is not None and found.text == "2020-06"


def test_period_of_file_name_then_folder_then_filing_date() -> None:
    bare = heading_of(_sheet(("贫困村基础台账",), ("填报日期：2019年6月25日",)), 2)
    for path, period in (
        ("621121/2020年6月台账.xlsx", "2020-06"),
        ("621121/2020年上半年/台账.xlsx", "2020H1"),
        ("621121/台账.xlsx", "2019"),
    ):
        found = period_of([bare], ["Sheet1"], path)
        assert found is not None and found.text == period


@pytest.mark.parametrize(
    ("text", "units"),
    [("单位：万元、亩", ["万元", "亩"]), ("单位:元", ["元"]), ("（单位：万元）", ["万元"]), ("单位：户、人、亩", ["户", "人", "亩"]),
     ("填报单位：亩川镇人民政府", []), ("填报单位(盖章)：通渭县扶贫办  填报人：张三  单位：万元", ["万元"]), ("计量单位：元", ["元"]),
     ("责任单位：元山镇", [])],
)  # fmt: skip
def test_sheet_units(text: str, units: list[str]) -> None:
    assert sheet_units(text) == units


@pytest.mark.parametrize(
    "row",
    [
        ("填报单位(盖章)：平襄镇人民政府", "填报人：张三"),
        ("填报单位(盖章)：", "平襄镇人民政府", "填报人："),
        ("填报单位：平襄镇人民政府 审核人：李四",),
    ],
)
def test_reporter(row: tuple[str, ...]) -> None:
    assert heading_of(_sheet(("标题",), row), 2).reporter == "平襄镇人民政府"


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("通渭县2020年到户产业扶持资金(奖补)花名册", "household_awards"),
        ("卓尼县2020年产业到户奖补资金花名册", "household_awards"),
        ("通渭县农民合作社名录及示范社台账", "cooperatives"),
        ("2020年村级集体经济收入情况统计表", "village_income"),
        ("消费扶贫、产销对接台账", "sales_channels"),
        ("北塔区2020年第一批中央财政扶贫专项资金安排表", "fund_projects"),
        ("北关区2018年专项扶贫资金分配表", "fund_projects"),
        ("建档立卡贫困村基础台账", "village_base"),
    ],
)
def test_titles(context: Context, title: str, form: str) -> None:
    scores = {name: title_score(contract, title) for name, contract in context.contracts.items()}
    assert max(scores, key=lambda name: scores[name]) == form and scores[form] > 0
    assert sum(1 for score in scores.values() if score) == 1


def test_townships_in_a_title(context: Context) -> None:
    county = context.places.counties["621121"]
    assert [t.name for t in townships_in("通渭县平襄镇2020年花名册", county)] == ["平襄镇"]
    assert townships_in("通渭县2020年花名册", county) == []


@pytest.mark.parametrize(
    ("title", "name", "period"),
    [
        ("通渭县2020年6月第二批到户产业扶持资金花名册", "a.xlsx", "2020-06第2批"),
        ("通渭县2020年6月到户产业扶持资金花名册（第十二批）", "第一批.xlsx", "2020-06第12批"),
        ("通渭县2020年6月到户产业扶持资金花名册", "花名册(第3批).xlsx", "2020-06第3批"),
        ("通渭县2020年6月第一批、第二批到户产业扶持资金花名册", "第一批.xlsx", "2020-06"),
        ("通渭县2020年6月到户产业扶持资金花名册", "第一批县/花名册.xlsx", "2020-06"),
    ],
)
def test_batches_of_one_period_are_told_apart(read_as: Reader, title: str, name: str, period: str) -> None:
    data = by_openpyxl(Page([[title], ["单位：元"], AWARD_HEADER, *award_rows()]))
    assert read_as(data, f"621121-通渭县/{name}").period == period


@pytest.mark.parametrize(
    ("title", "below", "day"),
    [
        ("2020年", "", None),
        ("2020年7月", "", (2020, 7, 31)),
        ("2020年上半年", "", (2020, 6, 30)),
        ("2020年", "截至2020年8月15日", (2020, 8, 15)),
        ("2020年", "截止日期：2020.8.15", (2020, 8, 15)),
        ("2020年", "填报日期：2020年7月10日", (2020, 7, 10)),
        ("2020年", "填报时间: 2020-07-10", (2020, 7, 10)),
        ("2020年", "填报日期：二〇二〇年7月10日", (2020, 7, 10)),
        ("2020年", "截至2020年6月30日　填报日期：2020年7月10日", (2020, 6, 30)),
        ("2020年7月", "填报日期：2020年8月5日", (2020, 8, 5)),
        ("2020年", "填报日期：2021年2月3日", (2020, 12, 31)),
        ("2020年", "填报日期：2019年12月28日", (2020, 1, 1)),
        ("2020年", "填报日期：2020年2月30日", None),
        ("2020年", "填报日期：2020年7月", None),
    ],
)
def test_the_day_that_a_snapshot_stands_for(
    read_as: Reader, title: str, below: str, day: tuple[int, int, int] | None
) -> None:
    heading = [[f"通渭县{title}村级集体经济收入统计表"], [below], ["单位：万元"]]
    result = read_as(by_openpyxl(Page([*heading, INCOME_HEADER, *income_rows()])))
    assert result.outcome == "loaded" and result.snapshot_day == (date(*day) if day else None)


def test_events_stand_for_their_whole_period(read_as: Reader) -> None:
    heading = [["通渭县2020年到户产业扶持资金花名册"], ["填报日期：2020年7月10日"], ["单位：元"]]
    result = read_as(by_openpyxl(Page([*heading, AWARD_HEADER, *award_rows()])))
    assert (result.period, result.snapshot_day) == ("2020", date(2020, 12, 31))


def test_a_form_that_restates_a_stock_has_no_batches(read_as: Reader) -> None:
    data = by_openpyxl(
        Page([["通渭县2020年6月第二批村级集体经济收入统计表"], ["单位：万元"], INCOME_HEADER, *income_rows()])
    )
    result = read_as(data)
    assert result.period == "2020-06" and "S17" in [i.rule_id for i in result.issues]
