"""Dates as people write them. What has lost characters is no date: it is said, never guessed."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Any

from ingest.text import narrow

_EPOCH = date(1899, 12, 30)
_SERIALS = (20_000, 73_050)  # 1954 to 2099: what lies outside is no Excel day in these forms
_DAYS_TO_1904 = 1462  # between the day 0 of workbooks that count from 1904 and that of all others
_PARTS = re.compile(
    r"^(?P<year>\d{4}|\d{2})(?P<mark>[-/.年])(?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})[日号]?|月|)"
    r"(?:T?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?$"
)
_COMPACT = re.compile(r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})?$")
_DASHES = str.maketrans({"—": "-", "–": "-", "−": "-", "－": "-", "―": "-", "~": "-", "～": "-"})
_MONTH_DAY = re.compile(r"^(?:(?P<month>\d{1,2})[月./])?(?P<day>\d{1,2})日?$")
_MONTHS_END = re.compile(r"^(?P<year>(?:19|20)\d{2})年(?:(?P<month>\d{1,2})月)?[底末]$")
NIL = frozenset({"", "-", "--", "/", "无", "未", "空"})


def read_date(value: Any) -> date | None:
    """The day in a cell: a date, an Excel serial number, or text such as 2020年5月27日, 20191227, 20-09-29, 2018年02月.

    A month without a day is its first day. None for a blank cell.

    Raises:
        ValueError: no whole date can be read from it.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(value)
    if not isinstance(value, str):
        raise ValueError("不是日期")
    text = narrow(value).translate(_DASHES).strip("'。.,;")
    if text in NIL:
        return None
    if re.fullmatch(r"\d+(\.0+)?", text):
        return _of_number(float(text))
    match = _PARTS.match(text)
    if match is None:
        raise ValueError("日期写法认不出")
    if match["day"] is None and match["mark"] != "年" and not text.endswith("月") and len(match["year"]) != 4:
        raise ValueError("日期不完整")
    return _day(match["year"], match["month"], match["day"])


def _of_number(value: float) -> date:
    if value != int(value) and not _SERIALS[0] <= value <= _SERIALS[1]:
        raise ValueError("不是日期")
    whole = int(value)
    if _SERIALS[0] <= whole <= _SERIALS[1]:
        return _EPOCH + timedelta(days=whole)
    match = _COMPACT.match(str(whole))
    if match is None:
        raise ValueError("日期写法认不出")
    return _day(match["year"], match["month"], match["day"])


def days_from_1904(value: Any) -> Any:
    """A cell of a workbook that counts days from 1904, its day number as other workbooks have it; others as they are."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
        shifted = value + _DAYS_TO_1904
        return shifted if _SERIALS[0] <= shifted <= _SERIALS[1] else value
    return value


def _day(year: str, month: str, day: str | None) -> date:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 70 else 1900
    try:
        found = date(number, int(month), int(day or 1))
    except ValueError:
        raise ValueError("没有这一天") from None
    if not 1900 <= found.year <= 2099:
        raise ValueError("年份不对")
    return found


def read_range(value: Any) -> tuple[date, date] | None:
    """First and last day of a cell such as 2020年6月1日至6月7日; a single day is both. None for a blank cell.

    Raises:
        ValueError: no whole range can be read, or it ends before it begins.
    """
    if value is None or not isinstance(value, str):
        day = read_date(value)
        return None if day is None else (day, day)
    text = narrow(value).translate(_DASHES).strip("'。;").removesuffix("止").removeprefix("自").removeprefix("从")
    if text in NIL:
        return None
    for first, last in _splits(text):
        try:
            start = read_date(first.removesuffix("起"))
            end = _end_of_range(last, start)
        except ValueError:
            continue
        if start is not None and end is not None:
            if end < start:
                raise ValueError("止日早于起日")
            return start, end
    day = read_date(text)
    return None if day is None else (day, day)


def _splits(text: str) -> list[tuple[str, str]]:
    """Ways to cut a text in two at a mark between days, the plainest first."""
    for mark in ("至", "到", "--", "起"):
        if mark in text:
            first, _, last = text.partition(mark)
            return [(first, last.strip("-"))]
    places = [m.start() for m in re.finditer("-", text)]
    middle = sorted(places, key=lambda place: abs(place - len(text) / 2))
    return [(text[:place], text[place + 1 :]) for place in middle]


def _end_of_range(text: str, start: date | None) -> date | None:
    """The end's day; where it leaves out the year or the month, they are the start's."""
    short = _MONTH_DAY.match(text)
    if short and start is not None:
        month = int(short["month"]) if short["month"] else start.month
        try:
            return date(start.year, month, int(short["day"]))
        except ValueError:
            raise ValueError("没有这一天") from None
    return read_date(text)


def read_year(value: Any) -> int | None:
    """The year in a cell: 2019, '2019年', '2019年度', 2019-12, a date. None for a blank cell.

    Raises:
        ValueError: there is none, or more than one.
    """
    if value is None:
        return None
    if isinstance(value, (date, datetime)):
        return value.year
    text = narrow(f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value))
    if text in NIL:
        return None
    if re.fullmatch(r"\d{5}", text):
        return _of_number(float(text)).year
    years = set(re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", text)) or set(re.findall(r"^(?:19|20)\d{2}", text))
    if len(years) != 1:
        raise ValueError("年份认不出")
    return int(years.pop())


def read_deadline(value: Any) -> date | None:
    """A day by which something is due: a date, also as 2020年10月31日前, 2020年10月底, 2020年底. None for a blank cell.

    Raises:
        ValueError: no whole date can be read from it.
    """
    if not isinstance(value, str):
        return read_date(value)
    text = re.sub(r"(?:之前|以前|前)$", "", narrow(value).translate(_DASHES).strip("'。.,;"))
    ending = _MONTHS_END.match(text)
    if ending is None:
        return read_date(text)
    year, month = int(ending["year"]), int(ending["month"] or 12)
    if not 1 <= month <= 12:
        raise ValueError("没有这一天")
    return date(year, month, calendar.monthrange(year, month)[1])
