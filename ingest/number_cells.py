"""Columns of numbers: plain numbers as whole arrays, everything else by distinct cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from ingest import issues
from ingest.columns import Column
from ingest.headers import Mapped
from ingest.numbers import PHONES, Number, NumberReader
from ingest.series import (
    SCALE,
    Parsed,
    Problem,
    Values,
    Written,
    Wrong,
    by_value,
    cell_key,
    example,
    in_words,
    scaled,
    too_long,
)
from ingest.text import bare_number, is_blank, narrow, seen

_PAIR = re.compile(r"(\d{1,9})户?[/、,，;-](\d{1,9})[人口]?|(\d{1,9})户(\d{1,9})[人口]")
_UNSAFE = 1e11  # beyond this, float arithmetic could miss a ten-thousandth
# What the raw columns can hold, in whole units.
_LIMITS = {"int": 2**31 - 1, "decimal": 10**10 - 1, "quantity": 10**10 - 1, "percent": 10**5 - 1, "money": 10**13}


def reader_of(mapped: Mapped) -> NumberReader:
    column = mapped.column
    return NumberReader(
        unit=column.unit,
        factor=mapped.factor,
        any_unit=column.unit is None,
        also=column.units,
    )


def numbers(mapped: Mapped, cells: list[Any]) -> Parsed:
    """Numbers as scaled int64 (whole numbers unscaled); floats in one go, everything else by distinct value."""
    mapped, is_fraction = _told_as_fractions(mapped, cells)
    column, reader = mapped.column, reader_of(mapped)
    kept, valid, rest = _fast_floats(cells, mapped.factor)
    problems: list[tuple[int, Problem]] = []
    cache: dict[Any, Number | Problem | None] = {}
    for i in rest:
        value = cell_key(cells[i])
        if value not in cache:
            try:
                cache[value] = too_long(value) or reader.read(value)
            except ValueError as error:
                cache[value] = (issues.NOT_A_NUMBER, in_words(str(error)) + example(column))
        found = cache[value]
        if isinstance(found, tuple):
            problems.append((i, found))
        elif found is not None:
            kept[i], valid[i] = scaled(found.kept), True
    decimals = max(reader.decimals, _decimals(kept[valid], mapped.factor))
    written = Written(kept.copy(), valid.copy(), decimals)
    if column.type == "int":
        broken = valid & (kept % SCALE != 0)
        problems += [(int(i), (issues.NOT_A_NUMBER, "应为整数" + example(column))) for i in np.flatnonzero(broken)]
        valid &= ~broken
    problems += _range_problems(column, kept, valid)
    if column.type == "int":
        kept = kept // SCALE
    series = pl.Series(column.field, kept)
    if not valid.all():
        series = pl.select(pl.when(pl.Series(valid)).then(series).otherwise(None)).to_series().alias(column.field)
    return Parsed({column.field: series}, sorted(problems), written, is_fraction)


def _told_as_fractions(mapped: Mapped, cells: list[Any]) -> tuple[Mapped, bool]:
    """A column of percentages that its contract lets be fractions, with the factor that its cells have.

    Fractions they are where no % is named and all bare numbers above nothing are at most `fractions_up_to`; a cell that
    says % itself is read as it says.
    """
    bound = mapped.column.fractions_up_to
    if bound is None or mapped.is_unit_written:
        return mapped, False
    plain_reader = NumberReader(unit=mapped.column.unit)
    values = []
    for value in {cell_key(v) for v in cells if bare_number(v)}:
        try:
            found = plain_reader.read(value)
        except ValueError:
            continue
        if found is not None and found.kept > 0:
            values.append(found.kept)
    if not values or max(values) > Decimal(str(bound)):
        return mapped, False
    return replace(mapped, factor=Decimal(100)), True


def _fast_floats(cells: list[Any], factor: Decimal) -> tuple[np.ndarray, np.ndarray, Iterable[int]]:
    """Scaled values of all cells that are plain numbers; the positions of the others that are not blank.

    A float times the unit times ten thousand that lies within a thousandth of a whole number is that number, as long
    as it is far from the limits of a double; what does not is left for exact decimals.
    """
    count = len(cells)
    kept, valid = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
    types = [type(v) for v in cells]
    plain = [t is float or (t is int and abs(v) < _UNSAFE) for t, v in zip(types, cells, strict=True)]
    places = [i for i, is_plain in enumerate(plain) if is_plain]
    numbers = np.array([cells[i] for i in places], dtype=np.float64)
    product = numbers * float(factor * SCALE)
    with np.errstate(invalid="ignore"):
        whole = np.rint(product)
        good = (np.abs(product) < _UNSAFE) & (np.abs(product - whole) < 1e-3)
        good &= (numbers < PHONES[0]) | (numbers >= PHONES[1])
    where = np.array(places, dtype=np.int64)
    kept[where[good]] = whole[good].astype(np.int64)
    valid[where[good]] = True
    rest = [i for i, is_plain in enumerate(plain) if not is_plain and cells[i] != "" and cells[i] is not None]
    return kept, valid, sorted(rest + where[~good].tolist())


def _decimals(values: np.ndarray, factor: Decimal) -> int:
    """Decimals, in the written unit, that the values need (0 to 8)."""
    if not len(values):
        return 0
    base = int(factor * SCALE) if factor * SCALE == int(factor * SCALE) else SCALE
    for decimals in range(9):
        step = base // 10**decimals
        if step == 0 or not (values % step).any():
            return decimals
    return 8


def _range_problems(column: Column, kept: np.ndarray, valid: np.ndarray) -> list[tuple[int, Problem]]:
    """C05 for values outside the contract's range; they are no longer valid."""
    limits = column.range or {}
    wrong = np.zeros(len(kept), dtype=bool)
    if "min" in limits:
        wrong |= valid & (kept < scaled(Decimal(str(limits["min"]))))
    if "max" in limits:
        wrong |= valid & (kept > scaled(Decimal(str(limits["max"]))))
    wrong |= valid & (np.abs(kept) > _LIMITS[column.type] * SCALE)
    if "above" in limits:
        wrong |= valid & (kept <= scaled(Decimal(str(limits["above"]))))
    valid &= ~wrong
    sentence = range_sentence(column)
    return [(int(i), (issues.OUT_OF_RANGE, sentence)) for i in np.flatnonzero(wrong)]


def range_sentence(column: Column) -> str:
    limits, unit = column.range or {}, column.unit or ""
    parts = []
    if "above" in limits:
        parts.append(f"大于 {limits['above']}{unit}")
    if "min" in limits:
        parts.append(f"不小于 {limits['min']}{unit}")
    if "max" in limits:
        parts.append(f"不大于 {limits['max']}{unit}")
    return "超出允许范围" + ("，应" + "且".join(parts) if parts else "，数字过大")


def quantities(mapped: Mapped, cells: list[Any]) -> Parsed:
    """A number whose unit stands in the header or the cell."""
    column = mapped.column
    parsed = numbers(mapped, cells)
    reader = NumberReader(unit=None, any_unit=True)
    units: dict[Any, str | None] = {}
    for value in {v for v in cells if isinstance(v, str)}:
        try:
            number = reader.read(value)
            units[value] = (number.unit if number else None) or mapped.unit
        except ValueError:
            units[value] = None
    written = [units[v] if isinstance(v, str) else mapped.unit for v in cells]
    name = f"{column.field}_unit"
    has_number = parsed.series[column.field].is_not_null().to_list()
    parsed.series[name] = pl.Series(
        name, [u if ok else None for u, ok in zip(written, has_number, strict=True)], dtype=pl.String
    )
    return parsed


def pairs(mapped: Mapped, cells: list[Any]) -> Parsed:
    """Two whole numbers in one cell: 320/1310, 320户1310人."""
    first, second = mapped.column.fields or ("", "")

    def read(value: Any) -> Values:
        if is_blank(value):
            return None, None
        match = _PAIR.fullmatch(narrow(_seen(value))) if isinstance(value, str) else None
        if match is None:
            raise Wrong(issues.NOT_A_NUMBER, "应写成“户数/人数”，如 320/1310")
        first_number, second_number = (g for g in match.groups() if g is not None)
        return int(first_number), int(second_number)

    found, problems = by_value(cells, read, 2)
    return Parsed(
        {first: pl.Series(first, found[0], dtype=pl.Int64), second: pl.Series(second, found[1], dtype=pl.Int64)},
        problems,
    )


def _seen(value: str) -> str:
    try:
        return seen(value)
    except ValueError as error:
        raise Wrong(issues.NOT_A_NUMBER, str(error)) from None


def written_number(mapped: Mapped, value: Any) -> Number | None:
    """The number in one cell of a column (for stated totals); None where there is none or it cannot be read."""
    try:
        return reader_of(mapped).read(value)
    except ValueError:
        return None
