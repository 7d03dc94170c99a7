"""The rows of one file as checks see them, and what a check finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from ingest.context import Context
from ingest.contracts import Contract
from ingest.numbers import plain
from ingest.series import SCALE, scaled, unscaled


@dataclass(frozen=True)
class Finding:
    """A row (position in the frame) that fails a check; texts for the sentence."""

    position: int
    expected: str = ""
    limit: str = ""


@dataclass
class Rows:
    """The rows of one file as checks see them. `bad` are positions per field that hold nothing usable.

    `present` are the form's fields that the file has a column for. A name may be a field or one of its raw columns
    (deadline or deadline_date).
    """

    frame: pl.DataFrame
    contract: Contract
    context: Context
    county_code: str | None
    year: int
    bad: dict[str, set[int]]
    present: set[str]

    @cached_property
    def _types(self) -> dict[str, str]:
        return {column.name: column.sql_type for column in self.contract.raw_columns()}

    def number(self, name: str) -> pl.Series:
        """A raw column in ten-thousandths, whatever its type."""
        series = self.frame[name]
        return series * SCALE if self._types[name] == "integer" else series

    def has(self, name: str) -> bool:
        """Whether the file has the column that a name belongs to."""
        return self.contract.field_of(name) in self.present

    def is_bad(self, name: str) -> pl.Series:
        """Rows whose cell of this name has an issue of its own."""
        marks = np.zeros(self.frame.height, dtype=bool)
        marks[list(self.bad.get(self.contract.field_of(name), ()))] = True
        return pl.Series(marks)

    def limit(self, threshold: Any) -> Decimal:
        return self.context.limit(threshold, self.county_code)

    def equals(self, name: str, value: Any) -> pl.Series:
        """Rows whose value is this one; blanks are none."""
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        same = self.number(name) == scaled(Decimal(str(value))) if is_number else self.frame[name] == value
        return same.fill_null(False)

    def among(self, name: str, values: list[Any]) -> pl.Series:
        """Rows whose value is one of these; blanks are none."""
        found = pl.Series(np.zeros(self.frame.height, dtype=bool))
        for value in values:
            found |= self.equals(name, value)
        return found

    def where(self, check: dict[str, Any]) -> pl.Series:
        """Rows that meet all of a check's conditions; a blank meets none but is_null."""
        found = pl.Series(np.ones(self.frame.height, dtype=bool))
        for condition in check.get("when", ()):
            if "parameter" in condition:
                found &= self.context.choice(condition, self.county_code) == condition["is"]
                continue
            name = condition["field"]
            if "is" in condition:
                found &= self.equals(name, condition["is"])
            if "in" in condition:
                found &= self.among(name, condition["in"])
            if "not_in" in condition:
                found &= self.frame[name].is_not_null() & ~self.among(name, condition["not_in"])
            if "is_null" in condition:
                found &= self.frame[name].is_null() & ~self.is_bad(name) if condition["is_null"] else (
                    self.frame[name].is_not_null()
                )  # fmt: skip
            if "below" in condition:
                found &= (self.number(name) < scaled(self.limit(condition["below"]))).fill_null(False)
            if "at_least" in condition:
                found &= (self.number(name) >= scaled(self.limit(condition["at_least"]))).fill_null(False)
            if "above" in condition:
                found &= (self.number(name) > scaled(self.limit(condition["above"]))).fill_null(False)
        return found

    def shown(self, name: str, position: int) -> str:
        """A value as a sentence shows it."""
        value = self.frame[name][position]
        if value is None:
            return "空"
        if isinstance(value, bool):
            return "是" if value else "否"
        return plain(unscaled(value)) if self._types[name].startswith("numeric") else str(value)


Check = Callable[[dict[str, Any], Rows], list[Finding]]


@dataclass(frozen=True)
class Kind:
    """A kind of check: what it does, and the keys that a contract must give it."""

    run: Check
    needs: tuple[str, ...]


def hits(mask: pl.Series) -> list[int]:
    """Positions where a mask holds, in order."""
    return [int(i) for i in np.flatnonzero(mask.fill_null(False).to_numpy())]


def rounded(value: int | float | Decimal) -> str:
    return plain(Decimal(str(value)))


def is_off(exact: Decimal, stated: Decimal, check: dict[str, Any]) -> bool:
    """Whether two numbers differ by more than a check's tolerance and by more than its tolerance in percent."""
    difference = abs(exact - stated)
    share = abs(exact) * Decimal(str(check.get("tolerance_pct", 0))) / 100
    return difference > max(Decimal(str(check.get("tolerance", 0))), share)
