"""The columns of a blank workbook: which of the form's there are, their headers, units, widths and number formats."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from ingest.columns import Column
from ingest.contracts import Contract
from ingest.text import header_key, split_brackets
from ingest.units import factor, is_unit

# Kept as text, so that no program rounds a long number or makes a date of 12/31
TEXT_TYPES = frozenset(
    "township village places text code id_number phone bank_account person_name person_or_body uscc enum enum_list "
    "status_year flag date_range period".split()
)
REQUIRED = ("recognise", "row")
_DAY, _TEXT, _GENERAL = "yyyy-mm-dd", "@", "General"
_WIDTHS = {
    "serial": 6, "township": 12, "village": 14, "id_number": 21, "uscc": 21, "bank_account": 22, "phone": 14,
    "person_name": 11, "person_or_body": 26, "places": 26, "date": 12, "date_range": 25, "date_or_word": 13,
    "flag": 9, "year": 9, "exit_year": 10, "percent": 10, "money": 13, "code": 17, "text": 18, "period": 14,
}  # fmt: skip
_LEAST, _MOST = 8, 30


def columns_of(contract: Contract) -> list[Column]:
    """The columns to fill in. Two numbers in one cell (320/1310) are left out: each has a column of its own."""
    return [column for column in contract.columns if column.type != "pair"]


def is_required(column: Column) -> bool:
    """Whether each row has to fill the column in."""
    return column.required in REQUIRED


def unit_of(column: Column) -> str | None:
    """The unit in which the column is filled in; None where it has none."""
    return column.written_unit or column.unit or ("%" if column.type == "percent" else None)


def other_units(column: Column) -> list[str]:
    """Units of the same size as the column's that its header does not show (只 beside 头)."""
    unit = unit_of(column)
    return [u for u in column.units if unit and u != unit and "/" not in u and factor(u, unit) == 1]


def header_of(column: Column) -> str:
    """The header as the workbook prints it: a star where it must be filled in, and the unit."""
    unit = unit_of(column)
    is_said = any(is_unit(part) for part in split_brackets(header_key(column.header))[1])
    bracket = f"({unit})" if unit and not is_said else ""
    return f"{'*' if is_required(column) else ''}{column.header}{bracket}"


def in_written_unit(column: Column, value: float | str) -> Decimal:
    """A bound of the contract, which counts in the unit that is kept, in the unit that is filled in."""
    unit = unit_of(column)
    rate = factor(unit, column.unit) if unit and column.unit else None
    return Decimal(str(value)) / (rate or Decimal(1))


def number_format(column: Column) -> str:
    """The cells' number format: text for words and long numbers, days as 2020-05-27."""
    if column.type in TEXT_TYPES:
        return _TEXT
    if column.type in ("date", "date_or_word"):
        return _DAY
    if column.type == "int":
        return "0"
    if column.type == "money" and unit_of(column) == "元":
        return "#,##0.00"
    return _GENERAL


def breadth(text: str) -> int:
    """How many narrow characters wide a text is: a Chinese one counts as two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def width_of(column: Column) -> int:
    """The column's width in narrow characters: its values' usual one, the words of its list, half of its header."""
    words = max((breadth(value) for value, _ in column.vocabulary), default=0)
    wanted = max(_WIDTHS.get(column.type, 10), words + 4, -(-breadth(header_of(column)) // 2) + 2)
    return max(_LEAST, min(_MOST, wanted))
