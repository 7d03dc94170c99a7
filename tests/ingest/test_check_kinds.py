"""Each kind of check on a made form: the rows it tells, what its sentence can name, and silence one step inside."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.checks import KINDS
from ingest.contracts import ContractError, _validator
from ingest.personal import check_character
from tests.ingest.made import Made, check, column, contract, told, values

MONEY = {"unit": "元", "written_unit": "元"}
QTY, PRICE, RATE, SUM = (
    column("qty", "decimal", "数量"),
    column("price_yuan", "money", "单价", **MONEY),
    column("rate_pct", "percent", "费率", unit="%"),
    column("sum_yuan", "money", "保费", **MONEY),
)
START, END, DONE = (column(f"{n}_date", "date", h) for n, h in (("start", "开工"), ("end", "竣工"), ("done", "验收")))
STATE = column("state", "enum", "状态", vocabulary=[{"value": v} for v in ("已完成", "未完成", "停")])
GROUP, SIZE = column("household_code", "code", "户号"), column("household_size", "int", "人数")


def test_schema_and_code_know_the_same_kinds() -> None:
    schema: Any = _validator().schema
    assert sorted(KINDS) == sorted(schema["$defs"]["check"]["properties"]["kind"]["enum"])


# ---------------------------------------------------------------------------------------------------------- numbers
PREMIUM = check("product_equals", "sum_yuan", field="sum_yuan", fields=["qty", "price_yuan", "rate_pct"], divisor=100)


@pytest.mark.parametrize(
    ("row", "tolerances", "expected"),
    [
        ([3, 1000, 6, 180], {}, []),
        ([3, 1000, 6, 180.01], {}, [(1, "180|")]),
        ([3, 1000, 6, 180.01], {"tolerance": 0.01}, []),
        ([3, 1000, 6, 180.02], {"tolerance": 0.01}, [(1, "180|")]),
        ([3, 1000, 6, 181.8], {"tolerance": 0.01, "tolerance_pct": 1}, []),  # within either is enough
        ([3, 1000, 6, 181.81], {"tolerance": 0.01, "tolerance_pct": 1}, [(1, "180|")]),
        ([3, 1000, 6, 181.81], {"tolerance": 2, "tolerance_pct": 1}, []),
        ([None, 1000, 6, 181.81], {}, []),
        ([3, 1000, 6, None], {}, []),
        ([90071992, 100000.0001, 100, "9007199209007.1992"], {}, []),  # beyond a double
        ([90071992, 100000.0001, 100, "9007199209007.1993"], {}, [(1, "9007199209007.1992|")]),
    ],
)
def test_product(made: Made, row: list[Any], tolerances: dict[str, float], expected: list[Any]) -> None:
    assert told(made([QTY, PRICE, RATE, SUM], [row], {**PREMIUM, **tolerances})) == expected


@pytest.mark.parametrize(("qty", "is_told"), [(3, False), ("3.0", False), (None, False), (3.5, True), ("0.0001", True)])
def test_a_whole_number(made: Made, qty: Any, is_told: bool) -> None:
    assert told(made([QTY], [[qty]], check("whole_number", "qty", field="qty"))) == ([(1, "|")] if is_told else [])


CAP = check(
    "not_above_cap", "sum_yuan", field="sum_yuan", each={"parameter": "none_such", "default": 105000}, per="qty",
    per_size=100, maximum={"parameter": "none_such_max", "default": 370000}, times="household_size",
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([100, 1, 105000], []),
        ([100, 1, 105000.01], [(1, "|105000")]),
        ([50, 2, 105000], []),
        ([50, 2, 105001], [(1, "|105000")]),
        ([1000, 1, 370000], []),
        ([1000, 2, 740001], [(1, "|740000")]),
        ([None, 1, 9_000_000], []),
        ([1000, None, 9_000_000], []),
    ],
)
def test_cap(made: Made, row: list[Any], expected: list[Any]) -> None:
    assert told(made([QTY, SIZE, SUM], [row], CAP)) == expected


def test_cap_of_objects_alone_and_of_a_county(made: Made) -> None:
    simple = check("not_above_cap", "sum_yuan", field="sum_yuan", maximum={"parameter": "store_cap", "default": 15})
    assert told(made([SUM], [[15], [16]], simple)) == [(2, "|15")]
    own = made([SUM], [[15], [16]], simple, parameters={("store_cap", "621121"): 14})
    assert told(own) == [(1, "|14"), (2, "|14")]


# ------------------------------------------------------------------------------------------------- words and dates
DAYS = [date(2020, 3, 1), date(2020, 3, 31), date(2020, 4, 1)]


def test_not_before(made: Made) -> None:
    both = check("not_before", "done_date", field="done_date", other=["start_date", "end_date"])
    rows = [
        [DAYS[0], DAYS[1], DAYS[1]],
        [DAYS[0], DAYS[2], DAYS[1]],
        [DAYS[2], None, DAYS[1]],
        [None, None, DAYS[0]],
        [DAYS[1], DAYS[2], None],
    ]
    assert told(made([START, END, DONE], rows, both)) == [(2, "2020-04-01|"), (3, "2020-04-01|")]


def test_within_days(made: Made) -> None:
    late = check("within_days", "end_date", field="end_date", other=["start_date"], maximum=30)
    rows = [[DAYS[0], DAYS[1]], [DAYS[0], DAYS[2]], [DAYS[1], DAYS[0]], [None, DAYS[2]]]
    assert told(made([START, END], rows, late)) == [(2, "31|30")]
    assert told(made([START, END], rows, {**late, "minimum": 0})) == [(2, "31|30"), (3, "-30|0")]


def test_needed(made: Made) -> None:
    done = check("needed", "done_date", field="done_date", when=[{"field": "state", "is": "已完成"}])
    rows = [["已完成", DAYS[0]], ["已完成", None], ["未完成", None], ["已完成", "待定"]]
    assert told(made([STATE, DONE], rows, done)) == [(2, "|")]  # 待定 has its own issue
    without = [row[:1] for row in rows]
    assert told(made([STATE, DONE], without, done, header=["状态"])) == []
    always = {**done, "even_without_column": True}
    assert told(made([STATE, DONE], without, always, header=["状态"])) == [(1, "|"), (2, "|"), (4, "|")]


@pytest.mark.parametrize(
    ("kind", "value", "cells", "expected"),
    [
        ("flag", True, ["是", "否", None, "也许"], [(2, "是|"), (3, "是|")]),
        ("int", 0, [0, 5, None, "许多"], [(2, "0|"), (3, "0|")]),
        ("decimal", 1.5, [1.5, 1.51, None, "许多"], [(2, "1.5|"), (3, "1.5|")]),
        ("text", "好", ["好", "坏", None, "好"], [(2, "好|"), (3, "好|")]),
    ],
)
def test_must_be(made: Made, kind: str, value: Any, cells: list[Any], expected: list[Any]) -> None:
    rule = check("must_be", "thing", field="thing", value=value)
    thing, rows = column("thing", kind, "东西"), [[cell] for cell in cells]
    assert told(made([thing], rows, rule)) == expected
    assert told(made([thing], rows, {**rule, "blank_passes": True})) == expected[:1]
    assert told(made([thing], [[] for _ in rows], rule, header=[])) == []


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ({"is_null": True}, [4]),
        ({"is_null": False}, [1, 2, 3]),
        ({"above": 2}, [3]),
        ({"above": {"parameter": "none_such", "default": 1}}, [2, 3]),
        ({"at_least": 2}, [2, 3]),
        ({"below": 2}, [1]),
        ({"not_in": [1, 3]}, [2]),
        ({"in": [1, 3]}, [1, 3]),
        ({"is": 2}, [2]),
    ],
)
@pytest.mark.parametrize("kind", ["int", "decimal"])
def test_conditions(made: Made, kind: str, condition: dict[str, Any], rows: list[int]) -> None:
    """A blank meets is_null alone; an unreadable cell (the fifth) meets nothing."""
    rule = check("needed", "other", field="other", when=[{"field": "thing", **condition}], even_without_column=True)
    columns = [column("thing", kind, "东西"), column("other", "text", "另外")]
    cells = [[v, None] for v in (1, 2, 3, None, "许多")]
    assert [row for row, _ in told(made(columns, cells, rule))] == rows


def test_region(made: Made) -> None:
    """通渭县 is paired with 福州市; 城关区 with nobody."""
    partner = column("partner", "text", "协作方")
    rule = check("matches_region", "partner", field="partner", attribute="paired_city")
    rows = [["福州市"], ["福建省福州市马尾区"], ["福 州"], ["天津市"], [None]]
    assert told(made([partner], rows, rule)) == [(4, "福州市|")]
    assert told(made([partner], rows, rule, county="620102")) == []
    none = made([partner], rows, {**rule, "when_none": "fails"}, county="620102")
    assert told(none) == [(n, "无|") for n in (1, 2, 3, 4)]
    assert told(made([partner], rows, {**rule, "when_none": "fails"}, county=None)) == []


def citizen(birth: str, serial: int) -> str:
    return (first := f"621121{birth}{serial:03d}") + check_character(first)


PERSON = column("person_id", "id_number", "身份证号", rule="R67")
SEX = column("gender", "enum", "性别", vocabulary=[{"value": "男"}, {"value": "女"}])


@pytest.mark.parametrize("born", ["19481231", "19700101", "20051102"])
def test_sex_and_number(made: Made, born: str) -> None:
    rule = check("sex_matches_id", "gender", field="gender", other=["person_id"])
    man, woman = citizen(born, 11), citizen(born, 12)
    rows = [["男", man], ["女", woman], ["女", man], ["男", woman], [None, man], ["男", None], ["男", man[:17] + "?"]]
    result = made([SEX, PERSON], rows, rule)
    assert told(result) == [(3, "|"), (4, "|")]


def test_age(made: Made) -> None:
    rule = check("age_between", "person_id", other=["person_id"], at_date="start_date", minimum=16, maximum=70)
    day = date(2020, 6, 15)
    births = ["20040615", "20040616", "19500615", "19490616", "19490615"]
    rows = [[citizen(birth, 1), day] for birth in births] + [[citizen("20150101", 1), None], [None, day]]
    result = made([PERSON, START], rows, rule)
    assert told(result) == [(2, "|16"), (5, "|70")]


def test_what_a_number_says_is_never_landed(made: Made) -> None:
    """Sex and birth date are there for checks only; without such a check they are not even made."""
    rules = [
        check("sex_matches_id", "gender", field="gender", other=["person_id"], message="{gender}不对"),
        check("age_between", "person_id", other=["person_id"], at_date="start_date", minimum=60),
    ]
    number = citizen("19700203", 11)
    result = made([SEX, PERSON, START], [["女", number, DAYS[0]], ["男", number, DAYS[0]]], *rules)
    assert result.rows is not None and not [n for n in result.rows.column_names if n.startswith("_")]
    text = str(result.rows.to_pydict()) + str([i.as_dict() for i in result.issues]) + str(result.totals)
    assert "1970" not in text + str(result.layout) and "0203" not in text


# ---------------------------------------------------------------------------------------------------------- groups
def test_rows_per_group(made: Made) -> None:
    rule = check("rows_per_group", "household_size", group=["household_code"], field="household_size")
    rows = [["a", 2], ["b", 3], ["a", 2], ["b", 3], ["c", 2], ["c", 1], [None, 9], ["d", None]]
    assert told(made([GROUP, SIZE], rows, rule)) == [(2, "2|"), (6, "2|")]


def test_one_per_group(made: Made) -> None:
    rule = check("one_per_group", "state", group=["household_code"], when=[{"field": "state", "is": "已完成"}])
    rows = [["a", "已完成"], ["a", "停"], ["b", "停"], ["b", None], ["c", "已完成"], ["c", "已完成"], ["c", "已完成"],
            ["d", "停"], ["d", "不明"], [None, "停"]]  # fmt: skip
    # None of b; three of c, the first in sheet row 7; of d one cell can't be read.
    assert told(made([GROUP, STATE], rows, rule)) == [(3, "0|"), (6, "3|7"), (7, "3|7")]


def test_sum_per_group(made: Made) -> None:
    total = column("total_yuan", "money", "总额", **MONEY)
    rule = check(
        "sum_per_group_equals", "sum_yuan", group=["household_code"], field="sum_yuan", total_field="total_yuan"
    )
    rows = [
        ["a", 40, 100],
        ["a", 60.5, 100],
        ["b", 40, 100],
        ["b", 60, 100],
        ["c", 1, None],
        ["d", "许多", 7],
        ["d", 1, 7],
    ]
    assert told(made([GROUP, SUM, total], rows, rule)) == [(1, "100.5|100")]
    assert told(made([GROUP, SUM, total], rows, {**rule, "tolerance": 0.5})) == []


def test_same_in_group(made: Made) -> None:
    rule = check("same_in_group", "state", group=["household_code"], field="state")
    rows = [["a", None], ["a", "停"], ["a", "停"], ["a", "未完成"], ["b", "未完成"], [None, "停"], ["a", None]]
    assert told(made([GROUP, STATE], rows, rule)) == [(4, "停|4")]


# ------------------------------------------------------------------------------------------------- wrong contracts
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (check("needed", "state"), ["R99", "needs field"]),
        (check("needed", "state", field="nothing"), ["nothing"]),
        (check("needed", "nothing", field="state"), ["nothing"]),
        (check("sex_matches_id", "state", field="state", other=["state"]), ["state", "ID numbers"]),
        (check("needed", "state", field="state", message="{stat}"), ["stat"]),
        (check("needed", "state", field="state", message="{_person_id_birth_date}"), ["_person_id_birth_date"]),
        (check("needed", "state", field="person_id"), ["person_id"]),  # only its token and mask are there
        (check("sum_per_group_equals", "state", group=["state"], field="state"), ["total_field"]),
        (check("not_above_cap", "state", field="state", times="nothing"), ["nothing"]),
    ],
)
def test_a_check_that_cannot_work_is_told_when_loaded(tmp_path: Path, rule: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ContractError) as caught:
        contract(tmp_path, [STATE, PERSON], [rule])
    assert all(word in str(caught.value) for word in words), caught.value


def test_values_are_as_read(made: Made) -> None:
    """The made form reads what it is given: else the silences above would say nothing."""
    result = made([GROUP, SIZE, STATE, SUM, START], [["a", 2, "停", 1.5, DAYS[0]]])
    assert [values(result, n)[0] for n in ("household_code", "household_size", "state")] == ["A", 2, "停"]
    assert (float(values(result, "sum_yuan")[0]), values(result, "start_date")[0]) == (1.5, DAYS[0])
