"""Flags, lists and statuses."""

from __future__ import annotations

import pytest

from ingest.context import Context
from ingest.words import WordList, read_flag


@pytest.mark.parametrize(
    "cell",
    [
        "是",
        "有",
        "√",
        "✓",
        1.0,
        "1",
        "1.0",
        "已",
        "已发放",
        "达标",
        "Y",
        True,
        " 是 ",
        "是。",
        "是√",
        "☑是 □否",
        "是√ 否",
        "√是/否",
    ],
)
def test_yes(cell: object) -> None:
    assert read_flag("TRUE" if cell is True else cell) is True


@pytest.mark.parametrize(
    "cell", ["否", "无", "無", "×", 2.0, "2", 0.0, "未", "未发放", "未达标", "N", "没有", "□是 ☑否", "否√"]
)
def test_no(cell: object) -> None:
    assert read_flag(cell) is False


def test_blank_flag() -> None:
    assert read_flag("") is None


@pytest.mark.parametrize(
    "cell", ["不详", "待定", 3.0, "正在建", "R", "P", "ü", "是/否", "√是√否", "□是□否", "是否", "√√", "○"]
)
def test_other_flags_are_said(cell: object) -> None:
    with pytest.raises(ValueError):
        read_flag(cell)


@pytest.mark.parametrize(
    ("cell", "product"),
    [("牛", "牛"), ("肉牛", "牛"), ("藏羊", "羊"), ("当归", "药"), ("青稞", "地方特色"), ("五小(小家禽)", "小家禽"),
     ("五小产业（小家禽）", "小家禽"), (" 马 铃 薯 ", "薯"), ("中药材（当归）", "药")],
)  # fmt: skip
def test_products(context: Context, cell: str, product: str) -> None:
    column = context.contracts["household_awards"].by_field["product_code"]
    assert WordList.of(column).find(cell) == product


def test_unknown_word_names_the_choices(context: Context) -> None:
    column = context.contracts["household_awards"].by_field["support_mode"]
    with pytest.raises(ValueError, match="以奖代补"):
        WordList.of(column).find("一次性生活补贴")


@pytest.mark.parametrize(
    ("cell", "found"),
    [("未脱贫", ("未脱贫", None)), ("已脱贫(2019)", ("已脱贫", 2019)), ("已脱贫（2019年）", ("已脱贫", 2019)),
     ("2018年脱贫", ("已脱贫", 2018)), ("2018", ("已脱贫", 2018)), ("返贫户", ("返贫", None)), ("", None)],
)  # fmt: skip
def test_status_with_year(context: Context, cell: str, found: tuple[str, int | None] | None) -> None:
    column = context.contracts["household_awards"].by_field["exit_status"]
    assert WordList.of(column).find_with_year(cell) == found


@pytest.mark.parametrize(
    ("cell", "region"),
    [("广东省广州市", "粤港澳大湾区"), ("天津", "京津"), ("福建省福州市", "东西部协作区"), ("上海市浦东新区", "长三角"),
     ("重庆", "成渝"), ("甘肃省兰州市", "省内"), ("新疆乌鲁木齐", "其他")],
)  # fmt: skip
def test_market_regions(context: Context, cell: str, region: str) -> None:
    column = context.contracts["sales_channels"].by_field["market_region"]
    assert WordList.of(column).find(cell) == region
