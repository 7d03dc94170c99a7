"""Dates as people write them. What has lost characters is no date: it is said, never guessed."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Any

from ingest.chinese_numbers import number_in_words, years_in_digits
from ingest.text import clean, narrow, seen

_EPOCH = date(1899, 12, 30)
_SERIALS = (20_000, 73_050)  # 1954 to 2099: what lies outside is no Excel day in these forms
_DAYS_TO_1904 = 1462  # between the day 0 of workbooks that count from 1904 and that of all others
_CLOCK = re.compile(
    r"(?:[\sT]+|(?<=[日号]))(?:上午|下午)?\d{1,2}(?::\d{2}(?::\d{2})?(?:\.\d+)?|[时点](?:\d{1,2}分?)?)(?=$|[^\d:])",
    re.ASCII,
)
_PARTS = re.compile(
    r"^(?P<year>\d{4}|\d{2})(?P<mark>[-/.年,、\\])(?P<month>\d{1,2})(?:[-/.月,、\\](?P<day>\d{1,2})[日号]?|月份?|)$",
    re.ASCII,
)
_COMPACT = re.compile(r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})?$", re.ASCII)
_DASHES = str.maketrans({"—": "-", "–": "-", "−": "-", "－": "-", "―": "-", "~": "-", "～": "-"})
_MONTH_DAY = re.compile(r"^(?:(?P<month>\d{1,2})[月./])?(?P<day>\d{1,2})[日号]?$", re.ASCII)
_MONTH = re.compile(r"^(?:(?P<year>\d{4}|\d{2})[年./-])?(?P<month>\d{1,2})月份?$", re.ASCII)
_MONTHS_END = re.compile(r"^(?P<year>(?:19|20)\d{2})年(?:(?P<month>\d{1,2})月)?[底末]$")
_WEEKDAY = re.compile(r"[（(]?(?:星期|周)[一二三四五六日天][)）]?")
_NOTE = re.compile(r"\((?:[^()\d]*|(?:共|公示)?\d+个?(?:工作)?[天日])\)$")
_SPACED = re.compile(r"\s*(\d{4})\s+(\d{1,2})\s+(\d{1,2})\s*")
_WORDS = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日号]|$)")
# 2020.5 typed into a cell is a number; 2020.1 may have been 2020.10.
_YEAR_POINT_MONTH = re.compile(r"^((?:19|20)\d{2})\.(0[1-9]|[2-9]|1[12])$")
_AMERICAN = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$", re.ASCII)
_MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ENGLISH = (
    re.compile(r"^(?P<day>\d{1,2})[-/,.]?(?P<month>[A-Za-z]{3})[a-z]*[-/,.]?(?P<year>\d{4})$", re.ASCII),
    re.compile(r"^(?P<month>[A-Za-z]{3})[a-z]*[-/.]?(?P<day>\d{1,2})[-/,.](?P<year>\d{4})$", re.ASCII),
)
_VAGUE = re.compile(r"[上中下]旬|[上下]半|季|年[初中]|[底末]|左右|前后|前|后|约")
NIL = frozenset({"", "-", "--", "/", "无", "無", "未", "空"})


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
    text = _plain(value)
    if text in NIL:
        return None
    if re.fullmatch(r"\d+(\.0+)?", text, re.ASCII):
        return _of_number(float(text) if len(text) < 20 else 0.0)
    match = _PARTS.match(text)
    if match is None:
        return _in_another_order(text)
    if match["day"] is None and match["mark"] != "年" and not text.endswith(("月", "月份")) and len(match["year"]) != 4:
        raise ValueError("日期不完整，请把年、月、日写全")
    if match["mark"] in ",、\\" and (len(match["year"]) != 4 or match["day"] is None):
        raise ValueError("日期写法认不出")
    if re.fullmatch(r"\d{4}\.1", text, re.ASCII):
        raise ValueError("分不清是 1 月还是 10 月，请写成几年几月")
    return _day(match["year"], match["month"], match["day"])


def _plain(value: str) -> str:
    """A written day without its time, weekday and note, its words as digits: 二〇二〇年五月二十七日（星期三） as 2020年5月27日."""
    value = clean(seen(value))
    text = _SPACED.sub(r"\1-\2-\3", value) if _SPACED.fullmatch(value) else value
    text = narrow(_CLOCK.sub("", text)).translate(_DASHES).strip("'‘’。.,;")
    text = _NOTE.sub("", _WEEKDAY.sub("", text))
    return _WORDS.sub(_in_digits, years_in_digits(text))


def _in_digits(match: re.Match[str]) -> str:
    value = number_in_words(match[0])
    return match[0] if value is None or value > 31 else str(value)


def _in_another_order(text: str) -> date:
    """5/27/2020 and 27/5/2020 where only one reading gives a day, 27-May-2020, May 27, 2020."""
    american = _AMERICAN.match(text)
    if american:
        first, second, year = american.groups()
        if (int(first) > 12) == (int(second) > 12) and first != second:
            raise ValueError("分不清哪个是月、哪个是日，请写成几年几月几日")
        month, day = (second, first) if int(first) > 12 else (first, second)
        return _day(year, month, day)
    for pattern in _ENGLISH:
        match = pattern.match(text)
        if match and match["month"].lower() in _MONTHS:
            return _day(match["year"], str(_MONTHS[match["month"].lower()]), match["day"])
    raise ValueError(_what_is_missing(text))


def _what_is_missing(text: str) -> str:
    if re.fullmatch(r"\d{1,2}[月./-]\d{1,2}[日号]?", text) or re.fullmatch(r"\d{1,2}月份?", text):
        return "没有写年份，请把年、月、日写全"
    if re.fullmatch(r"(?:19|20)\d{2}年度?", text):
        return "只写了年份，请把月、日也写上"
    return "不是确定的日期，请写明是哪一天" if _VAGUE.search(text) else "日期写法认不出"


def _of_number(value: float) -> date:
    point = _YEAR_POINT_MONTH.match(repr(value))
    if point:
        return _day(point[1], point[2], None)
    if value != value or abs(value) > 1e9 or (value != int(value) and not _SERIALS[0] <= value <= _SERIALS[1]):
        raise ValueError("不是日期")
    whole = int(value)
    if _SERIALS[0] <= whole <= _SERIALS[1]:
        return _EPOCH + timedelta(days=whole)
    match = _COMPACT.match(str(whole))
    if match is None:
        is_year = 1900 <= whole <= 2099
        raise ValueError("只写了年份，请把月、日也写上" if is_year else "日期写法认不出，可能少了数字")
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
    text = re.sub(r"^(?:公示)?(?:时间)?[:：]?[自从由]?|(?:公示)?(?:止|结束)?$", "", _plain(value).strip("'。;"))
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
                raise ValueError("止日早于起日，跨年的请把年份写全")
            return start, end
    if re.search(r"^(?:\d{1,2}月)?\d{1,2}[日.]?.*[-至到]", text) and not re.match(r"\d{4}|\d{2}年", text):
        raise ValueError("没有写年份，请把年、月、日写全")
    day = read_date(text)
    return None if day is None else (day, day)


def _splits(text: str) -> list[tuple[str, str]]:
    """Ways to cut a text in two at a mark between days, the plainest first."""
    for mark in ("至", "到", "--", "起"):
        if mark in text:
            first, _, last = text.partition(mark)
            return [(first, last.strip("-"))]
    places = [m.start() for m in re.finditer("-", text)][:12]
    middle = sorted(places, key=lambda place: abs(place - len(text) / 2))
    return [(text[:place], text[place + 1 :]) for place in middle]


def _end_of_range(text: str, start: date | None) -> date | None:
    """The end's day; where it leaves out the year or the month, they are the start's. A month ends with its last day."""
    if start is None:
        return None
    month = _MONTH.match(text)
    if month:
        year = _day(month["year"], month["month"], None).year if month["year"] else start.year
        return _last_day(year, int(month["month"]))
    short = _MONTH_DAY.match(text)
    if short:
        return _day(str(start.year), short["month"] or str(start.month), short["day"])
    compact = re.fullmatch(r"(\d{2})(\d{2})", text, re.ASCII)  # 20200601-0607
    if compact:
        return _day(str(start.year), compact[1], compact[2])
    return read_date(text)


def _last_day(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError("没有这一天")
    return date(year, month, calendar.monthrange(year, month)[1])


def read_year(value: Any) -> int | None:
    """The year in a cell: 2019, '2019年', '2019年度', 2019-12, a date. None for a blank cell.

    Raises:
        ValueError: there is none, or more than one.
    """
    if value is None:
        return None
    if isinstance(value, (date, datetime)):
        return value.year
    text = years_in_digits(
        narrow(f"{value:.0f}" if isinstance(value, float) and value.is_integer() else seen(str(value)))
    )
    if text in NIL:
        return None
    if re.fullmatch(r"\d{5}", text, re.ASCII):
        return _of_number(float(text)).year
    years = set(re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", text)) or set(re.findall(r"^(?:19|20)\d{2}", text))
    if len(years) != 1:
        raise ValueError("不止一个年份，请只写一个" if years else "年份认不出，请写成四位数的年份")
    return int(years.pop())


def read_deadline(value: Any) -> date | None:
    """A day by which something is due: a date, also as 2020年10月31日前, 2020年10月底, 2020年底. None for a blank cell.

    Raises:
        ValueError: no whole date can be read from it.
    """
    if not isinstance(value, str):
        return read_date(value)
    text = re.sub(r"(?:之前|以前|前)$", "", _plain(value))
    ending = _MONTHS_END.match(text)
    return read_date(text) if ending is None else _last_day(int(ending["year"]), int(ending["month"] or 12))
