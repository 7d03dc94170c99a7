"""Dates in every form of the real tables; a damaged one is an issue, never a guess."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ingest.dates import read_date, read_range, read_year


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2020, 5, 27), date(2020, 5, 27)),
        (datetime(2020, 5, 27, 12, 30), date(2020, 5, 27)),
        (43931.0, date(2020, 4, 10)),
        ("43931.0", date(2020, 4, 10)),
        (20191227.0, date(2019, 12, 27)),
        ("20191227", date(2019, 12, 27)),
        ("2020年5月27日", date(2020, 5, 27)),
        ("2020 年 5 月 27 日", date(2020, 5, 27)),
        ("２０２０年５月２７日", date(2020, 5, 27)),
        ("2020-5-27", date(2020, 5, 27)),
        ("2020/05/27", date(2020, 5, 27)),
        ("2020.5.27", date(2020, 5, 27)),
        ("2020.05.27.", date(2020, 5, 27)),
        ("2020年5月27号", date(2020, 5, 27)),
        ("20-09-29", date(2020, 9, 29)),
        ("2018年02月", date(2018, 2, 1)),
        ("201802", date(2018, 2, 1)),
        ("2020-05-27 00:00:00", date(2020, 5, 27)),
        ("2020—5—27", date(2020, 5, 27)),
    ],
)
def test_days(cell: object, day: date) -> None:
    assert read_date(cell) == day


@pytest.mark.parametrize("cell", ["", None, "-", "无", "　"])
def test_blank(cell: object) -> None:
    assert read_date(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["20207-10", "2020627--202071日止", "2020627", "2020年13月5日", "2020-02-31", "202006311", "5月27日", "2020", "待定",
     12.0, 999999.0, 43931.5e3, True, "2020年5月27日左右", "1820-01-01"],
)  # fmt: skip
def test_damaged_days_are_said(cell: object) -> None:
    with pytest.raises(ValueError):
        read_date(cell)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2020年6月1日至2020年6月7日", (6, 1), (6, 7)),
        ("2020年6月1日至6月7日", (6, 1), (6, 7)),
        ("2020年6月1日-7日", (6, 1), (6, 7)),
        ("2020.6.1-2020.6.7", (6, 1), (6, 7)),
        ("2020.6.1-6.7", (6, 1), (6, 7)),
        ("2020/6/1-2020/6/7", (6, 1), (6, 7)),
        ("2020-06-01至2020-06-07", (6, 1), (6, 7)),
        ("2020-06-01-2020-06-07", (6, 1), (6, 7)),
        ("20200601-20200607", (6, 1), (6, 7)),
        ("2020年6月1日—2020年6月7日止", (6, 1), (6, 7)),
        ("2020年6月1日起至6月7日止", (6, 1), (6, 7)),
        ("2020年6月1日", (6, 1), (6, 1)),
    ],
)
def test_ranges(cell: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert read_range(cell) == (date(2020, *first), date(2020, *last))


@pytest.mark.parametrize("cell", ["2020627--202071日止", "2020年6月7日至2020年6月1日", "公示7天", "6月1日-6月7日"])
def test_damaged_ranges_are_said(cell: str) -> None:
    with pytest.raises(ValueError):
        read_range(cell)


@pytest.mark.parametrize(
    ("cell", "year"),
    [(2019.0, 2019), ("2019", 2019), ("2019年", 2019), ("2019年度", 2019), ("2019年12月", 2019), (date(2019, 12, 1), 2019),
     ("", None), ("-", None)],
)  # fmt: skip
def test_years(cell: object, year: int | None) -> None:
    assert read_year(cell) == year


@pytest.mark.parametrize("cell", ["去年", "19", "2018、2019"])
def test_no_year(cell: str) -> None:
    with pytest.raises(ValueError):
        read_year(cell)
