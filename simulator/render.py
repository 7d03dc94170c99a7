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


def _decimal_unit(column: Column, row: Row) -> str:
    if column.field != "accepted_qty":
        return column.unit
    if row.values.get("area_mu") is not None:
        return "亩"
    return {"牛": "头", "羊": "只", "小家禽": "只"}.get(str(row.values.get("_product")), "户")


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
        if field == "amount_yuan" and style.has_notes:
            return lambda row: (
                row.raw[field] or None if field in row.raw else _noted(row, money(row.values[field]), style)
            )
        plainly = lambda row: None if row.values[field] is None else money(row.values[field])  # noqa: E731
    elif column.kind in ("int", "decimal"):
        plainly = lambda row: (  # noqa: E731
            None if row.values[field] is None else number_cell(row.values[field], how, _decimal_unit(column, row))
        )
    elif column.kind == "date":
        plainly = lambda row: row.values[field] and date_cell(row.values[field], style.date_style)  # noqa: E731
    elif column.kind == "range":
        plainly = lambda row: row.values[field] and range_cell(row.values[field], style.date_style)  # noqa: E731
    elif column.kind == "flag":
        plainly = lambda row: _flag(row.values[field], column, style.flag_style)  # noqa: E731
    elif column.kind == "code" and style.code_as_number and not style.kind.startswith("csv"):
        plainly = lambda row: int(row.values[field])  # noqa: E731
    elif column.kind == "phone" and style.phone_as_number:
        is_csv = style.kind.startswith("csv")
        plainly = lambda row: f"{row.values[field]}.0" if is_csv else int(row.values[field])  # noqa: E731
    elif field == "exit_year" and style.code_as_number:
        plainly = lambda row: int(row.values[field]) if str(row.values[field]).isdigit() else row.values[field]  # noqa: E731
    elif field == "village_name":
        plainly = lambda row: village_text(row.values["_village"], style.village_style)  # noqa: E731
    elif field == "head_name" and style.has_wide_person:
        plainly = lambda row: _spaced(row.values[field])  # noqa: E731
    elif column.kind == "extra":
        plainly = lambda row: _extra(field, row)  # noqa: E731
    else:
        plainly = lambda row: row.values.get(field)  # noqa: E731

    def write(row: Row) -> Cell:
        raw = row.raw.get(field)
        return plainly(row) if raw is None else (raw or None)

    return write


def _noted(row: Row, cell: Cell, style: Style) -> Cell:
    """Every ninth amount or so with a note of what part of it is for; the note's number is no part of the amount."""
    amount = row.values["amount_yuan"]
    if amount <= 20000 or crc32(str(row.values["project_name"]).encode()) % 9:
        return cell
    text = plain(cell) if isinstance(cell, Decimal) else str(cell)
    part = plain(in_unit(Decimal(10000), style.money_unit["amount_yuan"]))
    return f"{text}(其中,灾情因素{part}{'万元' if style.money_unit['amount_yuan'] == 'wan' else '元'})"


def _spaced(name: str | None) -> str | None:
    """Two-letter names with a full-width space between, as rosters align them."""
    return f"{name[0]}\u3000{name[1]}" if name and len(name) == 2 else name


_EXTRA_WORDS = {
    "民族": ("汉族", "汉族", "汉族", "汉族", "回族", "东乡族", "藏族"), "性别": ("男", "女"), "开户行": ("农村信用联社", "邮储银行"),
    "距县城(公里)": ("12", "35", "8.5"), "驻村帮扶单位": ("县教育局", "县交通局", "县财政局"),
    "村支部书记": ("王建国", "马志强", "张平"), "集体资产总额说明": ("已清产核资", "正在核实"),
    "注册商标": ("无", "有"), "主管部门": ("县农经站", "县供销社"), "招标方式": ("公开招标", "邀请招标", "直接委托"),
    "项目负责人": ("李强", "赵明", "杨军"), "联络人": ("何平", "陈丽"), "协作单位": ("县供销社", "省供销集团"),
}  # fmt: skip


def _extra(field: str, row: Row) -> Cell:
    words = _EXTRA_WORDS[field.removeprefix("extra:")]
    return words[crc32(f"{field}{row.group}{row.part}".encode()) % len(words)]
