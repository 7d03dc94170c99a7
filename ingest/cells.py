"""Columns of cells to typed values: each distinct value is read once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from ingest import issues, owners, personal
from ingest.columns import Column
from ingest.dates import read_date, read_deadline, read_range, read_year
from ingest.headers import Mapped
from ingest.number_cells import numbers, pairs, quantities, range_sentence
from ingest.periods import read_period
from ingest.personal import PrecisionLost, TokenMaker
from ingest.series import LONGEST, POLARS_TYPES, Parsed, Values, Wrong, by_value, cell_key, example
from ingest.text import as_text, is_blank, narrow
from ingest.token_columns import read_tokens
from ingest.words import TICKS, WordList, read_flag

_DAY, _DAYS = "，正确的写法如：2020年5月27日", "，正确的写法如：2020年6月1日至2020年6月7日"
_LONGEST = {"text": 5000, "enum": 1000, "enum_list": 1000}  # characters
_NO_EXIT = frozenset("未退出 未出列 未脱贫 未摘帽 否 无 - -- 未 未整村退出".split())


def parse_column(
    mapped: Mapped, cells: list[Any], tokens: TokenMaker, year: int | None, derives: bool = False
) -> Parsed:
    """Read the cells of one mapped column (places apart). `year` is the period's, the latest that a date may have.

    `derives`: of an ID number also sex and birth date, for checks (`sex_of`, `birth_date_of`).
    """
    column = mapped.column
    if column.type in ("int", "decimal", "money", "percent"):
        return numbers(mapped, cells)
    if column.type == "quantity":
        return quantities(mapped, cells)
    if column.type == "pair":
        return pairs(mapped, cells)
    if column.type in ("id_number", "phone", "bank_account"):
        return read_tokens(column, cells, tokens, derives)
    if column.type == "person_or_body":
        return _owners(column, cells, tokens)
    reader = _READERS[column.type](column, cells, year)
    names = [c.name for c in column.raw_columns()]
    types = [POLARS_TYPES[c.sql_type] for c in column.raw_columns()]
    found, problems = by_value(cells, reader, len(names), _LONGEST.get(column.type, LONGEST))
    return Parsed(
        {n: pl.Series(n, v, dtype=t, strict=False) for n, v, t in zip(names, found, types, strict=True)}, problems
    )


def _owners(column: Column, cells: list[Any], tokens: TokenMaker) -> Parsed:
    """Bodies by their names, persons by surname and token."""

    def convert(value: Any) -> Values:
        text = as_text(value)
        if is_blank(text) or owners.is_body(text):
            return owners.public_name(text), None
        return owners.public_name(text), tokens.digest("name", owners.person_key(text))

    found, problems = by_value(cells, convert, 2)
    token = f"{column.field}_token"
    return Parsed(
        {
            column.field: pl.Series(column.field, found[0], dtype=pl.String),
            token: pl.Series(token, tokens.spell(found[1]), dtype=pl.String),
        },
        problems,
    )


# ---------------------------------------------------------------------------------------------- one value per cell
def _text(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    return lambda value: (personal.scrub(as_text(value)) or None,)


def _code(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    def read(value: Any) -> Values:
        try:
            return (personal.scrub_code(personal.digits_of(value)) or None,)
        except PrecisionLost:
            raise
        except ValueError as error:
            raise Wrong(issues.NOT_IN_LIST, str(error)) from None

    return read


def _name(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    return lambda value: (personal.mask_name(value),)


def _uscc(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    def read(value: Any) -> Values:
        try:
            return (personal.credit_code(value, column.prefix),)
        except PrecisionLost:
            raise
        except ValueError as error:
            raise Wrong(column.rule or issues.NOT_IN_LIST, str(error)) from None

    return read


def _date(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    def read(value: Any) -> Values:
        return (_checked_day(column, _try(read_date, value, issues.NOT_A_DATE, example(column) or _DAY), year),)

    return read


def _date_range(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    def read(value: Any) -> Values:
        days = _try(read_range, value, issues.NOT_A_DATE, example(column) or _DAYS)
        return (None, None) if days is None else tuple(_checked_day(column, day, year) for day in days)

    return read


def _period(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    def read(value: Any) -> Values:
        found = _try(read_period, value, issues.NOT_A_DATE, example(column))
        if found is None:
            return (None,) * 4
        return found.text, _checked_day(column, found.start, year), _checked_day(column, found.end, year), found.months

    return read


def _date_or_word(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    """A day, or one of the vocabulary's words for what has no day."""
    words = WordList.of(column)

    def read(value: Any) -> Values:
        if isinstance(value, str):
            try:
                word = words.find(value)
            except ValueError:
                word = None
            if word is not None:
                return None, word
        more = "，也不是" + "、".join(words.values) + example(column)
        return _checked_day(column, _try(read_deadline, value, issues.NOT_A_DATE, more), year), None

    return read


def _checked_day(column: Column, day: date | None, year: int | None) -> date | None:
    limits = column.range or {}
    earliest, last = limits.get("min"), limits.get("max")
    if day is not None and earliest and day < date.fromisoformat(str(earliest)):
        raise Wrong(issues.OUT_OF_RANGE, f"日期早于 {earliest}，请核对")
    if day is not None and last and day > date.fromisoformat(str(last)):
        raise Wrong(issues.OUT_OF_RANGE, f"日期晚于 {last}，请核对")
    if day is not None and year is not None and day.year > year + 1:
        raise Wrong(issues.OUT_OF_RANGE, f"日期晚于报告期（{year} 年），请核对")
    return day


def _year(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    return lambda value: (_checked_year(column, _try(read_year, value, issues.NOT_A_NUMBER, example(column))),)


def _exit_year(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    def read(value: Any) -> Values:
        if narrow(as_text(value)) in _NO_EXIT:
            found: Values = (None, False)
        else:
            stated = _checked_year(column, _try(read_year, value, issues.NOT_A_NUMBER, example(column)))
            found = (stated, None if stated is None else True)
        return found if column.flag else found[:1]

    return read


def _checked_year(column: Column, found: int | None) -> int | None:
    limits = column.range or {}
    if found is not None and not limits.get("min", found) <= found <= limits.get("max", found):
        raise Wrong(issues.OUT_OF_RANGE, range_sentence(column))
    return found


def _flag(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    """A required column in which only ticks stand means no where it is blank."""
    written = {narrow(as_text(v)) for v in set(map(cell_key, cells)) if not is_blank(v)}
    blank_is_no = column.refuses_row and bool(written) and written <= TICKS

    def read(value: Any) -> Values:
        found = _try(read_flag, value, issues.NOT_IN_LIST, "，如：是")
        return (False if found is None and blank_is_no else found,)

    return read


def _enum(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    words = WordList.of(column)

    def read(value: Any) -> Values:
        found = _try(words.find, value, issues.NOT_IN_LIST, "")
        return (found, personal.scrub(as_text(value)) or None) if column.as_written else (found,)

    return read


def _enum_list(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    words = WordList.of(column)

    def read(value: Any) -> Values:
        text = as_text(value)
        found = ";".join(_try(words.find_all, text, issues.NOT_IN_LIST, "")) or None
        return (found, personal.scrub(text) or None) if column.as_written else (found,)

    return read


def _status(column: Column, cells: list[Any], year: int | None) -> Callable[[Any], Values]:
    words = WordList.of(column)
    return lambda value: _try(words.find_with_year, value, issues.NOT_IN_LIST, "") or (None, None)


def _try(read: Callable[[Any], Any], value: Any, code: str, more: str) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise Wrong(code, str(error) + more) from None


_READERS: dict[str, Callable[[Column, list[Any], int | None], Callable[[Any], Values]]] = {
    "text": _text, "code": _code, "person_name": _name, "uscc": _uscc, "date": _date, "date_range": _date_range,
    "year": _year, "exit_year": _exit_year, "flag": _flag, "enum": _enum,
    "enum_list": _enum_list, "period": _period, "date_or_word": _date_or_word, "status_year": _status,
}  # fmt: skip
