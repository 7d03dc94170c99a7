"""The checks that contracts name: each kind once, over whole columns.

Numbers are compared as exact ten-thousandths. A check looks only at rows whose inputs are readable: a wrong cell has
its own issue already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
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

    `present` are the form's fields that the file has a column for.
    """

    frame: pl.DataFrame
    contract: Contract
    context: Context
    county_code: str | None
    year: int
    bad: dict[str, set[int]]
    present: set[str]

    def number(self, name: str) -> pl.Series:
        """A field in ten-thousandths, whatever its type."""
        series = self.frame[name]
        column = self.contract.by_field.get(name)
        return series * SCALE if column is not None and column.type in ("int", "year", "exit_year") else series

    def is_bad(self, name: str) -> pl.Series:
        marks = np.zeros(self.frame.height, dtype=bool)
        for position in self.bad.get(name, ()):
            marks[position] = True
        return pl.Series(marks)

    def limit(self, threshold: Any) -> Decimal:
        return self.context.limit(threshold, self.county_code)

    def where(self, check: dict[str, Any]) -> pl.Series:
        """Rows that meet all of a check's conditions."""
        found = pl.Series(np.ones(self.frame.height, dtype=bool))
        for condition in check.get("when", ()):
            name = condition["field"]
            if "is" in condition:
                found &= (self.frame[name] == condition["is"]).fill_null(False)
            if "in" in condition:
                found &= self.frame[name].is_in(condition["in"]).fill_null(False)
            if "below" in condition:
                found &= (self.number(name) < scaled(self.limit(condition["below"]))).fill_null(False)
            if "at_least" in condition:
                found &= (self.number(name) >= scaled(self.limit(condition["at_least"]))).fill_null(False)
        return found


def run(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The rows that fail a check, in their order."""
    if not rows.frame.height:
        return []
    return _KINDS[check["kind"]](check, rows)


def sentence(check: dict[str, Any], finding: Finding, rows: Rows) -> str:
    """The check's sentence with the row's own figures; it names no personal field."""
    values: dict[str, Any] = {"expected": finding.expected, "limit": finding.limit}
    for name in rows.frame.columns:
        if "{" + name + "}" in check["message"]:
            values[name] = _shown(rows, name, finding.position)
    return str(check["message"].format_map(values))


def _shown(rows: Rows, name: str, position: int) -> str:
    value = rows.frame[name][position]
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    column = rows.contract.by_field.get(name)
    if column is not None and column.type in ("money", "decimal", "percent", "quantity"):
        return plain(unscaled(value))
    return str(value)


def _hits(mask: pl.Series) -> list[int]:
    return [int(i) for i in np.flatnonzero(mask.fill_null(False).to_numpy())]


def _number(value: int | float | Decimal) -> str:
    return plain(Decimal(str(value)))


# ----------------------------------------------------------------------------------------------------- row checks
def _product_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field = product of the two fields, within the tolerance. Doubles find the suspects, whole numbers judge them."""
    a, b = (rows.number(name) for name in check["fields"])
    result, tolerance = rows.number(check["field"]), Decimal(str(check.get("tolerance", 0)))
    product = a.cast(pl.Float64) * b.cast(pl.Float64) / SCALE
    suspects = rows.where(check) & ((product - result.cast(pl.Float64)).abs() > max(float(tolerance) * SCALE / 2, 0.5))
    found = []
    for i in _hits(suspects):
        exact = unscaled(a[i]) * unscaled(b[i])
        if abs(exact - unscaled(result[i])) > tolerance:
            found.append(Finding(i, plain(exact)))
    return found


def _sum_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field = sum of fields, where at least one of them is given; blanks count as nothing.

    Left out where a column that the form needs is missing from the file, and in rows with an unreadable part.
    """
    needed = [n for n in check["fields"] if rows.contract.by_field[n].required in ("recognise", "row", "complete")]
    if not set(needed) <= rows.present or not set(check["fields"]) & rows.present:
        return []
    total, given, usable = None, None, rows.where(check)
    for name in check["fields"]:
        part = rows.number(name)
        total = part.fill_null(0) if total is None else total + part.fill_null(0)
        given = part.is_not_null() if given is None else given | part.is_not_null()
        usable &= ~rows.is_bad(name)
    assert total is not None and given is not None
    stated = rows.number(check["field"])
    wrong = usable & given & ((stated - total).abs() > scaled(Decimal(str(check.get("tolerance", 0)))))
    return [Finding(i, plain(unscaled(total[i]))) for i in _hits(wrong)]


def _difference_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field = the first field less the other, where all three are given."""
    expected = rows.number(check["fields"][0]) - rows.number(check["other"][0])
    wrong = (rows.number(check["field"]) - expected).abs() > scaled(Decimal(str(check.get("tolerance", 0))))
    return [Finding(i, plain(unscaled(expected[i]))) for i in _hits(rows.where(check) & wrong)]


def _ratio_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field = fields[0] / other[0] x times, within the tolerance."""
    top, bottom = rows.number(check["fields"][0]), rows.number(check["other"][0])
    ratio = top.cast(pl.Float64) / bottom.cast(pl.Float64) * float(check.get("times", 1))
    stated = rows.number(check["field"]).cast(pl.Float64) / SCALE
    wrong = (bottom > 0) & ((stated - ratio).abs() > float(check.get("tolerance", 0)) + 1e-9)
    return [Finding(i, _number(round(ratio[i], 2))) for i in _hits(rows.where(check) & wrong)]


def _not_greater(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field <= sum of the others, all given."""
    bound = rows.number(check["other"][0])
    for name in check["other"][1:]:
        bound = bound + rows.number(name)
    wrong = rows.where(check) & (rows.number(check["field"]) > bound)
    return [Finding(i, limit=plain(unscaled(bound[i]))) for i in _hits(wrong)]


def _at_least(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field >= minimum."""
    minimum = rows.limit(check["minimum"])
    wrong = rows.where(check) & (rows.number(check["field"]) < scaled(minimum))
    return [Finding(i, limit=plain(minimum)) for i in _hits(wrong)]


def _suspicious_range(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """Above the maximum, or above nothing but below the minimum: mistaken units look like this."""
    value = rows.number(check["field"])
    low, high = scaled(rows.limit(check["minimum"])), scaled(rows.limit(check["maximum"]))
    return [Finding(i) for i in _hits(rows.where(check) & ((value > high) | ((value > 0) & (value < low))))]


def _ratio_between(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """minimum <= field / other <= maximum, both given."""
    top, bottom = rows.number(check["field"]), rows.number(check["other"][0])
    low, high = rows.limit(check["minimum"]), rows.limit(check["maximum"])
    wrong = (top.cast(pl.Float64) < bottom * float(low)) | (top.cast(pl.Float64) > bottom * float(high))
    found = _hits(rows.where(check) & wrong)
    return [Finding(i, _number(round(top[i] / bottom[i], 1)) if bottom[i] else "无法计算") for i in found]


def _in_list(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is one of the values, where it is given."""
    value = rows.frame[check["field"]]
    return [
        Finding(i)
        for i in _hits(rows.where(check) & value.is_not_null() & ~value.is_in(check["values"]).fill_null(False))
    ]


def _flag_matches(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The flag says whether other[0] reaches the minimum."""
    minimum = rows.limit(check["minimum"])
    reached = rows.number(check["other"][0]) >= scaled(minimum)
    wrong = rows.where(check) & (rows.frame[check["field"]] != reached)
    return [Finding(i, "是" if reached[i] else "否", plain(minimum)) for i in _hits(wrong)]


def _needs_positive(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is more than nothing in rows that meet the conditions; a file without the column is not asked."""
    if check["field"] not in rows.present:
        return []
    lacks = (rows.number(check["field"]) <= 0).fill_null(True) & ~rows.is_bad(check["field"])
    limits = [c["below"] for c in check.get("when", ()) if "below" in c]
    limit = plain(rows.limit(limits[0])) if limits else ""
    return [Finding(i, limit=limit) for i in _hits(rows.where(check) & lacks)]


def _matches_standard(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field equals the county's published amount for the product as written; products it does not list are let pass."""
    stated, key, found = rows.number(check["field"]), rows.frame[check["standard_key"]], []
    for i in _hits(rows.where(check) & stated.is_not_null() & key.is_not_null()):
        standard = rows.context.standard(rows.county_code, rows.year, key[i], check["beneficiary"])
        if standard is not None and unscaled(stated[i]) != standard.amount:
            found.append(Finding(i, plain(standard.amount)))
    return found


# --------------------------------------------------------------------------------------------------- group checks
def _grouped(check: dict[str, Any], rows: Rows) -> pl.DataFrame:
    """Positions and group keys of the rows that meet the conditions and have a whole key."""
    names = check["group"]
    frame = rows.frame.select(names).with_row_index("position").filter(rows.where(check))
    return frame.drop_nulls(names)


def _unique_per_group(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The second and later rows of a group; the sentence names the first one's row."""
    groups = _grouped(check, rows).with_columns(first=pl.col("position").min().over(check["group"]))
    again = groups.filter(pl.col("position") != pl.col("first"))
    numbers = rows.frame["row_no"]
    pairs = zip(again["position"].to_list(), again["first"].to_list(), strict=True)
    return [Finding(i, str(numbers[first])) for i, first in sorted(pairs)]


def _cap_per_group(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """Sum of field over a group, and plus_max once, within the cap: the smaller of maximum and each x per, or the
    county's published cap. All rows of the group fail together."""
    groups = _grouped(check, rows)
    cap = None
    if check.get("standard") == "household_cap":
        cap = rows.context.household_cap(rows.county_code, rows.year, check["beneficiary"])
        if cap is None:
            return []
    elif "maximum" in check:
        cap = rows.limit(check["maximum"])
    place = groups["position"]
    groups = groups.with_columns(
        amount=rows.number(check["field"]).gather(place),
        extra=rows.number(check["plus_max"]).gather(place) if "plus_max" in check else pl.lit(0),
        per=rows.number(check["per"]).gather(place) if "per" in check else pl.lit(SCALE),
    )
    sums = groups.group_by(check["group"]).agg(
        total=pl.col("amount").sum() + pl.col("extra").max().fill_null(0), per=pl.col("per").max()
    )
    bound = pl.lit(scaled(cap)) if cap is not None else pl.lit(None, dtype=pl.Int64)
    if "each" in check:
        bound = pl.min_horizontal(bound, pl.col("per") * scaled(rows.limit(check["each"])) // SCALE)
        sums = sums.filter(pl.col("per").is_not_null())
    sums = sums.with_columns(cap=bound).filter(pl.col("total") > pl.col("cap"))
    failed = groups.select("position", *check["group"]).join(sums, on=check["group"], how="inner").sort("position")
    return [
        Finding(r["position"], plain(unscaled(r["total"])), plain(unscaled(r["cap"])))
        for r in failed.iter_rows(named=True)
    ]


_KINDS: dict[str, Callable[[dict[str, Any], Rows], list[Finding]]] = {
    "product_equals": _product_equals, "sum_equals": _sum_equals, "difference_equals": _difference_equals,
    "ratio_equals": _ratio_equals, "not_greater": _not_greater, "at_least": _at_least,
    "suspicious_range": _suspicious_range, "ratio_between": _ratio_between, "in_list": _in_list,
    "flag_matches": _flag_matches, "needs_positive": _needs_positive, "matches_standard": _matches_standard,
    "cap_per_group": _cap_per_group, "unique_per_group": _unique_per_group,
}  # fmt: skip
