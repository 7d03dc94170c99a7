"""Types of columns that take more than a number or a word: periods, deadlines, lists, owners, rates as fractions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingest.context import Context
from ingest.owners import is_body, person_key, public_name
from ingest.periods import read_period
from ingest.personal import TokenMaker
from ingest.read import ReadResult
from tests.ingest.conftest import KEY
from tests.ingest.made import Made, column, values


def said(result: ReadResult) -> list[tuple[str, str]]:
    return [(i.rule_id, i.message) for i in result.issues if i.severity != "info" and i.row_no]


# ---------------------------------------------------------------------------------------------------------- periods
@pytest.mark.parametrize(
    ("cell", "text", "start", "end", "months"),
    [
        ("2019", "2019", "2019-01-01", "2019-12-31", 12),
        (2019, "2019", "2019-01-01", "2019-12-31", 12),
        (2019.0, "2019", "2019-01-01", "2019-12-31", 12),
        ("2019.0", "2019", "2019-01-01", "2019-12-31", 12),
        ("2019年度", "2019", "2019-01-01", "2019-12-31", 12),
        ("2019年全年", "2019", "2019-01-01", "2019-12-31", 12),
        ("２０１９年分红", "2019", "2019-01-01", "2019-12-31", 12),
        ("二〇一九年", "2019", "2019-01-01", "2019-12-31", 12),
        ("2019年上半年", "2019H1", "2019-01-01", "2019-06-30", 6),
        ("2019年度下半年", "2019H2", "2019-07-01", "2019-12-31", 6),
        ("2020H1", "2020H1", "2020-01-01", "2020-06-30", 6),
        ("2020h2", "2020H2", "2020-07-01", "2020-12-31", 6),
        ("2019年第三季度", "2019Q3", "2019-07-01", "2019-09-30", 3),
        ("2019年4季度", "2019Q4", "2019-10-01", "2019-12-31", 3),
        ("2020Q1", "2020Q1", "2020-01-01", "2020-03-31", 3),
        ("2020年2月", "2020-02", "2020-02-01", "2020-02-29", 1),
        ("2020-06", "2020-06", "2020-06-01", "2020-06-30", 1),
        (202006, "2020-06", "2020-06-01", "2020-06-30", 1),
        (date(2020, 6, 1), "2020-06", "2020-06-01", "2020-06-30", 1),
        ("2019年1-6月", "2019H1", "2019-01-01", "2019-06-30", 6),
        ("2019年7月至12月", "2019H2", "2019-07-01", "2019-12-31", 6),
        ("2019年4—6月", "2019Q2", "2019-04-01", "2019-06-30", 3),
        ("2019年3-11月", "2019-03/2019-11", "2019-03-01", "2019-11-30", 9),
        ("2019年7月-2020年6月", "2019-07/2020-06", "2019-07-01", "2020-06-30", 12),
        ("2018-2019年", "2018/2019", "2018-01-01", "2019-12-31", 24),
    ],
)
def test_periods(cell: Any, text: str, start: str, end: str, months: int) -> None:
    found = read_period(cell)
    assert found is not None
    assert (found.text, str(found.start), str(found.end), found.months) == (text, start, end, months)


@pytest.mark.parametrize(
    "cell", ["19年", "上半年", "2019年13月", "2019年5季度", "2020-2019年", "2019年9-3月", "张三", 43983, 2019.5]
)
def test_no_period(cell: Any) -> None:
    with pytest.raises(ValueError) as caught:
        read_period(cell)
    assert str(cell) not in str(caught.value)


def test_a_column_of_periods(made: Made) -> None:
    period = column("paid", "period", "分红期", required="row", range={"min": "2018-01-01"}, example="2019年下半年")
    result = made([period], [["2019年上半年"], ["2020H1"], ["前年"], ["2017"], ["2022"], [None], ["2019"], ["2019"]])
    assert values(result, "paid") == ["2019H1", "2020H1", "2019", "2019"]
    assert values(result, "paid_start_date")[:2] == [date(2019, 1, 1), date(2020, 1, 1)]
    assert values(result, "paid_end_date")[:2] == [date(2019, 6, 30), date(2020, 6, 30)]
    assert values(result, "paid_months") == [6, 6, 12, 12]
    assert [rule for rule, _ in said(result)] == ["C03", "C05", "C05", "C01"]
    assert "2019年下半年" in said(result)[0][1]


# -------------------------------------------------------------------------------------------------- dates or words
WORDS = [{"value": "立行立改", "synonyms": ["立即整改", "立改"]}, {"value": "长期坚持", "synonyms": ["长期"]}]


def test_a_date_or_a_word(made: Made) -> None:
    deadline = column("deadline", "date_or_word", "时限", required="row", vocabulary=WORDS)
    cells = [
        "2020年10月31日",
        "立行立改",
        "长期",
        date(2020, 9, 30),
        "2020年10月31日前",
        "2020年11月底",
        "2020年底前",
        "尽快",
        None,
    ]
    result = made([deadline], [[c] for c in cells])
    days = [
        date(2020, 10, 31),
        None,
        None,
        date(2020, 9, 30),
        date(2020, 10, 31),
        date(2020, 11, 30),
        date(2020, 12, 31),
    ]
    assert values(result, "deadline_date") == days
    assert values(result, "deadline_text") == [None, "立行立改", "长期坚持", None, None, None, None]
    assert [rule for rule, _ in said(result)] == ["C03", "C01"] and "立行立改、长期坚持" in said(result)[0][1]


# ----------------------------------------------------------------------------------------------------------- lists
PRODUCTS = [{"value": "牛", "synonyms": ["养牛", "肉牛"]}, {"value": "菜", "synonyms": ["蔬菜"]}, {"value": "薯", "synonyms": ["马铃薯"]},
            {"value": "劳务", "synonyms": ["劳务输出和就业"]}]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("肉牛、蔬菜", "牛;菜"),
        ("蔬菜，肉牛", "菜;牛"),
        ("牛;菜；马铃薯", "牛;菜;薯"),
        ("牛/菜", "牛;菜"),
        ("肉牛和蔬菜", "牛;菜"),
        ("牛　菜\n薯", "牛;菜;薯"),
        ("牛、养牛、肉牛", "牛"),
        ("劳务输出和就业、牛", "劳务;牛"),
        ("马 铃 薯", "薯"),
        ("/", None),
        (None, None),
    ],
)
def test_lists(made: Made, cell: Any, kept: str | None) -> None:
    products = column("main", "enum_list", "主导产业", vocabulary=PRODUCTS, as_written="main_name")
    result = made([products], [[cell]])
    assert values(result, "main") == [kept] and said(result) == []
    assert values(result, "main_name") == [cell]


def test_a_part_in_no_list_is_named(made: Made) -> None:
    products = column("main", "enum_list", "主导产业", vocabulary=PRODUCTS)
    result = made([products], [["牛、火箭、菜"]])
    assert values(result, "main") == [None]
    assert said(result)[0][0] == "C04" and said(result)[0][1].startswith("“火箭”不在选项内")
    other = made([{**products, "otherwise": "其他"}], [["牛、火箭"]])
    assert values(other, "main") == ["牛;其他"]


# ---------------------------------------------------------------------------------------------------------- owners
BODIES = (
    "好日子农民专业合作社 甘肃中天（甘肃）羊业有限公司 张三家庭农场 李家沟养殖场 通渭县蔬菜协会 "
    "大墩村经济合作社 陇上果园 平襄镇第三粮站 金源砖厂"
).split()
PERSONS = (
    "欧阳某某 张三 王建社 李园园 才让·卓玛 完么才让扎西 种养大户张三 张　三 张三（养牛） 张三养殖户 陈部 杨柳店".split(
        " "
    )
)


@pytest.mark.parametrize("text", BODIES)
def test_bodies_keep_their_names(text: str) -> None:
    assert is_body(text) and public_name(text) == text


@pytest.mark.parametrize("text", PERSONS)
def test_persons_keep_their_surname(text: str) -> None:
    assert not is_body(text)
    assert public_name(text) == person_key(text)[0] + "**"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("好日子合作社（张小三）", "好日子合作社（张**）"),
        ("好日子合作社(负责人:欧阳某某)", "好日子合作社(负责人:欧**)"),
        ("好日子合作社 张小三", "好日子合作社 张**"),
        ("张小三、好日子合作社", "张**、好日子合作社"),
        ("完么才让、好日子合作社", "完**、好日子合作社"),
        ("好日子合作社（欧阳某某）", "好日子合作社（欧**）"),
        ("张小三（好日子合作社理事长）", "张**"),
        ("好日子合作社（马营镇）", "好日子合作社（马营镇）"),
        ("好日子合作社13987654321", "好日子合作社****21"),
    ],
)
def test_persons_beside_bodies(text: str, seen: str) -> None:
    assert public_name(text) == seen


def test_tokens_tell_owners_apart(made: Made, context: Context) -> None:
    owner = column("owner", "person_or_body", "主体名称", required="row")
    cells = ["张小三", "张小四", " 张 小 三", "种养大户：张小三", "好日子合作社", None]
    result = made([owner], [[c] for c in cells])
    assert values(result, "owner") == ["张**"] * 4 + ["好日子合作社"]
    tokens = values(result, "owner_token")
    assert tokens[0] == tokens[2] == tokens[3] == TokenMaker(KEY).token("name", "张小三")
    assert tokens[1] not in (None, tokens[0]) and tokens[4] is None
    assert [rule for rule, _ in said(result)] == ["C01"]


def test_no_owner_in_clear_anywhere(made: Made) -> None:
    """Whatever is said of a row: its own cell, another rule on it, totals, layout."""
    owner = column("owner", "person_or_body", "主体名称", rule="R69")
    size = column("size", "int", "规模", required="row")
    rule = {
        "rule": "R99", "kind": "at_least", "severity": "error", "effect": "none", "at": "owner", "field": "size", "minimum": 5,
        "message": "{owner}的规模是 {size}",
    }  # fmt: skip
    for name in ("张小三", "才让·卓玛", "欧阳某某某", "种养大户张小三"):
        result = made([owner, size], [[name, 1], [name, "许多"], [f"{name}、好日子合作社", 2], ["合计", 3]], rule)
        assert any(i.rule_id == "R99" for i in result.issues)
        everything = str(result.rows.to_pydict() if result.rows else "") + str([i.as_dict() for i in result.issues])
        everything += str(result.totals) + str(result.layout)
        assert name not in everything and "小三" not in everything and "卓玛" not in everything


# ----------------------------------------------------------------------------------------------------------- rates
RATE = column("rate_pct", "percent", "费率", unit="%", fractions_up_to=0.3, range={"min": 0, "max": 30})


@pytest.mark.parametrize(
    ("header", "cells", "kept"),
    [
        ("费率", [0.05, 0.06, 0], ["5", "6", "0"]),
        ("费率", ["0.05", 0.065], ["5", "6.5"]),
        ("费率", [0.05, "6%"], ["5", "6"]),
        ("费率", [0.3], ["30"]),
        ("费率", [0.05, 6], ["0.05", "6"]),  # not all can be fractions
        ("费率(%)", [0.05, 0.06], ["0.05", "0.06"]),
        ("费率", [5, 6, "6%", "50‰"], ["5", "6", "6", "5"]),
        ("费率", [0, None], ["0", None]),
    ],
)
def test_rates_written_as_fractions(made: Made, header: str, cells: list[Any], kept: list[str | None]) -> None:
    result = made([RATE], [[c] for c in cells], header=[header])
    assert values(result, "rate_pct") == [None if k is None else Decimal(k) for k in kept]
    is_told = [i.rule_id for i in result.issues if i.field == "rate_pct"] == ["S11"]
    assert is_told == (kept[0] in ("5", "30") and cells[0] != 5)


def test_other_rates_are_as_they_stand(made: Made) -> None:
    plain_rate = {k: v for k, v in RATE.items() if k != "fractions_up_to"}
    assert values(made([plain_rate], [[0.05], [0.06]]), "rate_pct") == [Decimal("0.05"), Decimal("0.06")]


# ----------------------------------------------------------------------------------------------------------- units
@pytest.mark.parametrize(
    ("kind", "unit", "cell", "kept"),
    [
        ("decimal", "立方米", "500m³", 500),
        ("decimal", "立方米", "500 m3", 500),
        ("decimal", "吨", "2000公斤", 2),
        ("decimal", "吨", "30t", 30),
        ("int", "座", "2座", 2),
        ("int", "座", "1辆", 1),
        ("decimal", "股", "3股", 3),
        ("int", "天", "5天", 5),
        ("int", "天", "5日", 5),
        ("int", "学时", "40学时", 40),
        ("int", "月", "6个月", 6),
        ("int", "年", "36个月", 3),
        ("int", "年", "3年", 3),
    ],
)
def test_units_of_the_forms(made: Made, kind: str, unit: str, cell: str, kept: int) -> None:
    result = made([column("thing", kind, "数目", unit=unit)], [[cell]])
    assert [float(v) for v in values(result, "thing")] == [kept], said(result)


# ---------------------------------------------------------------------------------------------------------- places
@pytest.mark.parametrize("text", ["通渭县", "通渭", "定西市通渭县", "甘肃省定西市通渭县", " 通 渭 县"])
def test_the_county_itself_is_a_place(made: Made, text: str) -> None:
    result = made([column("target", "places", "督战对象")], [[text], ["平襄镇中林村"], ["某某村"]])
    assert [i.cell for i in result.issues if i.rule_id == "R70"] == ["B5"]
    assert values(result, "village_codes")[0] is None and values(result, "village_codes")[1] is not None


def test_a_countys_short_and_former_names(context: Context) -> None:
    for code, names in {"622926": ("东乡县", "东乡", "东乡族自治县"), "620881": ("华亭", "华亭县", "华亭市")}.items():
        county = context.places.counties[code]
        for name in names:
            assert county.places_in(name)[2] == [], name
    assert context.places.counties["621121"].places_in("陇西县")[2] == ["陇西县"]
