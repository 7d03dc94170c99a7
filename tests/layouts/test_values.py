"""Values as people type them, each in a cell of an honest table: numbers, units, percents, days, flags."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from ingest.read import ReadResult
from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlwt
from tests.layouts import lay
from tests.layouts.honest import Honest, expect, honest, readings, told

Read = Callable[[bytes, Honest], ReadResult]


# ------------------------------------------------------------------------------------------------------- numbers
AMOUNTS = [
    ("5600.5", 56005000), (" 5,600.5 ", 56005000), ("5600.50万元", 56005000), ("5600.5 万", 56005000), ("0.56005亿元", 56005000),
    ("56005000元", 56005000), ("56,005,000.00元", 56005000), ("５６００．５", 56005000), ("￥5600.5", 56005000), ("5.6005E3", 56005000),
    ("'5600.5", 56005000), ("5 600.5", 56005000), ("5600.5（含在建工程）", 56005000), ("5600.5(其中,厂房600万元)", 56005000),
    ("三百二十", 3200000), ("三百二十万元", 3200000), ("贰万元", 20000), ("叁佰贰拾万元整", 3200000), ("一千二百", 12000000),
    ("两万元", 20000), ("5000元/每个", 5000), ("20万元整", 200000), (0, 0), ("0.00", 0),
    (67.90712, 679071.2), (0.1 + 0.2, 3000), ("0.000123", 1.23),
    ("-", None), ("——", None), ("/", None), ("无", None), (" ", None), ("", None),
]  # fmt: skip


@pytest.mark.feature("L7, L8, L21 amounts")
@pytest.mark.parametrize(("cell", "yuan"), AMOUNTS, ids=[repr(cell) for cell, _ in AMOUNTS])
def test_amounts(read_table: Read, cell: Any, yuan: float | None) -> None:
    """By three writers in turn."""
    table = honest("lead_enterprises")
    write = (by_openpyxl, by_xlwt, by_csv)[AMOUNTS.index((cell, yuan)) % 3]
    data = write(lay.page(table.with_cell(0, "资产总额", cell)))
    expect(read_table(data, table), table.reading(0, total_assets_yuan=yuan))


@pytest.mark.feature("L7, L8, L21 amounts")
@pytest.mark.parametrize(
    "cell", ["约20", "≤120万元", "2km", "100%", "待定", "20-30", "1,23", "20/30", True, date(2020, 1, 2)]
)
def test_what_is_no_amount(read_table: Read, cell: Any) -> None:
    table = honest("lead_enterprises")
    expect(read_table(lay.changed(table, 0, "资产总额", cell), table), table, rows=[1, 2], issues=[("C02", "H4")])


@pytest.mark.feature("L7, L8, L21 amounts")
@pytest.mark.parametrize("cell", [-1, "-1万元", "（1）0", 1e9])
def test_amounts_out_of_bounds(read_table: Read, cell: Any) -> None:
    table = honest("lead_enterprises")
    result = read_table(lay.changed(table, 0, "资产总额", cell), table)
    assert told(result) in ([("C05", "H4")], [("C02", "H4")]) and result.rows_accepted == 2


COUNTS = [(60, 60), (60.0, 60), ("60", 60), ("60户", 60), ("60 户", 60), ("60人", 60), ("六十", 60), ("６０", 60), ("60.0", 60),
          ("60户（农民55户）", 60), ("1,060", 1060)]  # fmt: skip


@pytest.mark.feature("counts")
@pytest.mark.parametrize(("cell", "count"), COUNTS, ids=[repr(cell) for cell, _ in COUNTS])
def test_counts(read_table: Read, cell: Any, count: int) -> None:
    table = honest("cooperatives")
    expect(read_table(lay.changed(table, 0, "成员数", cell), table), table.reading(0, member_count=count))


@pytest.mark.feature("counts")
@pytest.mark.parametrize("cell", [60.5, "60.5", "约60", "60-70", "60亩", "全部"])
def test_what_is_no_count(read_table: Read, cell: Any) -> None:
    table = honest("cooperatives")
    expect(read_table(lay.changed(table, 0, "成员数", cell), table), table, rows=[1, 2], issues=[("C02", "I4")])


@pytest.mark.feature("units by header")
@pytest.mark.parametrize(
    ("header", "factor"),
    [("资产总额(元)", 10_000), ("资产总额（元）", 10_000), ("资产总额\n（万元）", 1), ("资产总额[万元]", 1), ("资产总额 单位：元", 10_000),
     ("资产总额/万元", 1), ("资产总额（亿元）", 0.0001), ("资产总额（千元）", 10), ("资产总额", 1)],
)  # fmt: skip
def test_the_unit_of_a_header(read_table: Read, header: str, factor: float) -> None:
    """Against 单位：万元 of the sheet, which holds for the columns that say nothing."""
    table = honest("lead_enterprises")
    at = table.at("资产总额")
    lines = [[round(v * factor, 8) if i == at else v for i, v in enumerate(row)] for row in table.rows]
    heads = [header if i == at else h for i, h in enumerate(table.header)]
    expect(read_table(by_openpyxl(Page([[table.title], [table.unit], heads, *lines])), table), table)


@pytest.mark.feature("units by header")
@pytest.mark.parametrize(("unit", "factor"), [("单位：元", 10_000), ("（单位:元）", 10_000),
    ("金额单位：万元", 1), ("计量单位：万元、户、个", 1),
                                              ("单位：亿元", 0.0001), ("单位：千元", 10)])  # fmt: skip
def test_the_unit_of_a_sheet(read_table: Read, unit: str, factor: float) -> None:
    table = honest("lead_enterprises")
    money = [table.at(h) for h in ("资产总额", "年销售收入", "吸收入股资金", "奖补资金")]
    lines = [[round(v * factor, 8) if i in money and v != "" else v for i, v in enumerate(row)] for row in table.rows]
    expect(read_table(by_openpyxl(Page([[table.title], [unit], list(table.header), *lines])), table), table)


@pytest.mark.feature("units by header")
def test_a_row_of_units_below_the_header(read_table: Read) -> None:
    table = honest("lead_enterprises")
    money = [table.at(h) for h in ("资产总额", "年销售收入", "吸收入股资金", "奖补资金")]
    units = [
        "元" if i in money else "个" if "合作社" in h else "户" if "贫困户" in h else ""
        for i, h in enumerate(table.header)
    ]
    lines = [[v * 10_000 if i in money and v != "" else v for i, v in enumerate(row)] for row in table.rows]
    expect(read_table(by_openpyxl(Page([[table.title], list(table.header), units, *lines])), table), table)


@pytest.mark.feature("units by header")
@pytest.mark.parametrize(("header", "factor"), [("经营面积（公顷）", 15), ("经营面积(万亩)", 10_000), ("经营面积", 1)])
def test_units_of_area(read_table: Read, header: str, factor: float) -> None:
    table = honest("farms_growers")
    at = table.at("经营面积(亩)")
    lines = [[300 / factor if i == at and n == 0 else row[i] if i != at else round(row[at] / factor, 10)
              for i in range(len(row))] for n, row in enumerate(table.rows)]  # fmt: skip
    heads = [header if i == at else h for i, h in enumerate(table.header)]
    wanted = table.reading(0, area_mu=300)
    result = read_table(by_openpyxl(Page([[table.title], [], heads, *lines])), table)
    assert told(result) == [] and [round(float(r["area_mu"] or 0), 1) for r in readings(result)] == [300, 45, 86, 51.3]
    assert wanted.reads[0]["area_mu"] == 300


# ------------------------------------------------------------------------------------------------------ percents
@pytest.mark.feature("percents")
@pytest.mark.parametrize("cell", [6, "6", "6%", "6％", "6.0%", "６％", "6 %"])
def test_percents(read_table: Read, cell: Any) -> None:
    table = honest("household_shares")
    expect(read_table(lay.changed(table, 0, "约定分红比例(%)", cell), table), table)


@pytest.mark.feature("percents")
def test_fractions_where_no_header_says_percent(read_table: Read) -> None:
    """A column of fractions is told from one of percentages by all its cells; a cell that says % is as it says."""
    table = honest("household_shares")
    at = table.at("约定分红比例(%)")
    heads = ["约定分红比例" if i == at else h for i, h in enumerate(table.header)]
    for cells in ([0.06, 0.065, 0.05, 0.08], [0.06, "6.5%", 0.05, "0.08"], ["6%", "6.5%", "5%", "8%"]):
        lines = [[cells[n] if i == at else v for i, v in enumerate(row)] for n, row in enumerate(table.rows)]
        expect(read_table(by_openpyxl(Page([[table.title], [table.unit], heads, *lines])), table), table)


@pytest.mark.feature("percents")
def test_percents_that_a_program_formats(read_table: Read) -> None:
    """A cell that shows 6% holds 0.06."""
    table = honest("household_shares")
    at = table.at("约定分红比例(%)")
    lines = [[v / 100 if i == at else v for i, v in enumerate(row)] for row in table.rows]
    heads = ["约定分红比例" if i == at else h for i, h in enumerate(table.header)]
    page = Page([[table.title], [table.unit], heads, *lines], formats={f"P{r}": "0.0%" for r in range(4, 8)})
    expect(read_table(by_openpyxl(page), table), table)


# ---------------------------------------------------------------------------------------------------------- days
DAYS = [date(2019, 6, 20), datetime(2019, 6, 20), datetime(2019, 6, 20, 9, 30), 43636, 43636.0, 43636.75, "43636", "43636.0", 20190620,
        "20190620", "2019-06-20", "2019-6-20", "2019/6/20", "2019.6.20", "2019.06.20", "2019. 6. 20", "2019年6月20日", "2019 年 6 月 20 日",
        "２０１９年６月２０日", "2019年06月20号", "19-06-20", "19.6.20", "2019—06—20", "2019-06-20 00:00:00", "2019-06-20T08:30:00",
        "2019/6/20 9:30", "'2019-06-20", "2019年6月20日。"]  # fmt: skip
MONTHS = ["2019年6月", "2019年06月", "2019.6", "2019-06", "201906", 201906, "2019/6", "2019年6月份"]
NO_DAYS = [
    "20207-10",
    "2019627--201971日止",
    "2019年13月5日",
    "2019年6月31日",
    "6月20日",
    "上半年",
    "去年6月",
    "2019620",
    "已建成",
]


@pytest.mark.feature("L15, L16 days")
@pytest.mark.parametrize("cell", DAYS, ids=repr)
def test_days(read_table: Read, cell: Any) -> None:
    table = honest("cold_stores")
    expect(read_table(lay.changed(table, 0, "建成日期", cell), table), table)


@pytest.mark.feature("L15, L16 days")
@pytest.mark.parametrize("cell", MONTHS, ids=repr)
def test_months_are_their_first_day(read_table: Read, cell: Any) -> None:
    table = honest("cold_stores")
    expect(read_table(lay.changed(table, 0, "建成日期", cell), table), table.reading(0, built_date=date(2019, 6, 1)))


@pytest.mark.feature("L15, L16 days")
@pytest.mark.parametrize("cell", NO_DAYS, ids=repr)
def test_damaged_days_are_not_guessed(read_table: Read, cell: Any) -> None:
    table = honest("cold_stores")
    result = read_table(lay.changed(table, 0, "建成日期", cell), table)
    expect(result, table.reading(0, built_date=None), issues=[("C03", "N4")])


RANGES = ["2020年5月6日至5月12日", "2020年5月6日至12日", "2020年5月6日-2020年5月12日", "2020.5.6-5.12", "2020.5.6-2020.5.12",
          "2020-05-06至2020-05-12", "2020-05-06--2020-05-12", "2020/5/6-2020/5/12", "20200506-20200512", "2020年5月6日—12日",
          "2020.5.6～5.12", "自2020年5月6日起至2020年5月12日止", "2020年5月6日到5月12日"]  # fmt: skip


@pytest.mark.feature("ranges of days")
@pytest.mark.parametrize("cell", RANGES)
def test_ranges(read_table: Read, cell: str) -> None:
    table = honest("training_attendance")
    expect(read_table(lay.changed(table, 0, "起止时间", cell), table), table)


@pytest.mark.feature("ranges of days")
@pytest.mark.parametrize("cell", ["2020627--202071日止", "2020.5.12-2020.5.6", "5月", "第1期"])
def test_what_is_no_range(read_table: Read, cell: str) -> None:
    table = honest("training_attendance")
    expect(read_table(lay.changed(table, 2, "起止时间", cell), table), table, rows=[0, 1], issues=[("C03", "O6")])


# --------------------------------------------------------------------------------------------------------- flags
FLAGS = [("是", "否"), ("√", "×"), ("有", "无"), (1, 2), (1.0, 2.0), ("1", "2"), (1, 0),
("已", "未"), (True, False), ("Y", "N"), ("✓", "✗"),
         ("☑", "□"), ("达标", "未达标"), (" 是 ", "　否"), ("v", "x"), ("1是", "2否")]  # fmt: skip


@pytest.mark.feature("L13 flags")
@pytest.mark.parametrize(("yes", "no"), FLAGS, ids=[f"{yes!r} {no!r}" for yes, no in FLAGS])
def test_flags(read_table: Read, yes: Any, no: Any) -> None:
    table = honest("village_base")
    changed = table
    for row, cell in enumerate([yes, no, yes, no]):
        changed = changed.with_cell(row, "保鲜库需求", cell)
    expect(read_table(by_openpyxl(lay.page(changed)), table), table)


@pytest.mark.feature("L13 flags")
@pytest.mark.parametrize("cell", ["是/否", "3", "不清楚", "是否", "待定"])
def test_what_is_no_flag(read_table: Read, cell: str) -> None:
    table = honest("village_base")
    result = read_table(lay.changed(table, 0, "保鲜库需求", cell), table)
    expect(result, table.reading(0, has_store_need=None), issues=[("C04", "P4")])
