"""A value as one county writes it into a cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from zlib import crc32

from simulator.places import Village
from simulator.rows import Column, Row
from simulator.style import Style

Cell = str | int | Decimal | date | None
_EXCEL_EPOCH = date(1899, 12, 30)


def plain(number: Decimal | int) -> str:
    """Digits without exponent or trailing zeros."""
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_unit(value: Decimal, unit: str) -> Decimal:
    """Yuan as the column's unit; exact (万元 with up to six decimals)."""
    return value / 10000 if unit == "wan" else value


def date_cell(day: date, style: str) -> Cell:
    """A day in one of the spellings that clerks use and no reader need guess."""
    if style == "cell":
        return day
    if style == "serial":
        return (day - _EXCEL_EPOCH).days
    if style == "slash":
        return f"{day.year}/{day.month}/{day.day}"
    if style == "chinese":
        return f"{day.year}年{day.month}月{day.day}日"
    if style == "dot":
        return f"{day.year}.{day.month:02d}.{day.day:02d}"
    if style == "short":
        return f"{day:%y-%m-%d}"
    if style == "compact":
        return f"{day:%Y%m%d}"
    return day.isoformat()


def range_cell(days: tuple[date, date], style: str) -> str:
    """A publicity period in one cell."""
    start, end = days
    if style == "chinese":
        return f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日"
    if style == "dot":
        return f"{start.year}.{start.month}.{start.day}-{end.year}.{end.month}.{end.day}"
    if style == "slash":
        return f"{start.year}/{start.month}/{start.day}-{end.year}/{end.month}/{end.day}"
    return f"{start.isoformat()}至{end.isoformat()}"


def number_cell(number: Decimal | int, how: str, unit_word: str = "") -> Cell:
    """A number as number, text, text with separators, or with its unit in the cell."""
    if how == "number":
        return number
    if how == "thousands":
        whole, _, fraction = plain(number).partition(".")
        grouped = f"{int(whole):,}" if whole not in ("-0",) else whole
        return f"{grouped}.{fraction}" if fraction else grouped
    if how == "with_unit":
        return f"{plain(number)}{unit_word}"
    return plain(number)


def village_text(village: Village, how: str) -> str:
    if how == "core":
        return village.core
    if how == "raw":
        return village.raw_name
    return f"{village.core}{'村' if how == 'village' else '村村民委员会'}"


def _flag(value: object, column: Column, how: str) -> Cell:
    if value is None:
        return None
    if how == "digits":
        return 1 if value else 2
    if how == "ticks":
        return "√" if value else ("×" if column.required else None)
    return "是" if value else "否"


def _unit(column: Column, row: Row) -> str:
    return column.unit_of(row) if column.unit_of else column.unit


def percent_cell(percent: Decimal, how: str) -> Cell:
    """6 as number, 6% as text or 0.06, as the column's header goes with it."""
    if how == "sign":
        return f"{plain(percent)}%"
    return Decimal(percent) / 100 if how == "fraction" else Decimal(percent)


def period_text(period: str, how: str) -> str:
    """'2019' and '2019H1' in a county's words."""
    year, _, half = period.partition("H")
    if not half:
        return {"long": f"{year}年", "full": f"{year}年度", "short": year}[how]
    words = {"1": "上半年", "2": "下半年"}[half]
    return f"{year}{words}" if how == "short" else f"{year}年{words}"


def money_writer(column: Column, style: Style) -> Callable[[Decimal], Cell]:
    """Yuan to the cell of a money column; totals are written by the same hand."""
    unit, how = style.money_unit[column.field], style.number_styles[column.field]
    word = "万元" if unit == "wan" else "元"
    return lambda value: number_cell(in_unit(value, unit), how, word)


def writer(column: Column, style: Style) -> Callable[[Row], Cell]:
    """The function that turns a row into the column's cell."""
    field, how = column.field, style.number_styles[column.field]
    plainly: Callable[[Row], Cell]
    if column.kind == "money":
        money = money_writer(column, style)
        if column.note_of and style.has_notes:
            return lambda row: (
                row.raw[field] or None if field in row.raw else _noted(column, row, money(row.values[field]), style)
            )
        plainly = lambda row: None if row.values[field] is None else money(row.values[field])  # noqa: E731
    elif column.kind in ("int", "decimal", "quantity"):
        plainly = lambda row: (  # noqa: E731
            None if row.values[field] is None else number_cell(row.values[field], how, _unit(column, row))
        )
    elif column.kind == "date":
        plainly = lambda row: _date(row.values[field], style.date_style)  # noqa: E731
    elif column.kind == "range":
        plainly = lambda row: row.values[field] and range_cell(row.values[field], style.date_style)  # noqa: E731
    elif column.kind == "flag":
        plainly = lambda row: _flag(row.values[field], column, style.flag_style)  # noqa: E731
    elif column.kind == "code" and style.code_as_number and not style.kind.startswith("csv"):
        plainly = lambda row: None if row.values[field] is None else int(row.values[field])  # noqa: E731
    elif column.kind == "phone" and style.phone_as_number:
        is_csv = style.kind.startswith("csv")
        plainly = lambda row: f"{row.values[field]}.0" if is_csv else int(row.values[field])  # noqa: E731
    elif column.kind == "year" and style.code_as_number:
        plainly = lambda row: int(row.values[field]) if str(row.values[field]).isdigit() else row.values[field]  # noqa: E731
    elif column.kind == "percent":
        share = style.percent_styles[field]
        plainly = lambda row: None if row.values[field] is None else percent_cell(row.values[field], share)  # noqa: E731
    elif column.kind == "period":
        plainly = lambda row: row.values[field] and period_text(row.values[field], style.period_words)  # noqa: E731
    elif column.kind == "pair":
        plainly = lambda row: _pair(column, row)  # noqa: E731
    elif column.kind == "list":
        plainly = lambda row: "、".join(row.values[field] or ()) or None  # noqa: E731
    elif field == "village_name":
        plainly = lambda row: village_text(row.values["_village"], style.village_style)  # noqa: E731
    elif column.kind == "person" and style.has_wide_person:
        plainly = lambda row: _spaced(row.values[field])  # noqa: E731
    elif column.kind == "extra":
        plainly = lambda row: _extra(column, row)  # noqa: E731
    else:
        plainly = lambda row: row.values.get(field)  # noqa: E731

    def write(row: Row) -> Cell:
        raw = row.raw.get(field)
        return plainly(row) if raw is None else (raw or None)

    return write


def _date(value: date | str | None, style: str) -> Cell:
    return date_cell(value, style) if isinstance(value, date) else (value or None)


def _pair(column: Column, row: Row) -> Cell:
    """``12/47``; nothing where both are missing."""
    values = [row.raw.get(field, row.values.get(field)) for field in column.pair]
    if all(value is None for value in values):
        return None
    return "/".join("" if value is None else str(value) for value in values)


def _noted(column: Column, row: Row, cell: Cell, style: Style) -> Cell:
    """The amount, with a note of what part of it is for; the note's number is no part of the amount."""
    note = column.note_of(row) if column.note_of else None
    if note is None:
        return cell
    unit = style.money_unit[column.field]
    text = plain(cell) if isinstance(cell, Decimal) else str(cell)
    return f"{text}(其中,{note[0]}{plain(in_unit(note[1], unit))}{'万元' if unit == 'wan' else '元'})"


def _spaced(name: str | None) -> str | None:
    """Two-letter names with a full-width space between, as rosters align them."""
    return f"{name[0]}\u3000{name[1]}" if name and len(name) == 2 else name


def _extra(column: Column, row: Row) -> Cell:
    """One of the words that the form gives for the column (they stand in ``short``)."""
    return column.short[crc32(f"{column.field}{row.group}{row.part}".encode()) % len(column.short)]
