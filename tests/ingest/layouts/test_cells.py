"""L7, L8, L13 to L18: units and notes in cells, flags, several places, dates, floats, wide spaces, encodings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlsxwriter, by_xlwt
from tests.ingest.conftest import Reader
from tests.ingest.layouts.forms import (
    AWARD_HEADER,
    BASE_HEADER,
    INCOME_HEADER,
    award_rows,
    column,
    expect_income,
    income_rows,
    said,
    sums,
)

AWARDS = ["通渭县2020年到户产业扶持资金(奖补)花名册"]
PROJECTS = ["通渭县2020年财政专项扶贫资金项目台账"]
PROJECT_HEADER = [
    "序号",
    "项目名称",
    "项目类别",
    "建设地点",
    "建设内容",
    "资金来源",
    "投资规模(万元)",
    "责任单位",
    "受益户数",
    "受益人数",
]


def project(amount: Any, place: str = "平襄镇中林村") -> list[Any]:
    return [1, "蔬菜基地", "产业扶贫", place, "新建大棚", "中央", amount, "县农业农村局", 20, 80]


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [("20万元", "200000"), ("5000元", "5000"), ("1,241.407", "12414070"), ("10(其中,灾情因素6万元)", "100000"), (408.0, "4080000"),
     ("２５", "250000"), ("20 万元", "200000"), (20, "200000")],
)  # fmt: skip
@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt])
def test_l7_l8_units_and_notes_in_the_cell(read_as: Reader, write: Any, cell: Any, yuan: str) -> None:
    result = read_as(write(Page([PROJECTS, PROJECT_HEADER, project(cell)])))
    assert said(result) == [] and sums(result, "amount_yuan") == Decimal(yuan)


@pytest.mark.parametrize("cell", ["2km", "≤120万元", "100%", "待定", "约20"])
def test_l7_what_is_no_amount_refuses_its_row(read_as: Reader, cell: str) -> None:
    rows = [project(cell), project(5), project(6)]
    result = read_as(by_openpyxl(Page([PROJECTS, PROJECT_HEADER, *rows])))
    assert [(i.rule_id, i.cell, i.effect, i.value_shown) for i in result.issues] == [("C02", "G3", "row_refused", cell)]
    assert sums(result, "amount_yuan") == 110000


def test_l7_percent(read_as: Reader) -> None:
    rows = [
        ["平襄镇", "中林", 300, 1000, 100, 400, 2, 10, "1.0%"],
        ["平襄镇", "瓦石", "300户", "1000人", 100, 400, 2, 10, 1],
    ]
    result = read_as(by_openpyxl(Page([["通渭县2020年6月贫困村基础台账"], BASE_HEADER, *rows])))
    assert result.rows_accepted == 2 and column(result, "poverty_rate_pct") == [1, 1]
    assert column(result, "hh_total") == [300, 300]


@pytest.mark.parametrize(
    ("yes", "no", "note"),
    [("是", "否", ""), ("√", "×", ""), ("√", None, ""), (1, 2, "(1是、2否)"), (True, False, ""), ("有", "无", "")],
)
def test_l13_flags(read_as: Reader, yes: Any, no: Any, note: str) -> None:
    rows = income_rows()
    for row in rows:
        row[3] = yes
    rows[1][3] = no
    header = [h + note if h == "是否贫困村" else h for h in INCOME_HEADER]
    title = ["通渭县2020年6月村级集体经济收入统计表"]
    result = read_as(by_openpyxl(Page([title, ["单位：万元"], header, *rows])))
    assert said(result) == [], [i.message for i in result.issues]
    assert column(result, "is_poor_village") == [True, False, True, True, True]


def test_l14_several_places_in_one_cell(read_as: Reader) -> None:
    rows = [
        project(1, "平襄镇中林、瓦石、河南"),
        project(2, "中林村瓦石村"),
        project(3, "平襄镇、马营镇"),
        project(4, "苗儿村"),
    ]
    result = read_as(by_openpyxl(Page([PROJECTS, PROJECT_HEADER, *rows])))
    assert [len((v or "").split(";")) if v else 0 for v in column(result, "village_codes")] == [3, 2, 0, 0]
    assert column(result, "township_codes") == ["621121100", "621121100", "621121100;621121101", None]
    assert [(i.rule_id, i.severity, i.effect, i.cell) for i in result.issues] == [("R70", "warn", "none", "D6")]


DAYS = [date(2020, 5, 27), datetime(2020, 5, 27), 43978, "43978.0", "20200527", 20200527, "2020年5月27日", "2020-5-27", "2020/5/27",
        "2020.05.27", "20-05-27", "２０２０年５月２７日"]  # fmt: skip


@pytest.mark.parametrize("cell", DAYS)
def test_l15_l16_dates(read_as: Reader, cell: Any) -> None:
    rows = award_rows()
    for row in rows:
        row[15] = cell
    for write in (by_openpyxl, by_xlsxwriter, by_xlwt):
        if write is by_xlsxwriter and isinstance(cell, date):
            continue
        result = read_as(write(Page([AWARDS, ["单位：元"], AWARD_HEADER, *rows])))
        assert said(result) == [] and set(column(result, "accepted_date")) == {date(2020, 5, 27)}


@pytest.mark.parametrize("cell", ["20207-10", "2020627--202071日止", "2020年13月5日"])
def test_l15_damaged_dates_empty_their_cell(read_as: Reader, cell: str) -> None:
    rows = award_rows()
    rows[2][15] = cell
    rows[3][14] = cell
    result = read_as(by_openpyxl(Page([AWARDS, ["单位：元"], AWARD_HEADER, *rows])))
    found = [(i.rule_id, i.cell, i.effect) for i in result.issues]
    assert found == [("C03", "P6", "cell_emptied"), ("C03", "O7", "cell_emptied")]
    assert result.rows_accepted == 4 and column(result, "accepted_date")[2] is None
    assert column(result, "publicity_start_date") == [date(2020, 6, 1)] * 3 + [None]


def test_l16_phone_and_code_as_floats(read_as: Reader) -> None:
    rows, header = award_rows(), [*AWARD_HEADER, "户编号"]
    for row in rows:
        row[17] = 13311112222.0
        row.append(10001.0)
    xlsx = read_as(by_openpyxl(Page([AWARDS, ["单位：元"], header, *rows])))
    text = [[("13311112222.0" if i == 17 else v) for i, v in enumerate(row)] for row in rows]
    csv = read_as(by_csv(Page([AWARDS, ["单位：元"], header, *text])), "621121-通渭县/a.csv")
    assert said(xlsx) == [] and said(csv) == []
    assert set(column(xlsx, "phone_mask")) == {"133****2222"} and column(xlsx, "phone_token") == column(
        csv, "phone_token"
    )
    assert set(column(xlsx, "household_code")) == {"10001"}


def test_l16_an_id_as_a_number_is_lost_and_refuses_its_row(read_as: Reader) -> None:
    rows = award_rows()
    rows[2][4] = float(rows[2][4].replace("X", "0"))
    rows[3][16] = 6.21e18
    result = read_as(by_openpyxl(Page([AWARDS, ["单位：元"], AWARD_HEADER, *rows])))
    assert [(i.rule_id, i.cell, i.effect) for i in result.issues] == [
        ("C10", "E6", "row_refused"),
        ("C10", "Q7", "cell_emptied"),
    ]


@pytest.mark.parametrize("name", ["岷　县", "岷县"])
def test_l17_wide_space_in_a_countys_name(read_as: Reader, name: str) -> None:
    rows = [[1, "某合作社", "93" + "1" * 16]]
    header = ["序号", "合作社名称", "统一社会信用代码"]
    result = read_as(by_openpyxl(Page([[f"{name}2020年农民合作社名录"], header, *rows])), "报表.xlsx", None)
    assert result.county_code == "621126"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_l18_csv(read_as: Reader, encoding: str, delimiter: str) -> None:
    """Three lines before the header, ragged rows, notes after the data, CRLF."""
    title = ["通渭县2020年6月村级集体经济收入统计表"]
    rows = [
        [title[0]],
        ["单位：万元"],
        [],
        INCOME_HEADER,
        *[row[:13] for row in income_rows()],
        ["注：总收入为各项之和"],
        ["数据来源：县农业农村局"],
    ]
    result = read_as(by_csv(Page(rows), encoding, delimiter), "621121-通渭县/表.csv")
    expect_income(result)
    assert {i.sheet for i in result.issues} <= {""}


def test_l18_four_byte_characters(read_as: Reader) -> None:
    rows = award_rows()
    rows[0][3] = rows[1][3] = "𠮷有福"
    result = read_as(by_csv(Page([AWARDS, ["单位：元"], AWARD_HEADER, *rows]), "gb18030"), "621121-通渭县/表.csv")
    assert said(result) == [] and column(result, "head_name_masked")[0] == "𠮷**"


@pytest.mark.parametrize("name", ["附件【第三批项目计划表(定).xlsx", "通渭县 2020 (1).xlsx", "a b　c.xls", "表.et"])
def test_l20_file_names(read_as: Reader, name: str) -> None:
    title = ["通渭县2020年6月村级集体经济收入统计表"]
    expect_income(
        read_as(by_openpyxl(Page([title, ["单位：万元"], INCOME_HEADER, *income_rows()])), f"621121-通渭县/{name}")
    )


@pytest.mark.parametrize("spell", ["{}村", "{}村委会", "{}村民委员会", "{}村村民委员会", " {} ", "平襄镇{}村"])
def test_spellings_of_villages(read_as: Reader, spell: str) -> None:
    rows = award_rows()
    for row in rows:
        row[2] = spell.format("中林")
    result = read_as(by_openpyxl(Page([AWARDS, ["单位：元"], AWARD_HEADER, *rows])))
    assert said(result) == [] and set(column(result, "village_name")) == {"中林"}


def test_control_characters_do_not_pass(read_as: Reader) -> None:
    rows = award_rows()
    rows[0][18] = "好_x0000_的"  # calamine makes a NUL of this
    result = read_as(by_openpyxl(Page([AWARDS, ["单位：元"], AWARD_HEADER, *rows])))
    assert "\x00" not in (column(result, "remark")[0] or "")
