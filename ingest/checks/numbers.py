"""Checks of a row's figures against each other, against bounds and against published standards."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from ingest.checks.rows import Finding, Kind, Rows, hits, is_off, rounded
from ingest.numbers import plain
from ingest.series import SCALE, scaled, unscaled

_DOUBTFUL = 1e14  # ten-thousandths; beyond it a product of doubles may be off by one


def _product_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field = product of the fields, over the divisor, within either tolerance. Doubles find the suspects, exact
    decimals judge them."""
    parts = [rows.number(name) for name in check["fields"]]
    result, divisor = rows.number(check["field"]), Decimal(str(check.get("divisor", 1)))
    product = pl.Series(np.full(rows.frame.height, SCALE / float(divisor)))
    for part in parts:
        product = product * (part.cast(pl.Float64) / SCALE)
    least = max(float(check.get("tolerance", 0)) * SCALE / 2, 0.5)
    is_off_roughly = (product - result.cast(pl.Float64)).abs() > least
    suspects = rows.where(check) & (is_off_roughly | (product.abs() > _DOUBTFUL))
    found = []
    for i in hits(suspects):
        exact = math.prod((unscaled(part[i]) for part in parts), start=Decimal(1)) / divisor
        if result[i] is not None and is_off(exact, unscaled(result[i]), check):
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
    return [Finding(i, plain(unscaled(total[i]))) for i in hits(wrong)]


def _difference_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field = the first field less the other, where all three are given."""
    expected = rows.number(check["fields"][0]) - rows.number(check["other"][0])
    wrong = (rows.number(check["field"]) - expected).abs() > scaled(Decimal(str(check.get("tolerance", 0))))
    return [Finding(i, plain(unscaled(expected[i]))) for i in hits(rows.where(check) & wrong)]


def _ratio_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field = fields[0] / other[0] x times, within the tolerance."""
    top, bottom = rows.number(check["fields"][0]), rows.number(check["other"][0])
    ratio = top.cast(pl.Float64) / bottom.cast(pl.Float64) * float(check.get("times", 1))
    stated = rows.number(check["field"]).cast(pl.Float64) / SCALE
    wrong = (bottom > 0) & ((stated - ratio).abs() > float(check.get("tolerance", 0)) + 1e-9)
    return [Finding(i, rounded(round(ratio[i], 2))) for i in hits(rows.where(check) & wrong)]


def _not_greater(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field <= sum of the others, all given."""
    bound = rows.number(check["other"][0])
    for name in check["other"][1:]:
        bound = bound + rows.number(name)
    wrong = rows.where(check) & (rows.number(check["field"]) > bound)
    return [Finding(i, limit=plain(unscaled(bound[i]))) for i in hits(wrong)]


def _at_least(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field >= minimum."""
    minimum = rows.limit(check["minimum"])
    wrong = rows.where(check) & (rows.number(check["field"]) < scaled(minimum))
    return [Finding(i, limit=plain(minimum)) for i in hits(wrong)]


def _suspicious_range(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """Above the maximum, or above nothing but below the minimum: mistaken units look like this."""
    value = rows.number(check["field"])
    low, high = scaled(rows.limit(check["minimum"])), scaled(rows.limit(check["maximum"]))
    return [Finding(i) for i in hits(rows.where(check) & ((value > high) | ((value > 0) & (value < low))))]


def _ratio_between(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """minimum <= field / other <= maximum, both given."""
    top, bottom = rows.number(check["field"]), rows.number(check["other"][0])
    low, high = rows.limit(check["minimum"]), rows.limit(check["maximum"])
    wrong = (top.cast(pl.Float64) < bottom * float(low)) | (top.cast(pl.Float64) > bottom * float(high))
    found = hits(rows.where(check) & wrong)
    return [Finding(i, rounded(round(top[i] / bottom[i], 1)) if bottom[i] else "无法计算") for i in found]


def _whole_number(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is a whole number, where it is given."""
    return [Finding(i) for i in hits(rows.where(check) & (rows.number(check["field"]) % SCALE != 0))]


def _needs_positive(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is more than nothing in rows that meet the conditions; a file without the column is not asked."""
    if not rows.has(check["field"]):
        return []
    lacks = (rows.number(check["field"]) <= 0).fill_null(True) & ~rows.is_bad(check["field"])
    limits = [c["below"] for c in check.get("when", ()) if "below" in c]
    limit = plain(rows.limit(limits[0])) if limits else ""
    return [Finding(i, limit=limit) for i in hits(rows.where(check) & lacks)]


def _matches_standard(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field equals the county's published amount for the product as written; products it does not list are let pass."""
    stated, key, found = rows.number(check["field"]), rows.frame[check["standard_key"]], []
    for i in hits(rows.where(check) & stated.is_not_null() & key.is_not_null()):
        standard = rows.context.standard(rows.county_code, rows.year, key[i], check["beneficiary"])
        if standard is not None and unscaled(stated[i]) != standard.amount:
            found.append(Finding(i, plain(standard.amount)))
    return found


def _not_above_cap(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field <= the smaller of each x per / per_size and maximum, times the count of objects; all that is named given.

    So a subsidy of at most 105000 yuan per 100 tonnes and 370000 yuan per store, for several stores in a row.
    """
    value, size = rows.number(check["field"]), Decimal(str(check.get("per_size", 1)))
    caps = [rows.limit(check[key]) for key in ("each", "maximum") if key in check]
    named = [rows.number(check[key]) for key in ("per", "times") if key in check]
    usable = rows.where(check) & value.is_not_null()
    for series in named:
        usable &= series.is_not_null()
    per = rows.number(check["per"]) if "per" in check else None
    times = rows.number(check["times"]) if "times" in check else None
    found = []
    for i in hits(usable):
        bounds = list(caps)
        if per is not None and "each" in check:
            bounds[0] = caps[0] * unscaled(per[i]) / size
        cap = min(bounds) * (unscaled(times[i]) if times is not None else 1)
        if unscaled(value[i]) > cap + Decimal(str(check.get("tolerance", 0))):
            found.append(Finding(i, limit=plain(cap)))
    return found


KINDS = {
    "product_equals": Kind(_product_equals, ("field", "fields")),
    "sum_equals": Kind(_sum_equals, ("field", "fields")),
    "difference_equals": Kind(_difference_equals, ("field", "fields", "other")),
    "ratio_equals": Kind(_ratio_equals, ("field", "fields", "other")),
    "not_greater": Kind(_not_greater, ("field", "other")),
    "at_least": Kind(_at_least, ("field", "minimum")),
    "suspicious_range": Kind(_suspicious_range, ("field", "minimum", "maximum")),
    "ratio_between": Kind(_ratio_between, ("field", "other", "minimum", "maximum")),
    "whole_number": Kind(_whole_number, ("field",)),
    "needs_positive": Kind(_needs_positive, ("field",)),
    "matches_standard": Kind(_matches_standard, ("field", "standard_key", "beneficiary")),
    "not_above_cap": Kind(_not_above_cap, ("field",)),
}
