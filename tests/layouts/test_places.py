"""Names of villages, townships and counties in their spellings, several places in a cell, names of files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ingest.read import ReadResult
from tests.ingest.books import Page, by_openpyxl
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import Honest, expect, honest, readings

Read = Callable[[bytes, Honest], ReadResult]

SPELLINGS = [("平襄镇", "中林村"), ("平襄", "中林"), ("平襄镇", "中林村委会"), ("平襄镇", "中林村民委员会"), ("平襄镇", "中林村村民委员会"),
             ("通渭县平襄镇", "中林"), ("平襄镇人民政府", "中林村"), ("平襄镇", "平襄镇中林村"), ("平襄镇", "平襄中林"),
             (" 平 襄 镇 ", "中　林"),
             ("平襄镇", "通渭县平襄镇中林村"), ("平襄鎮", "中林村"), ("", "中林"),
             ("平襄镇\n", "中林\n")]  # fmt: skip


@pytest.mark.feature("names of places")
@pytest.mark.parametrize(("township", "village"), SPELLINGS)
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
    wanted = table.reading(0, village_codes=villages, township_codes=townships, **{field: cell or None})
    expect(read_table(lay.changed(table, 0, header, cell), table), wanted)


COUNTIES = [("通渭县", "621121"), ("东乡族自治县", "622926"), ("东乡县", "622926"), ("华亭县", "620881"),
("华亭市", "620881"), ("岷　县", "621126"),
            ("岷县", "621126"), ("安西县", "620922"), ("积石山县", "622927"), ("天祝县", "620623"),
            ("临夏县", "622921"), ("临夏市", "622901"),
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
    assert result.refusal and name in result.refusal


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
