"""Details of cells: units beside counts, ticks without crosses, places that are unknown, floats, control characters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.books import Page, by_csv, by_openpyxl
from tests.ingest.forms import (
    AWARD_HEADER,
    BASE_HEADER,
    INCOME_HEADER,
    award_rows,
    column,
    income_rows,
    said,
)
from tests.layouts.conftest import Reader

pytestmark = pytest.mark.feature("details of cells")
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
    [("√", None, ""), (1, 2, "(1是、2否)")],
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


def test_control_characters_do_not_pass(read_as: Reader) -> None:
    rows = award_rows()
    rows[0][18] = "好_x0000_的"  # calamine makes a NUL of this
    result = read_as(by_openpyxl(Page([AWARDS, ["单位：元"], AWARD_HEADER, *rows])))
    assert "\x00" not in (column(result, "remark")[0] or "")
