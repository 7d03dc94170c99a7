"""Rules of F11, F12 and F15: each caught at its cell, and silent one step inside its bound."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.read import ReadResult
from tests.fixtures.make_oversight import number_of
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader

Changes = dict[str, Any]
Told = tuple[str, str | None, str, str]

TRAINEE: Changes = {
    "乡镇": "平襄镇", "行政村": "中林", "姓名": "王有福", "性别": "男", "身份证号": number_of("19780312", 101), "民族": "汉族",
    "文化程度": "初中", "户编号": "62112100001", "是否贫困户": "是", "从事产业": "马铃薯", "培训类别": "科技明白人", "培训班次": "第1期",
    "起止时间": "2020.5.6-2020.5.12", "培训天数": 7, "考核结果": "合格", "2018-2019是否参训": "否",
}  # fmt: skip
PROBLEM: Changes = {
    "问题来源": "国家成效考核", "问题编号": "GJ-01", "问题描述": "3个合作社没有按约定分红", "问题类别": "入股分红", "涉及金额(万元)": 12.5,
    "整改措施": "督促兑付", "责任单位": "县农业农村局", "责任领导": "何平", "责任人": "陈丽", "反馈时间": "2020-2-14",
    "整改时限": "2020-6-30", "整改进展": "已完成", "完成时间": "2020-6-20", "是否销号": "是", "佐证材料": "照片",
}  # fmt: skip
TARGET: Changes = {
    "督战对象": "平襄镇中林村", "督战级别": "省", "责任厅领导": "何平", "未脱贫户": 10, "未脱贫人口": 40, "贫困发生率(%)": 6.5,
    "产业脱贫人口": 12, "完成时限": "2020-11-30", "退出时间": None, "人居环境达标": "是",
}  # fmt: skip


def told(read_as: Reader, title: str, row: Changes, lines: list[Changes]) -> ReadResult:
    """Rows made of one with changes; a file that loses half of its rows is refused as a whole."""
    rows = [list({**row, **line}.values()) for line in lines]
    return read_as(by_openpyxl(Page([[f"通渭县2020年6月{title}"], list(row), *rows])))


def found(result: ReadResult) -> list[Told]:
    assert result.form is not None, result.refusal
    return [(i.rule_id, i.cell, i.severity, i.effect) for i in result.issues if i.severity != "info"]


def trainee(born: str, sequence: int, code: str, **more: Any) -> Changes:
    return {"身份证号": number_of(born, sequence), "户编号": code, **more}


OTHERS = [trainee("19800101", 2 * n + 1, f"6211210010{n}") for n in range(3)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"户编号": None}, [("R50", "H3", "warn", "none")]),
        ({"户编号": None, "培训类别": "高素质农民"}, []),
        ({"户编号": "62112100100"}, [("R50", "H4", "error", "none")]),
        ({"户编号": "62112100100", "培训类别": "合作社带头人"}, []),
        ({"2018-2019是否参训": "是"}, [("R51", "P3", "warn", "none")]),
        ({"2018-2019是否参训": "是", "培训类别": "辅导员"}, []),
        ({"身份证号": number_of("20040507", 101)}, [("R52", "E3", "error", "row_refused")]),
        ({"身份证号": number_of("20040506", 101)}, []),
        ({"身份证号": number_of("19490506", 101)}, [("R52", "E3", "error", "row_refused")]),
        ({"身份证号": number_of("19490507", 101)}, []),
        ({"性别": "女"}, [("R52", "D3", "error", "cell_emptied")]),
        ({"性别": "女", "身份证号": number_of("19780312", 102)}, []),
        ({"身份证号": OTHERS[0]["身份证号"], "培训班次": "第2期"}, [("R52", "E4", "warn", "none")]),
        ({"身份证号": OTHERS[0]["身份证号"]}, [("R86", "E4", "error", "row_refused"), ("R52", "E4", "warn", "none")]),
        ({"起止时间": "2020.4.1-2020.5.2"}, [("R53", "M3", "warn", "none")]),
        ({"起止时间": "2020.4.1-2020.5.1"}, []),
        ({"培训天数": 31}, [("R53", "N3", "warn", "none")]),
        ({"培训天数": 30}, []),
        ({"考核结果": "待定"}, [("C04", "O3", "error", "cell_emptied")]),
        ({"从事产业": "劳务"}, []),
    ],
)
def test_a_roster_of_training(read_as: Reader, changes: Changes, expected: list[Told]) -> None:
    assert found(told(read_as, "培训花名册", TRAINEE, [changes, *OTHERS])) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"完成时间": None}, [("R60", "M3", "error", "none")]),
        ({"完成时间": None, "是否销号": "否", "整改进展": "整改中", "佐证材料": None}, []),
        ({"完成时间": None, "整改进展": "长期坚持"}, [("R60", "M3", "error", "none")]),
        ({"佐证材料": None}, [("R60", "O3", "warn", "none")]),
        ({"佐证材料": None, "是否销号": "未销号"}, []),
        ({"完成时间": "2020-2-13"}, [("R60", "M3", "error", "cell_emptied")]),
        ({"完成时间": "2020-2-14"}, []),
        ({"整改时限": "立行立改"}, []),
        ({"整改时限": "尽快"}, [("C03", "K3", "error", "row_refused")]),
        ({"问题编号": "GJ-02"}, [("R54", "B4", "error", "row_refused")]),
        ({"问题编号": "GJ-02", "问题来源": "审计"}, []),
        ({"涉及金额(万元)": -1}, [("C05", "E3", "error", "row_refused")]),
    ],
)
def test_a_ledger_of_problems(read_as: Reader, changes: Changes, expected: list[Told]) -> None:
    others = [{"问题编号": f"GJ-0{n}"} for n in (2, 3, 4)]
    assert found(told(read_as, "问题整改台账", PROBLEM, [changes, *others])) == expected


def test_a_limit_in_words_is_no_date(read_as: Reader) -> None:
    result = told(read_as, "问题整改台账", PROBLEM, [{"整改时限": "立行立改", "问题编号": None}])
    assert result.rows is not None
    [row] = result.rows.to_pylist()
    assert (row["deadline_date"], row["deadline_text"], row["problem_amount_yuan"]) == (None, "立行立改", 125000)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"未脱贫人口": 80}, []),
        ({"未脱贫人口": 81}, [("R61", "E3", "warn", "none")]),
        ({"未脱贫人口": 9}, [("R61", "E3", "warn", "none")]),
        ({"贫困发生率(%)": 101}, [("C05", "F3", "error", "row_refused")]),
        ({"完成时限": "2020-12-31"}, []),
        ({"完成时限": "2021-1-1"}, [("C05", "H3", "error", "cell_emptied")]),
        ({"督战级别": "国家级挂牌"}, []),
        ({"督战级别": "乡级"}, [("C04", "B3", "error", "row_refused")]),
        ({"督战对象": "平襄镇没有此村"}, [("R70", "A3", "warn", "none")]),
        ({"督战对象": "平襄镇安堡村"}, [("R55", "A4", "error", "row_refused")]),
    ],
)
def test_a_ledger_of_supervision(read_as: Reader, changes: Changes, expected: list[Told]) -> None:
    others = [{"督战对象": name} for name in ("平襄镇安堡村", "通渭县", "平襄镇团庄村")]
    assert found(told(read_as, "挂牌督战台账", TARGET, [changes, *others])) == expected


def test_the_county_itself_names_no_place_in_it(read_as: Reader) -> None:
    result = told(
        read_as, "挂牌督战台账", TARGET, [{"督战对象": name} for name in ("通渭县", "定西市通渭县", "平襄镇中林村")]
    )
    assert result.rows is not None and found(result) == []
    assert [row["village_codes"] for row in result.rows.to_pylist()] == [None, None, "621121100206"]
