"""What the readers of columns share: values by distinct cell, problems, and decimals as whole ten-thousandths.

A decimal is held as an int64 of ten-thousandths (`SCALE`): exact, fast, and what numeric(20,4) holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import polars as pl

from ingest import issues
from ingest.columns import Column
from ingest.personal import PrecisionLost

SCALE = 10_000
LONGEST = 500  # characters of a cell that says one thing: a name, a number, a day

Problem = tuple[str, str]  # code, sentence
Values = tuple[Any, ...]


@dataclass
class Written:
    """A number column as the county wrote it, before ranges are looked at: what stated totals are compared with.

    `values` in ten-thousandths of the kept unit, `readable` where there is a number, `decimals` in the written unit.
    """

    values: np.ndarray
    readable: np.ndarray
    decimals: int


@dataclass
class Parsed:
    """One column of the form read: its raw columns (decimals as ten-thousandths) and the rows with problems.

    `is_fraction`: a column of percentages that was read as fractions.
    """

    series: dict[str, pl.Series]
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    written: Written | None = None
    is_fraction: bool = False


POLARS_TYPES: dict[str, Any] = {
    "text": pl.String, "integer": pl.Int64, "boolean": pl.Boolean, "date": pl.Date, "numeric(20,4)": pl.Int64,
    "numeric(14,4)": pl.Int64, "numeric(9,4)": pl.Int64,
}  # fmt: skip


def empty_series(name: str, sql_type: str, length: int) -> pl.Series:
    """A column of nulls of a raw column's type (decimals as scaled whole numbers)."""
    return (
        pl.Series(name, [None], dtype=POLARS_TYPES[sql_type]).extend_constant(None, length - 1)
        if length
        else pl.Series(name, [], dtype=POLARS_TYPES[sql_type])
    )


def by_value(
    cells: list[Any], read: Callable[[Any], Values], width: int, longest: int = LONGEST
) -> tuple[list[list[Any]], list[tuple[int, Problem]]]:
    """Apply `read` once per distinct cell; its ValueErrors and problems become problems at each row that has it. A text
    of more than `longest` characters is a problem, and not read."""
    known: dict[Any, Values] = {}
    wrong: dict[Any, Problem] = {}
    nothing: Values = (None,) * width
    keys = list(map(cell_key, cells)) if bool in set(map(type, cells)) else cells
    different = set(keys)
    if len(different) * 2 > len(keys):  # hardly any value twice: looking values up would cost more than reading them
        rows = [_try(read, value, nothing, longest) for value in keys]
        columns = [[row[i] for row, _ in rows] for i in range(width)]
        return columns, [(i, problem) for i, (_, problem) in enumerate(rows) if problem is not None]
    for value in different:
        known[value], problem = _try(read, value, nothing, longest)
        if problem is not None:
            wrong[value] = problem
    columns = []
    for i in range(width):
        single = {value: found[i] for value, found in known.items()}
        columns.append([single[v] for v in keys])
    problems = [(i, wrong[v]) for i, v in enumerate(keys) if v in wrong] if wrong else []
    return columns, problems


def too_long(value: Any, longest: int = LONGEST) -> Problem | None:
    """The problem of a text that is longer than what its column could hold: reading it could take for ever."""
    if type(value) is not str or len(value) <= longest:
        return None
    return issues.TOO_LONG, f"这一格有 {len(value)} 字，太长，没有读取，请只填写这一列要求的内容"


def _try(read: Callable[[Any], Values], value: Any, nothing: Values, longest: int) -> tuple[Values, Problem | None]:
    long = too_long(value, longest)
    if long is not None:
        return nothing, long
    try:
        return read(value), None
    except PrecisionLost as error:
        return nothing, (issues.PRECISION_LOST, str(error))
    except Wrong as error:
        return nothing, (error.code, str(error))


def in_words(sentence: str) -> str:
    """The sentence, where it is one of ours; what Python says of a value it cannot read is none for a clerk."""
    return "内容认不出，请核对后重新填写" if sentence.isascii() else sentence


class Wrong(Exception):
    """A cell's problem: the code, and a sentence that does not repeat the cell."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(in_words(sentence))
        self.code = code


def cell_key(value: Any) -> Any:
    """True and 1.0 are one key to a dict: booleans go as words."""
    return ("TRUE" if value else "FALSE") if value is True or value is False else value


def scaled(number: Decimal) -> int:
    """A decimal in whole ten-thousandths, rounded half to even."""
    return int((number * SCALE).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def unscaled(value: int) -> Decimal:
    return Decimal(value) / SCALE


def example(column: Column) -> str:
    return f"，正确的写法如：{column.example}" if column.example else ""
