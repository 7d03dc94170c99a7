"""Dates in every form of the real tables; a damaged one is an issue, never a guess."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ingest.dates import days_from_1904, read_date, read_range, read_year


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
        ("2020-5-2 10:30", date(2020, 5, 2)),  # and not the 21st
        ("2020年5月27日 10时", date(2020, 5, 27)),
        ("20/5/27", date(2020, 5, 27)),
        ("2020，5，27", date(2020, 5, 27)),
        ("2020、5、27", date(2020, 5, 27)),
        ("2020 5 27", date(2020, 5, 27)),
        ("二〇二〇年五月二十七日", date(2020, 5, 27)),
        ("二○一九年十二月", date(2019, 12, 1)),
        ("2020年五月二十七日", date(2020, 5, 27)),
        ("2020年5月27日（星期三）", date(2020, 5, 27)),
        ("5/27/2020", date(2020, 5, 27)),
        ("27/5/2020", date(2020, 5, 27)),
        ("May 27, 2020", date(2020, 5, 27)),
        ("27-May-2020", date(2020, 5, 27)),
        (2020.5, date(2020, 5, 1)),
        (2020.11, date(2020, 11, 1)),
        ("2020.10", date(2020, 10, 1)),
    ],
)
def test_days(cell: object, day: date) -> None:
    assert read_date(cell) == day


@pytest.mark.parametrize("cell", ["", None, "-", "无", "　"])
def test_blank(cell: object) -> None:
    assert read_date(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "20207-10",
        "2020627--202071日止",
        "2020627",
        "2020年13月5日",
        "2020-02-31",
        "202006311",
        "5月27日",
        "2020",
        "待定",
        12.0,
        999999.0,
        43931.5e3,
        True,
        "2020年5月27日左右",
        "1820-01-01",
        2020.1,
        "2020.1",
        "5/6/2020",
        "Jan-20",
        "27-May-20",
        "2020年5月上旬",
        "2020年上半年",
        "2020年",
        "五月初五",
        float("nan"),
        float("inf"),
        1e300,
        10**400,
        "9" * 400,
        "٢٠٢٠-٥-٢٧",
    ],
)
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
        ("自2020年6月1日至6月7日", (6, 1), (6, 7)),
        ("2020年6月1日~7日", (6, 1), (6, 7)),
        ("2020年6月1日-2020年6月7日（7天）", (6, 1), (6, 7)),
        ("2020-06-01 00:00:00 至 2020-06-07 00:00:00", (6, 1), (6, 7)),
        ("二〇二〇年六月一日至七日", (6, 1), (6, 7)),
        ("20200601-0607", (6, 1), (6, 7)),
        ("2020年6月-7月", (6, 1), (7, 31)),
        ("2020年6月1日至2020年6月", (6, 1), (6, 30)),
    ],
)
def test_ranges(cell: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert read_range(cell) == (date(2020, *first), date(2020, *last))


@pytest.mark.parametrize(
    "cell",
    [
        "2020627--202071日止",
        "2020年6月7日至2020年6月1日",
        "公示7天",
        "6月1日-6月7日",
        "6月1日-7日",
        "2020年12月28日至1月3日",
        "2020年6月1日起",
    ],
)
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


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("5月27日", "没有写年份"),
        ("2020年", "只写了年份"),
        ("2020年5月上旬", "不是确定的日期"),
        ("2020.1", "10 月"),
        ("5/6/2020", "哪个是月"),
        (2020.0, "只写了年份"),
    ],
)
def test_the_sentence_says_what_is_missing(cell: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_date(cell)


def test_days_of_workbooks_that_count_from_1904() -> None:
    serial = (date(2020, 5, 27) - date(1904, 1, 1)).days
    assert read_date(days_from_1904(float(serial))) == date(2020, 5, 27)
    for other in (20200527.0, "2020-05-27", date(2020, 5, 27), "", None, True):
        assert days_from_1904(other) is other
