"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.chinese_numbers import number_in_words
from ingest.numbers import NumberReader, plain

WAN = Decimal(10_000)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        (20.0, "200000"),
        (67.90712, "679071.2"),
        (0.1 + 0.2, "3000"),  # noise of the binary form, as a formula leaves it
        (1e-4, "1"),
        ("20", "200000"),
        (" 1,241.407 ", "12414070"),
        ("１，２３４．５", "12345000"),
        ("20万元", "200000"),
        ("20万", "200000"),
        ("73.5 万元", "735000"),
        ("5000元", "5000"),
        ("5000元/每个", "5000"),
        ("0.3亿元", "30000000"),
        ("10(其中,灾情因素6万元)", "100000"),
        ("25（其中，灾情因素6万元）", "250000"),
        ("10万元（含管理费）", "100000"),
        ("-3.5", "-35000"),
        ("＋7", "70000"),
        ("¥20元", "20"),
        ("2e2", "2000000"),
        ("贰万元", "20000"),
        ("三百二十", "3200000"),
        ("20元整", "20"),
        ("'18", "180000"),
        ("1 234 567.5", "12345675000"),
        ("10(万元)", "100000"),
        ("1.2E+3", "12000000"),
        ("20w", "200000"),
        ("人民币1200元", "1200"),
        ("人民币壹万元整", "10000"),
        ("伍仟元正", "5000"),
        ("壹仟贰佰元整", "1200"),
        ("三万五千", "35000"),
        ("一亿二千万", "120000000"),
        ("三点二万", "32000"),
        ("零点五", "5000"),
        ("3万5千", "35000"),
        ("2万零500元", "20500"),
        ("20元5角", "20.5"),
        ("2千万元", "20000000"),
        ("负三百", "-3000000"),
        ("67.90712万元", "679071.2"),
    ],
)
def test_money_in_wan(cell: object, kept: str) -> None:
    found = NumberReader(unit="元", factor=WAN).read(cell)
    assert found is not None
    assert found.kept == Decimal(kept)


@pytest.mark.parametrize("cell", ["", None, "-", "——", "/", "无", "　", " "])
def test_nothing_is_no_number(cell: object) -> None:
    assert NumberReader(unit="元", factor=WAN).read(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "待核实",
        "#REF!",
        "12..5",
        "3O00",
        "1,23",
        "约3",
        "≤120万元",
        "2km",
        "20左右",
        "3-5",
        "1/2",
        "20亩",
        float("nan"),
        float("inf"),
        "12 3.4.5",
        1e300,
        10**400,
        "(1,234)",
        "（3）",
        "12(3)",
        "10(约)",
        "20 30",
        "20\n30",
        "20①",
        "5²",
        "½",
        "٣",
        "20+",
        "20余万",
        "近20",
        "十几",
        "几百",
        "二三",
        "二三十",
        "12万3",
        "3千5",
        "万",
        "万万",
        "十十",
        "千元",
        "三十二百",
        "20元5元",
        "5角20元",
        "9" * 400,
        "1" * 32_767,
        True,
    ],
)
def test_what_is_no_number_is_said(cell: object) -> None:
    with pytest.raises(ValueError):
        NumberReader(unit="元", factor=WAN).read(cell)


def test_the_sentence_never_repeats_the_cell() -> None:
    with pytest.raises(ValueError) as caught:
        NumberReader(unit="元").read("张三丰620102198001010011")
    assert "620102" not in str(caught.value)


def test_a_column_without_a_unit_takes_counting_words_only() -> None:
    reader = NumberReader(unit=None, any_unit=True)
    found = reader.read("12头")
    assert found is not None and (found.kept, found.unit) == (Decimal(12), "头")
    with pytest.raises(ValueError):
        reader.read("12左右")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三百二十", 320),
        ("十二", 12),
        ("一百零五", 105),
        ("贰万", 20000),
        ("三千二", 3200),
        ("二〇二〇", 2020),
        ("一亿二千万", 120_000_000),
        ("两万五千", 25000),
        ("壹佰贰拾叁", 123),
        ("零", 0),
    ],
)
def test_numbers_in_words(text: str, value: int) -> None:
    assert number_in_words(text) == value


@pytest.mark.parametrize(
    ("unit", "cell", "kept"),
    [
        ("%", "25%", "25"),
        ("%", "3‰", "0.3"),
        ("%", "百分之十二点五", "12.5"),
        ("%", "千分之三", "0.3"),
        ("%", "三成", "30"),
        ("%", "0.25", "0.25"),
        ("亩", "5亩3分", "5.3"),
        ("亩", "2公顷", "30"),
        ("人", "2万", "20000"),
        ("人", "1千", "1000"),
        ("户", "20个", "20"),
        (None, "2万", "20000"),
        (None, "三十五头", "35"),
    ],
)
def test_other_units(unit: str | None, cell: str, kept: str) -> None:
    found = NumberReader(unit=unit).read(cell)
    assert found is not None and found.kept == Decimal(kept)


@pytest.mark.parametrize(
    ("unit", "cell"), [("户", "3人"), ("人", "3户"), ("%", "1/4"), ("元", "20亩"), (None, "20左右")]
)
def test_units_of_another_kind_are_said(unit: str | None, cell: str) -> None:
    with pytest.raises(ValueError):
        NumberReader(unit=unit).read(cell)


def test_households_for_people_only_where_the_contract_says_so() -> None:
    found = NumberReader(unit="户", also=("人",)).read("3人")
    assert found is not None and found.kept == 3


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("约20", "确定的数字"),
        ("20左右", "确定的数字"),
        ("2-3", "确定的数字"),
        ("(1,234)", "负数"),
        ("12(3)", "括号里也是数字"),
        ("20\n30", "几个数"),
        ("20①", "带圈"),
        ("20亩", "“亩”不是本列"),
    ],
)
def test_the_sentence_says_what_is_expected(cell: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        NumberReader(unit="元").read(cell)


def test_decimals_as_written() -> None:
    reader = NumberReader(unit="元", factor=WAN)
    for cell in (20.0, "7.25", 1.5):
        reader.read(cell)
    assert reader.decimals == 2


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("120.5000"), "120.5"), (3, "3"), (Decimal("0.00001"), "0"), (None, "")]
)
def test_plain(value: Decimal | None, text: str) -> None:
    assert plain(value) == text
