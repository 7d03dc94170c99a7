"""Strategies of valid cells, column by column of a contract: each with what the raw table must hold for it.

Written without the reader's parsers; check characters are computed here anew. All persons and numbers are made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ingest.columns import Column
from ingest.personal import TokenMaker

LAST_DAY = date(2020, 6, 30)
_FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")
_NAMES = st.text(alphabet="兴农富民惠众源盛安康和顺", min_size=3, max_size=6)


@dataclass(frozen=True)
class Cell:
    """A cell as a clerk writes it and the raw columns that it must become; `amount` is the number in the written unit."""

    written: Any
    raw: dict[str, Any]
    amount: Decimal | None = None


@dataclass(frozen=True)
class Setting:
    """What the layout says of all cells: the token key, and how many yuan one written unit of money is."""

    tokens: TokenMaker
    yuan: int


def cells(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    """Valid cells of a column, never blank."""
    return _STRATEGIES[column.type](column, setting)


def blank(column: Column) -> Cell:
    return Cell(None, {raw.name: None for raw in column.raw_columns()})


# ------------------------------------------------------------------------------------------------------------- numbers
def _limits(column: Column) -> tuple[Decimal, Decimal]:
    limits = column.range or {}
    low = Decimal(str(limits.get("min", limits.get("above", 0))))
    return max(low, Decimal(0)), min(Decimal(str(limits.get("max", 100_000))), Decimal(100_000))


def _number(column: Column, step: Decimal) -> st.SearchStrategy[Decimal]:
    """Multiples of a step within the contract's range; above nothing where nothing is not allowed."""
    low, high = _limits(column)
    first = int(low / step) + (1 if "above" in (column.range or {}) else 0)
    return st.integers(first, max(first, int(high / step))).map(lambda n: n * step)


def _spellings(number: Decimal, unit: str) -> st.SearchStrategy[Any]:
    """Ways to write a number: as a number, as text, with separators, in full width, with its unit or a note."""
    text = f"{number:f}"
    ways = [text, f"{number:,f}", f" {text} ", text.translate(_FULL_WIDTH), f"{text}（含附加）", f"'{text}"]
    ways += [f"{text}{unit}", f"{text} {unit}", f"{text}{unit}(其中,灾情因素6{unit})"] if unit else []
    return st.one_of(st.just(float(number)), st.just(float(number)), st.sampled_from(ways))


def _int(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(number: Decimal) -> st.SearchStrategy[Cell]:
        ways = [st.just(int(number)), _spellings(number, column.unit or "")]
        if 0 < number < 10:
            ways.append(st.just("零一二三四五六七八九"[int(number)]))
        return st.one_of(ways).map(lambda w: Cell(w, {column.field: int(number)}, number))

    return _number(column, Decimal(1)).flatmap(spelled)


def _decimal(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(number: Decimal) -> st.SearchStrategy[Cell]:
        return _spellings(number, column.unit or "").map(lambda w: Cell(w, {column.field: number}, number))

    return _number(column, Decimal("0.01")).flatmap(spelled)


def _money(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    unit = 10_000 if "万元" in column.header else setting.yuan

    def spelled(yuan: Decimal) -> st.SearchStrategy[Cell]:
        amount = yuan / unit
        return _spellings(amount, {1: "元", 10_000: "万元"}[unit]).map(lambda w: Cell(w, {column.field: yuan}, amount))

    return _number(column, Decimal("0.01")).flatmap(spelled)


def _percent(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(number: Decimal) -> st.SearchStrategy[Cell]:
        return st.sampled_from([f"{number}%", f"{number}％", float(number)]).map(
            lambda w: Cell(w, {column.field: number}, number)
        )

    low, high = _limits(column)
    return (
        st.integers(int(low * 100) + 1, int(min(high, Decimal(100)) * 100))
        .map(lambda n: n / Decimal(100))
        .flatmap(spelled)
    )


def _quantity(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(number: Decimal) -> st.SearchStrategy[Cell]:
        return st.sampled_from(["头", "亩", "只", "箱"]).map(
            lambda unit: Cell(f"{number:f}{unit}", {column.field: number, f"{column.field}_unit": unit}, number)
        )

    return _number(column, Decimal("0.1")).flatmap(spelled)


# ---------------------------------------------------------------------------------------------------------------- days
def _days(column: Column) -> st.SearchStrategy[date]:
    first = date.fromisoformat(str((column.range or {}).get("min", "2018-01-01")))
    return st.dates(max(first, date(2000, 1, 1)), LAST_DAY)


def _day_spellings(day: date) -> st.SearchStrategy[Any]:
    y, m, d = day.year, day.month, day.day
    written = [
        f"{y}年{m}月{d}日",
        f"{y}-{m:02d}-{d:02d}",
        f"{y}.{m}.{d}",
        f"{y}/{m}/{d}",
        f"{y}{m:02d}{d:02d}",
        f"{y} 年 {m} 月 {d} 日",
    ]
    written += [
        f"{y}-{m:02d}-{d:02d} 00:00:00",
        f"{y}年{m}月{d}日".translate(_FULL_WIDTH),
        f"{y}年{m}月{d}日（星期{'一二三四五六日'[day.weekday()]}）",
    ]
    serial = (day - date(1899, 12, 30)).days
    return st.one_of(st.just(day), st.just(serial), st.just(float(serial)), st.sampled_from(written))


def _date(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    return _days(column).flatmap(lambda day: _day_spellings(day).map(lambda w: Cell(w, {column.field: day})))


def _date_range(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(start: date, length: int) -> st.SearchStrategy[Cell]:
        end = min(start + timedelta(days=length), date(start.year, 12, 31))
        first, last = f"{start.year}年{start.month}月{start.day}日", f"{end.month}月{end.day}日"
        ways = [f"{first}至{end.year}年{last}", f"{first}-{last}", f"自{first}起至{last}止", f"{start:%Y.%m.%d}-{end:%Y.%m.%d}",
                f"{start:%Y-%m-%d} 至 {end:%Y-%m-%d}", f"{start:%Y%m%d}-{end:%Y%m%d}", f"{first}~{last}"]  # fmt: skip
        raw = {f"{column.field}_start_date": start, f"{column.field}_end_date": end}
        return st.sampled_from(ways).map(lambda w: Cell(w, raw))

    return st.tuples(_days(column), st.integers(0, 20)).flatmap(lambda pair: spelled(*pair))


def _date_or_word(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    day, text = f"{column.field}_date", f"{column.field}_text"
    words = st.sampled_from([value for value, _ in column.vocabulary]).map(lambda w: Cell(w, {day: None, text: w}))
    days = _date(column, setting).map(lambda cell: Cell(cell.written, {day: cell.raw[column.field], text: None}))
    return st.one_of(words, days)


def _year(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    limits = column.range or {}
    return st.integers(limits.get("min", 2015), min(limits.get("max", 2020), 2020)).flatmap(
        lambda y: st.sampled_from([y, float(y), f"{y}年", f"{y}年度", str(y)]).map(lambda w: Cell(w, {column.field: y}))
    )


def _exit_year(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    flag = column.flag
    years = _year(column, setting).map(lambda c: Cell(c.written, c.raw | ({flag: True} if flag else {})))
    none = Cell("未退出", {column.field: None} | ({flag: False} if flag else {}))
    return st.one_of(years, st.just(none))


def _period(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def of(year: int) -> st.SearchStrategy[Cell]:
        halves = [(f"{year}年度", f"{year}", (1, 1), (12, 31), 12), (f"{year}年上半年", f"{year}H1", (1, 1), (6, 30), 6),
                  (f"{year}H2", f"{year}H2", (7, 1), (12, 31), 6), (f"{year}年第三季度", f"{year}Q3", (7, 1), (9, 30), 3),
                  (f"{year}年1-6月", f"{year}H1", (1, 1), (6, 30), 6), (f"{year}年3月", f"{year}-03", (3, 1), (3, 31), 1)]  # fmt: skip

        def cell(written: str, text: str, start: tuple[int, int], end: tuple[int, int], months: int) -> Cell:
            raw = {column.field: text, f"{column.field}_months": months}
            raw |= {f"{column.field}_start_date": date(year, *start), f"{column.field}_end_date": date(year, *end)}
            return Cell(written, raw)

        return st.sampled_from([cell(*half) for half in halves])

    return st.integers(2018, 2019).flatmap(of)


# --------------------------------------------------------------------------------------------------------------- words
def _words(column: Column) -> st.SearchStrategy[tuple[str, str]]:
    """(as written, value of the list); a word that stands under two values is left out."""
    every = [w for value, synonyms in column.vocabulary for w in (value, *synonyms)]
    return st.sampled_from(
        [
            (w, value)
            for value, synonyms in column.vocabulary
            for w in (value, *synonyms)
            if every.count(w) == 1 or w == value
        ]
    )


def _enum(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    extra = column.as_written
    return _words(column).map(lambda p: Cell(p[0], {column.field: p[1]} | ({extra: p[0]} if extra else {})))


def _enum_list(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def joined(pairs: list[tuple[str, str]]) -> Cell:
        text = "、".join(w for w, _ in pairs)
        kept = ";".join(dict.fromkeys(value for _, value in pairs))
        return Cell(text, {column.field: kept} | ({column.as_written: text} if column.as_written else {}))

    return st.lists(_words(column), min_size=1, max_size=3).map(joined)


def _status_year(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    name = f"{column.field}_year"
    plain = _words(column).map(lambda p: Cell(p[0], {column.field: p[1], name: None}))
    years = st.integers(2014, 2019).map(lambda y: Cell(f"已脱贫（{y}年）", {column.field: "已脱贫", name: y}))
    return st.one_of(plain, years)


def _flag(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    words = {"是": True, "有": True, "√": True, "☑是□否": True, "否": False, "无": False, "×": False, "未": False}
    return st.sampled_from(list(words)).map(lambda w: Cell(w, {column.field: words[w]}))


def _text(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    return _NAMES.map(lambda text: Cell(text, {column.field: text}))


def _code(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    numbers = st.integers(10_001, 99_999)
    return st.one_of(
        numbers.map(lambda n: Cell(float(n), {column.field: str(n)})),
        numbers.map(lambda n: Cell(f"a{n}", {column.field: f"A{n}"})),
    )


# ------------------------------------------------------------------------------------------------- persons and bodies
def citizen_number(serial: int, day: date) -> str:
    """A made-up number of 18 characters with the check character of GB 11643."""
    first = f"621121{day:%Y%m%d}{serial % 1000:03d}"
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(first))
    return first + "10X98765432"[total % 11]


def credit_code(prefix: str, serial: int) -> str:
    """A made-up code of 18 characters with the check character of GB 32100."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    first = f"{prefix or '91'}621121MA{serial % 10_000_000:07d}"
    total = sum(signs.index(sign) * (3**place % 31) for place, sign in enumerate(first))
    return first + signs[-total % 31]


def _masked(value: str) -> str:
    return "****" + value[-4:]


def _person_name(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    return st.sampled_from(["赵某某", "钱 某", "孙　某", "欧阳某某", "才让·某某"]).map(
        lambda w: Cell(w, {f"{column.field}_masked": w[0] + "**"})
    )


def _id_number(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(number: str) -> st.SearchStrategy[Cell]:
        raw = {f"{column.field}_token": setting.tokens.token("id", number), f"{column.field}_mask": _masked(number)}
        ways = [
            number,
            number.lower(),
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"'{number}",
            number + "\n",
            number.translate(_FULL_WIDTH),
        ]
        ways += [f"{number}（户主）", number[:14] + "\n" + number[14:]]
        return st.sampled_from(ways).map(lambda w: Cell(w, raw))

    return st.builds(citizen_number, st.integers(0, 999), st.dates(date(1950, 1, 1), date(2003, 12, 31))).flatmap(
        spelled
    )


def _phone(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(number: str) -> st.SearchStrategy[Cell]:
        raw = {
            f"{column.field}_token": setting.tokens.token("phone", number),
            f"{column.field}_mask": f"{number[:3]}****{number[-4:]}",
        }
        ways = [
            number,
            float(number),
            f"{number[:3]} {number[3:7]} {number[7:]}",
            f"+86{number}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
        ]
        return st.sampled_from(ways).map(lambda w: Cell(w, raw))

    return st.integers(13_300_000_000, 13_399_999_999).map(str).flatmap(spelled)


def _bank_account(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    def spelled(number: str) -> st.SearchStrategy[Cell]:
        raw = {f"{column.field}_token": setting.tokens.token("bank", number), f"{column.field}_mask": _masked(number)}
        return st.sampled_from([number, f"{number[:4]} {number[4:8]} {number[8:]}", f"'{number}"]).map(
            lambda w: Cell(w, raw)
        )

    return (
        st.integers(6_210_000_000_000_000_001, 6_210_999_999_999_999_999)
        .filter(lambda n: n % 10_000)
        .map(str)
        .flatmap(spelled)
    )


def _uscc(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    return st.integers(0, 9_999_999).map(lambda n: credit_code(column.prefix or "", n)).flatmap(
        lambda code: st.sampled_from([code, code.lower(), f"{code[:4]} {code[4:]}"]).map(lambda w: Cell(w, {column.field: code}))
    )  # fmt: skip


def _person_or_body(column: Column, setting: Setting) -> st.SearchStrategy[Cell]:
    name, token = column.field, f"{column.field}_token"
    bodies = _NAMES.map(lambda text: Cell(f"{text}农民专业合作社", {name: f"{text}农民专业合作社", token: None}))
    persons = st.sampled_from(["赵某某", "钱某"]).map(
        lambda w: Cell(w, {name: w[0] + "**", token: setting.tokens.token("name", w)})
    )
    return st.one_of(bodies, persons)


_STRATEGIES: dict[str, Callable[[Column, Setting], st.SearchStrategy[Cell]]] = {
    "int": _int, "decimal": _decimal, "money": _money, "percent": _percent, "quantity": _quantity, "date": _date,
    "date_range": _date_range, "date_or_word": _date_or_word, "year": _year, "exit_year": _exit_year, "period": _period,
    "enum": _enum, "enum_list": _enum_list, "status_year": _status_year, "flag": _flag, "text": _text, "code": _code,
    "person_name": _person_name, "id_number": _id_number, "phone": _phone, "bank_account": _bank_account, "uscc": _uscc,
    "person_or_body": _person_or_body,
}  # fmt: skip
