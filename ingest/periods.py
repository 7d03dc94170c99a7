"""Periods as people write them: of a whole report in its titles, and of a payment in a cell."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ingest.chinese_numbers import number_in_words, years_in_digits
from ingest.text import narrow, seen

_FILING = r"(?:填报|填表|报出|制表|报送|上报|填制)(?:日期|时间)"
_FILED = re.compile(rf"{_FILING}\s*[:：]?\s*((?:19|20)\d{{2}})")
_FILED_ANY = re.compile(rf"{_FILING}\s*[:：]?\s*(?:[\d年月日/.\-\s]*)")
_DAY = r"(?P<y>20\d{2})[年./-](?P<m>\d{1,2})[月./-](?P<d>\d{1,2})(?!\d)"
_CLOSING_DAY = re.compile(rf"(?:截止|截至|截)(?:日期|时间)?[:：]?到?{_DAY}")
_FILING_DAY = re.compile(rf"{_FILING}[:：]?{_DAY}")
_BATCH = re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,2})批次?")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_Y = r"(?P<y>20\d{2})"
# Each pattern with what it stands for; the first that matches a text decides.
_PERIODS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (rf"(?:截止|截至|截)到?{_Y}(?:年|[-./])(?P<m>\d{{1,2}})(?:月|[-./]|(?!\d))", "month"),
        (rf"{_Y}年?度?第?(?P<q>[一二三四1-4])季度", "quarter"),
        (rf"{_Y}年?(?P<h>上|下)半年", "half"),
        (rf"{_Y}年1(?:月?[-—~至到]|月[至到])(?P<m>\d{{1,2}})月", "from_january"),
        (rf"{_Y}年(?P<m>\d{{1,2}})月", "month"),
        (rf"(?<!\d){_Y}[-./](?P<m>\d{{1,2}})(?![\d年])", "month"),
        (rf"(?<!\d){_Y}(?P<m>0[1-9]|1[0-2])(?!\d)", "month"),
        (rf"{_Y}年", "year"),
        (rf"(?<!\d){_Y}(?!\d)", "year"),
    )
)


@dataclass(frozen=True)
class Period:
    """A reporting period: '2020', '2020-06', '2020H1', '2020Q2', with its first and last day."""

    text: str
    start: date
    end: date

    @property
    def is_year(self) -> bool:
        return len(self.text) == 4

    @property
    def months(self) -> int:
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1


def period_in(text: str) -> Period | None:
    """The period that a text states; a stated closing day (截止2020年6月30日) goes before anything else."""
    key = years_in_digits(narrow(text))
    key = _FILED_ANY.sub(" ", key)
    key = re.sub(r"20\d{2}年?[-—~至到](?=20\d{2})", "", key)
    for pattern, kind in _PERIODS:
        match = pattern.search(key)
        if match is None:
            continue
        found = _period(kind, int(match["y"]), match.groupdict())
        if found is not None:
            return found
    return None


def _period(kind: str, year: int, parts: dict[str, str | None]) -> Period | None:
    if kind == "quarter":
        number = _QUARTERS[parts["q"] or "1"]
        return _span(f"{year}Q{number}", year, 3 * number - 2, 3 * number)
    if kind == "half":
        number = 1 if parts["h"] in ("上", "1") else 2
        return _span(f"{year}H{number}", year, 6 * number - 5, 6 * number)
    if kind == "year":
        return _span(str(year), year, 1, 12)
    month = int(parts["m"] or 0)
    if not 1 <= month <= 12:
        return None
    if kind == "from_january" and month in (3, 6, 12):
        return _span({3: f"{year}Q1", 6: f"{year}H1", 12: str(year)}[month], year, 1, month)
    return _span(f"{year}-{month:02d}", year, month, month)


def _span(text: str, year: int, first_month: int, last_month: int) -> Period:
    return Period(text, date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1]))


def batches_in(text: str) -> set[int]:
    """The numbers of the batches (第二批, 第3批) that a text names."""
    found = set()
    for match in _BATCH.finditer(narrow(text)):
        number = Decimal(match[1]) if match[1].isascii() else number_in_words(match[1])
        if number is not None and 0 < number < 100:
            found.add(int(number))
    return found


def closing_period(text: str) -> Period | None:
    """The period of a 截止… in a text, None without one."""
    key = narrow(text)
    match = _PERIODS[0][0].search(key)
    return _period("month", int(match["y"]), match.groupdict()) if match else None


def day_stated(text: str) -> date | None:
    """The day that a text says it speaks of: that of 截止…, else that of 填报日期; None without one, or where there is no
    such day."""
    key = years_in_digits(narrow(text))
    for pattern in (_CLOSING_DAY, _FILING_DAY):
        for match in pattern.finditer(key):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:  # 2020年2月30日
                continue
    return None


def filing_year(text: str) -> Period | None:
    """The year of 填报日期, for a file that states no period anywhere."""
    match = _FILED.search(narrow(text))
    return _span(match[1], int(match[1]), 1, 12) if match else None


_CELL = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (rf"{_Y}年?", "year"),
        (rf"{_Y}年?[-.]?[hH](?P<h>[12])", "half"),
        (rf"{_Y}年?(?P<h>上|下)半年", "half"),
        (rf"{_Y}年?[-.]?[qQ](?P<q>[1-4])", "quarter"),
        (rf"{_Y}年?第?(?P<q>[一二三四1-4])季度?", "quarter"),
        (rf"{_Y}(?:年|[-./])(?P<m>\d{{1,2}})月?", "month"),
        (rf"{_Y}(?P<m>0[1-9]|1[0-2])", "month"),
        (rf"{_Y}年?(?P<m>\d{{1,2}})月?[-至到](?P<n>\d{{1,2}})月", "months"),
        (rf"{_Y}年?[-至到](?P<z>20\d{{2}})年?", "years"),
        (rf"{_Y}[年./-](?P<m>\d{{1,2}})月?[-至到](?P<z>20\d{{2}})[年./-](?P<n>\d{{1,2}})月?", "months"),
    )
)
_NIL = frozenset({"", "-", "--", "/", "无", "無", "空"})
_CELL_WORDS = re.compile(r"分红|红利|股红|收益|全年|年份|(?<=年)度")
_UNKNOWN = "分红期、报告期写法认不出，请写成 2020年、2020年下半年 或 2020年6月"
_CELL_DASHES = str.maketrans({"—": "-", "–": "-", "−": "-", "－": "-", "~": "-", "～": "-"})


def read_period(value: Any) -> Period | None:
    """The period in a cell: 2019, 2019年度, 2019年上半年, 2020H1, 2019年第三季度, 2020年6月, 2019年7-12月, a day that
    Excel made of a month. None for a blank cell.

    Months that make a quarter, half or year are that one; others are told by their ends (2019-03/2019-11).

    Raises:
        ValueError: it is none of these, or ends before it begins.
    """
    if value is None:
        return None
    if isinstance(value, (date, datetime)):
        return _span(f"{value.year}-{value.month:02d}", value.year, value.month, value.month)
    if isinstance(value, float):
        if not value.is_integer():  # 2019.1 may have been 2019.10
            raise ValueError(_UNKNOWN)
        value = int(value)
    text = narrow(seen(str(value))).translate(_CELL_DASHES).strip("'。.,;")
    if text in _NIL:
        return None
    text = years_in_digits(text)
    text = re.sub(r"(?<=\d{4})\.0$", "", _CELL_WORDS.sub("", text).removesuffix("期"))
    for pattern, kind in _CELL:
        match = pattern.fullmatch(text)
        if match is not None:
            found = _of_cell(kind, match.groupdict())
            if found is None:
                break
            return found
    raise ValueError(_UNKNOWN)


def _of_cell(kind: str, parts: dict[str, str | None]) -> Period | None:
    year = int(parts["y"] or 0)
    if kind not in ("months", "years"):
        return _period(kind, year, parts)
    last_year = int(parts.get("z") or year)
    first, last = (int(parts["m"] or 0), int(parts["n"] or 0)) if kind == "months" else (1, 12)
    if not (1 <= first <= 12 and 1 <= last <= 12) or (last_year, last) < (year, first):
        return None
    return _named_span(year, first, last_year, last)


def _named_span(year: int, first: int, last_year: int, last: int) -> Period:
    """A run of months under its usual name, where it has one."""
    end = date(last_year, last, calendar.monthrange(last_year, last)[1])
    length = (last_year - year) * 12 + last - first + 1
    if year == last_year and length == 1:
        text = f"{year}-{first:02d}"
    elif year == last_year and length in (3, 6, 12) and (first - 1) % length == 0:
        text = {3: f"{year}Q{(first + 2) // 3}", 6: f"{year}H{(first + 5) // 6}", 12: str(year)}[length]
    elif first == 1 and last == 12:
        text = f"{year}/{last_year}"
    else:
        text = f"{year}-{first:02d}/{last_year}-{last:02d}"
    return Period(text, date(year, first, 1), end)
