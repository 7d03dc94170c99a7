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
    ["待核实", "#REF!", "12..5", "3O00", "1,23", "约3", "≤120万元", "2km", "20左右", "3-5", "1/2", "20亩", float("nan"),
     float("inf"), "12 3.4.5", 1e300],
)  # fmt: skip
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
    [("三百二十", 320), ("十二", 12), ("一百零五", 105), ("贰万", 20000), ("三千二", 3200), ("二〇二〇", 2020),
     ("一亿二千万", 120_000_000), ("两万五千", 25000), ("壹佰贰拾叁", 123), ("零", 0)],
)  # fmt: skip
def test_chinese_numbers(text: str, value: int) -> None:
    assert number_in_words(text) == value


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
