"""Values as people type them, each in a cell of an honest table: numbers, units, days, flags, personal numbers, places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from ingest.read import ReadResult
from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlwt
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import Honest, expect, honest, readings, told

Read = Callable[[bytes, Honest], ReadResult]


def written(table: Honest, row: int, header: str, cell: Any) -> bytes:
    """The table with another cell, by openpyxl."""
    return by_openpyxl(lay.page(table.with_cell(row, header, cell)))


def reads(table: Honest, row: int, **fields: Any) -> Honest:
    """The table with other readings of a row; None takes a field out."""
    found = [dict(r) for r in table.reads]
    found[row] |= fields
    return replace(table, reads=tuple({k: v for k, v in r.items() if v is not None} for r in found))


# ------------------------------------------------------------------------------------------------------- numbers
AMOUNTS = [
    ("5600.5", 56005000), (" 5,600.5 ", 56005000), ("5600.50万元", 56005000), ("5600.5 万", 56005000), ("0.56005亿元", 56005000),
    ("56005000元", 56005000), ("56,005,000.00元", 56005000), ("５６００．５", 56005000), ("￥5600.5", 56005000), ("5.6005E3", 56005000),
    ("'5600.5", 56005000), ("5 600.5", 56005000), ("5600.5（含在建工程）", 56005000), ("5600.5(其中,厂房600万元)", 56005000),
    ("三百二十", 3200000), ("三百二十万元", 3200000), ("贰万元", 20000), ("叁佰贰拾万元整", 3200000), ("一千二百", 12000000),
    ("两万元", 20000), ("20万元整", 200000), (0, 0), ("0.00", 0), (67.90712, 679071.2), (0.1 + 0.2, 3000), ("0.000123", 1.23),
    ("-", None), ("——", None), ("/", None), ("无", None), (" ", None), ("", None),
]  # fmt: skip


@pytest.mark.feature("L7, L8, L21 amounts")
@pytest.mark.parametrize(("cell", "yuan"), AMOUNTS, ids=[repr(cell) for cell, _ in AMOUNTS])
@pytest.mark.parametrize("write", [by_openpyxl, by_xlwt, by_csv])
def test_amounts(read_table: Read, write: Any, cell: Any, yuan: float | None) -> None:
    table = honest("lead_enterprises")
    data = write(lay.page(table.with_cell(0, "资产总额", cell)))
    expect(read_table(data, table), reads(table, 0, total_assets_yuan=yuan))


@pytest.mark.feature("L7, L8, L21 amounts")
@pytest.mark.parametrize(
    "cell", ["约20", "≤120万元", "2km", "100%", "待定", "20-30", "1,23", "20/30", "5000元/每个", True, date(2020, 1, 2)]
)
def test_what_is_no_amount(read_table: Read, cell: Any) -> None:
    table = honest("lead_enterprises")
    expect(read_table(written(table, 0, "资产总额", cell), table), table, rows=[1, 2], issues=[("C02", "H4")])


@pytest.mark.feature("L7, L8, L21 amounts")
@pytest.mark.parametrize("cell", [-1, "-1万元", "（1）0", 1e9])
def test_amounts_out_of_bounds(read_table: Read, cell: Any) -> None:
    table = honest("lead_enterprises")
    result = read_table(written(table, 0, "资产总额", cell), table)
    assert told(result) in ([("C05", "H4")], [("C02", "H4")]) and result.rows_accepted == 2


COUNTS = [(60, 60), (60.0, 60), ("60", 60), ("60户", 60), ("60 户", 60), ("60人", 60), ("六十", 60), ("６０", 60), ("60.0", 60),
          ("60户（农民55户）", 60), ("1,060", 1060)]  # fmt: skip


@pytest.mark.feature("counts")
@pytest.mark.parametrize(("cell", "count"), COUNTS, ids=[repr(cell) for cell, _ in COUNTS])
def test_counts(read_table: Read, cell: Any, count: int) -> None:
    table = honest("cooperatives")
    expect(read_table(written(table, 0, "成员数", cell), table), reads(table, 0, member_count=count))


@pytest.mark.feature("counts")
@pytest.mark.parametrize("cell", [60.5, "60.5", "约60", "60-70", "60亩", "全部"])
def test_what_is_no_count(read_table: Read, cell: Any) -> None:
    table = honest("cooperatives")
    expect(read_table(written(table, 0, "成员数", cell), table), table, rows=[1, 2], issues=[("C02", "I4")])


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
@pytest.mark.parametrize(("unit", "factor"), [("单位：元", 10_000), ("（单位:元）", 10_000), ("金额单位：万元", 1), ("计量单位：万元、户、个", 1),
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
    wanted = reads(table, 0, area_mu=300)
    result = read_table(by_openpyxl(Page([[table.title], [], heads, *lines])), table)
    assert told(result) == [] and [round(float(r["area_mu"] or 0), 1) for r in readings(result)] == [300, 45, 86, 51.3]
    assert wanted.reads[0]["area_mu"] == 300


# ------------------------------------------------------------------------------------------------------ percents
@pytest.mark.feature("percents")
@pytest.mark.parametrize("cell", [6, "6", "6%", "6％", "6.0%", "６％", "6 %", "6（年）"])
def test_percents(read_table: Read, cell: Any) -> None:
    table = honest("household_shares")
    expect(read_table(written(table, 0, "约定分红比例(%)", cell), table), table)


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
    expect(read_table(written(table, 0, "建成日期", cell), table), table)


@pytest.mark.feature("L15, L16 days")
@pytest.mark.parametrize("cell", MONTHS, ids=repr)
def test_months_are_their_first_day(read_table: Read, cell: Any) -> None:
    table = honest("cold_stores")
    expect(read_table(written(table, 0, "建成日期", cell), table), reads(table, 0, built_date=date(2019, 6, 1)))


@pytest.mark.feature("L15, L16 days")
@pytest.mark.parametrize("cell", NO_DAYS, ids=repr)
def test_damaged_days_are_not_guessed(read_table: Read, cell: Any) -> None:
    table = honest("cold_stores")
    result = read_table(written(table, 0, "建成日期", cell), table)
    expect(result, reads(table, 0, built_date=None), issues=[("C03", "N4")])


RANGES = ["2020年5月6日至5月12日", "2020年5月6日至12日", "2020年5月6日-2020年5月12日", "2020.5.6-5.12", "2020.5.6-2020.5.12",
          "2020-05-06至2020-05-12", "2020-05-06--2020-05-12", "2020/5/6-2020/5/12", "20200506-20200512", "2020年5月6日—12日",
          "2020.5.6～5.12", "自2020年5月6日起至2020年5月12日止", "2020年5月6日到5月12日"]  # fmt: skip


@pytest.mark.feature("ranges of days")
@pytest.mark.parametrize("cell", RANGES)
def test_ranges(read_table: Read, cell: str) -> None:
    table = honest("training_attendance")
    expect(read_table(written(table, 0, "起止时间", cell), table), table)


@pytest.mark.feature("ranges of days")
@pytest.mark.parametrize("cell", ["2020627--202071日止", "2020.5.12-2020.5.6", "5月", "第1期"])
def test_what_is_no_range(read_table: Read, cell: str) -> None:
    table = honest("training_attendance")
    expect(read_table(written(table, 2, "起止时间", cell), table), table, rows=[0, 1], issues=[("C03", "O6")])


# --------------------------------------------------------------------------------------------------------- flags
FLAGS = [("是", "否"), ("√", "×"), ("有", "无"), (1, 2), (1.0, 2.0), ("1", "2"), (1, 0), ("已", "未"), (True, False), ("Y", "N"), ("✓", "✗"),
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
    result = read_table(written(table, 0, "保鲜库需求", cell), table)
    expect(result, reads(table, 0, has_store_need=None), issues=[("C04", "P4")])


# ------------------------------------------------------------------------------------------------ personal numbers
IDS = ["621121197001010012", " 621121197001010012 ", "621121 19700101 0012", "６２１１２１１９７００１０１００１２", "'621121197001010012",
       "621121700101001", "\t621121197001010012", "621121197001010012\n", "62112119700101001244", "6211211970010100124411"]  # fmt: skip


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("cell", IDS, ids=repr)
def test_spellings_of_an_id_number_have_one_token(read_table: Read, cell: str) -> None:
    """Of 15 digits, of 18, and of the 20 or 22 signs of a disability card that begin with it."""
    table = honest("household_awards")
    plain, spelt = (
        read_table(by_openpyxl(lay.page(table)), table),
        read_table(written(table, 0, "身份证号", cell), table),
    )
    expect(spelt, table)
    assert plain.rows is not None and spelt.rows is not None
    assert plain.rows["head_id_token"].to_pylist() == spelt.rows["head_id_token"].to_pylist()


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(
    "last", ["62112119700101008X", "62112119700101008x", "62112119700101008Ｘ", "62112119700101008ｘ"]
)
def test_the_check_letter_in_every_case(read_table: Read, last: str) -> None:
    table = honest("household_awards")
    expect(read_table(written(table, 0, "身份证号", last), table), reads(table, 0, head_id_mask="****008X"))


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("write", [by_openpyxl, by_xlwt])
def test_an_id_number_that_a_program_rounded(read_table: Read, write: Any) -> None:
    table = honest("household_awards")
    data = write(lay.page(table.with_cell(0, "身份证号", 621121197001010012)))
    expect(read_table(data, table), table, rows=[1, 2, 3], issues=[("C10", "E4")])


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("cell", ["6.21121197001010E+17", "621121197001010000"])
def test_an_id_number_that_was_rounded_and_made_text(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    result = read_table(written(table, 0, "身份证号", cell), table)
    expect(result, table, rows=[1, 2, 3], issues=[("C10", "E4")])


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(
    "cell", ["621121197001010011", "621121197013010012", "62112119700101001", "王有福", "621121197001010O12"]
)
def test_wrong_id_numbers(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    result = read_table(written(table, 0, "身份证号", cell), table)
    expect(result, table, rows=[1, 2, 3], issues=[("R67", "E4")])
    assert cell not in str([i.value_shown for i in result.issues])


PHONES = [("13300000012", "133****0012"), (13300000012, "133****0012"), (13300000012.0, "133****0012"), ("13300000012.0", "133****0012"),
          ("133-0000-0012", "133****0012"), ("133 0000 0012", "133****0012"), ("+8613300000012", "133****0012"),
          ("１３３００００００１２", "133****0012"), ("0932-5550012", "****12"), ("无", None), ("", None)]  # fmt: skip


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(("cell", "mask"), PHONES, ids=[repr(cell) for cell, _ in PHONES])
def test_phones(read_table: Read, cell: Any, mask: str | None) -> None:
    table = honest("household_awards")
    token = "token" if mask else None
    result = read_table(written(table, 0, "联系电话", cell), table)
    expect(result, reads(table, 0, phone_mask=mask, phone_token=token))


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("cell", ["1330000001", "23300000012", "13300000012/13300000013"])
def test_wrong_phones_are_warned_of(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    result = read_table(written(table, 0, "联系电话", cell), table)
    expect(result, reads(table, 0, phone_mask=None, phone_token=None), issues=[("C07", "T4")])


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(
    "cell", ["6210 0000 0000 0001 012", "６２１００００００００００００１０１２", "'6210000000000001012"]
)
def test_spellings_of_an_account(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    expect(read_table(written(table, 0, "一折通账号", cell), table), table)


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(("cell", "rule"), [(6210000000000001012, "C10"), ("6.21E+18", "C10"), ("62100", "C08")])
def test_wrong_accounts(read_table: Read, cell: Any, rule: str) -> None:
    table = honest("household_awards")
    result = read_table(written(table, 0, "一折通账号", cell), table)
    expect(result, reads(table, 0, bank_account_mask=None, bank_account_token=None), issues=[(rule, "S4")])


@pytest.mark.feature("codes as numbers")
@pytest.mark.parametrize("cell", [6211210001, 6211210001.0, "6211210001.0", " 6211210001"])
def test_codes_as_numbers(read_table: Read, cell: Any) -> None:
    table = honest("household_awards")
    expect(read_table(written(table, 0, "户编号", cell), table), table)


# -------------------------------------------------------------------------------------------------------- places
SPELLINGS = [("平襄镇", "中林村"), ("平襄", "中林"), ("平襄镇", "中林村委会"), ("平襄镇", "中林村民委员会"), ("平襄镇", "中林村村民委员会"),
             ("通渭县平襄镇", "中林"), ("平襄镇人民政府", "中林村"), ("平襄镇", "平襄镇中林村"), ("平襄镇", "平襄中林"), (" 平 襄 镇 ", "中　林"),
             ("平襄镇", "通渭县平襄镇中林村"), ("", "中林"), ("平襄鎮", "中林村"), ("平襄镇\n", "中林\n")]  # fmt: skip


@pytest.mark.feature("names of places")
@pytest.mark.parametrize(("township", "village"), SPELLINGS, ids=[f"{t!r} {v!r}" for t, v in SPELLINGS])
@pytest.mark.parametrize("form", ["village_income", "household_awards"])
def test_spellings_of_places(read_table: Read, form: str, township: str, village: str) -> None:
    table = honest(form)
    changed = table.with_cell(0, "乡镇", township).with_cell(0, "行政村", village)
    expect(read_table(by_openpyxl(lay.page(changed)), table), table)


@pytest.mark.feature("names of places")
@pytest.mark.parametrize(
    ("township", "village", "cell"),
    [("平襄镇", "没有这个村", "C4"), ("没有这个镇", "中林", "B4"), ("马营镇", "中林", "C4")],
)
def test_places_that_are_not_there(read_table: Read, township: str, village: str, cell: str) -> None:
    table = honest("village_income")
    changed = table.with_cell(0, "乡镇", township).with_cell(0, "行政村", village)
    expect(read_table(by_openpyxl(lay.page(changed)), table), table, rows=[1, 2, 3], issues=[("R70", cell)])


SEVERAL = [
    ("平襄镇中林、瓦石", "621121100206;621121100217", "621121100"),
    ("平襄镇中林村、瓦石村、河南村", "621121100206;621121100217;621121100215", "621121100"),
    ("平襄镇中林村瓦石村", "621121100206;621121100217", "621121100"),
    ("平襄镇中林村和瓦石村", "621121100206;621121100217", "621121100"),
    ("平襄镇中林村，马营镇锦屏村", "621121100206;621121101226", "621121100;621121101"),
    ("平襄镇中林村\n马营镇锦屏村", "621121100206;621121101226", "621121100;621121101"),
    ("平襄镇、马营镇", None, "621121100;621121101"),
    ("通渭县平襄镇中林村", "621121100206", "621121100"),
    ("全县", None, None),
    ("通渭县", None, None),
    ("", None, None),
]


@pytest.mark.feature("L14 several places in a cell")
@pytest.mark.parametrize(("cell", "villages", "townships"), SEVERAL, ids=[repr(cell) for cell, _, _ in SEVERAL])
@pytest.mark.parametrize(("form", "header", "field"), [("fund_projects", "建设地点", "place_text"),
                                                       ("rectifications", "涉及乡镇/村", "involved_place")])  # fmt: skip
def test_several_places(
    read_table: Read, form: str, header: str, field: str, cell: str, villages: str | None, townships: str | None
) -> None:
    table = honest(form)
    wanted = reads(table, 0, village_codes=villages, township_codes=townships, **{field: cell or None})
    expect(read_table(written(table, 0, header, cell), table), wanted)


COUNTIES = [("通渭县", "621121"), ("东乡族自治县", "622926"), ("东乡县", "622926"), ("华亭县", "620881"), ("华亭市", "620881"), ("岷　县", "621126"),
            ("岷县", "621126"), ("安西县", "620922"), ("积石山县", "622927"), ("天祝县", "620623"), ("临夏县", "622921"), ("临夏市", "622901"),
            ("甘肃省定西市通渭县", "621121"), ("秦州区", "620502"), ("通渭縣", "621121")]  # fmt: skip


@pytest.mark.feature("names of counties")
@pytest.mark.parametrize(("name", "code"), COUNTIES)
def test_a_county_by_its_names(read_as: Reader, name: str, code: str) -> None:
    """Official, short, former and with wide spaces, in a file that lies in no county's folder."""
    table = honest("sales_channels")
    page = Page([[table.title.replace("通渭县", name)], [table.unit], list(table.header), *lay.body(table)])
    result = read_as(by_openpyxl(page), "报表.xlsx", None)
    assert (result.outcome, result.county_code) == ("loaded", code), result.refusal


@pytest.mark.feature("兰州新区, 嘉峪关")
@pytest.mark.parametrize(("county", "code", "township", "village", "codes"), [
    ("永登县", "620121", "中川镇", "中川村", ("620171101", None)), ("永登县", "620121", "秦川镇", "", ("620171102", None)),
    ("皋兰县", "620122", "西岔镇", "", ("620171103", None)),
])  # fmt: skip
def test_the_townships_of_the_new_area(
    read_as: Reader, context: Any, county: str, code: str, township: str, village: str, codes: tuple[str, None]
) -> None:
    """They lie in two counties, whatever the national list books them under."""
    first = next(
        v for v in context.places.counties[code].villages.values() if v.township_code == codes[0] and not v.is_community
    )
    table = honest("village_income")
    row = list(table.rows[0])
    row[1], row[2] = township, first.name
    page = Page([[f"{county}2020年6月村级集体经济收入统计表"], [table.unit], list(table.header), row])
    result = read_as(by_openpyxl(page), f"{code}-{county}/表.xlsx", code)
    [found] = readings(result)
    assert (found["township_name"], found["township_code"], found["village_code"]) == (township, codes[0], first.code)


@pytest.mark.feature("兰州新区, 嘉峪关")
@pytest.mark.parametrize("name", ["嘉峪关市", "兰州新区"])
def test_what_has_no_county_is_refused_with_a_sentence(read_as: Reader, name: str) -> None:
    table = honest("sales_channels")
    page = Page([[table.title.replace("通渭县", name)], [table.unit], list(table.header), *lay.body(table)])
    result = read_as(by_openpyxl(page), f"{name}/报表.xlsx", None)
    assert (result.outcome, result.refusal_code) == ("refused", "S04")
    assert result.refusal and "认不出是哪个县" in result.refusal


@pytest.mark.feature("L20 names of files")
@pytest.mark.parametrize(
    "name",
    [
        "附件【第三批项目计划表(定).xls",
        "通渭县 2020 (1).xlsx",
        "a b　c.xls",
        "表.et",
        "附件1：通渭县（定稿）.csv",
        "~副本 表.xlsx",
    ],
)
def test_names_of_files(read_as: Reader, name: str) -> None:
    table = honest("village_base")
    expect(read_as(by_openpyxl(lay.page(table)), f"621121-通渭县/{name}"), table)
