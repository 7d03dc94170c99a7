"""Checks of a row's words, dates, places and persons."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ingest.checks.rows import Finding, Kind, Rows, hits
from ingest.columns import birth_date_of, sex_of
from ingest.numbers import plain
from ingest.series import scaled
from ingest.text import narrow


def _in_list(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is one of the values, where it is given."""
    value = rows.frame[check["field"]]
    return [
        Finding(i)
        for i in hits(rows.where(check) & value.is_not_null() & ~value.is_in(check["values"]).fill_null(False))
    ]


def _flag_matches(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The flag says whether the sum of the others, less that of `minus`, reaches the minimum; all of them given."""
    minimum = rows.limit(check["minimum"])
    amount = sum((rows.number(name) for name in check["other"][1:]), start=rows.number(check["other"][0]))
    for name in check.get("minus", ()):
        amount = amount - rows.number(name)
    reached = amount >= scaled(minimum)
    wrong = rows.where(check) & (rows.frame[check["field"]] != reached)
    return [Finding(i, "是" if reached[i] else "否", plain(minimum)) for i in hits(wrong)]


def _needed(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is given; a file without the column is asked only with even_without_column."""
    name = check["field"]
    if not rows.has(name) and not check.get("even_without_column", False):
        return []
    return [Finding(i) for i in hits(rows.where(check) & rows.frame[name].is_null() & ~rows.is_bad(name))]


def _must_be(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is the value; a blank fails unless blank_passes. A file without the column is not asked."""
    name, value = check["field"], check["value"]
    if not rows.has(name):
        return []
    wrong = rows.where(check) & ~rows.equals(name, value) & ~rows.is_bad(name)
    if check.get("blank_passes", False):
        wrong &= rows.frame[name].is_not_null()
    expected = ("是" if value else "否") if isinstance(value, bool) else str(value)
    return [Finding(i, expected) for i in hits(wrong)]


# ----------------------------------------------------------------------------------------------------------- dates
def _not_before(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The date is not before any of the others that is given; the sentence names the latest of those."""
    day, usable, latest = (
        rows.frame[check["field"]],
        rows.where(check),
        pl.Series([None] * rows.frame.height).cast(pl.Date),
    )
    for name in check["other"]:
        other = rows.frame[name]
        latest = pl.select(pl.max_horizontal(latest, other)).to_series()
    return [Finding(i, str(latest[i])) for i in hits(usable & (day < latest))]


def _within_days(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The date is at most maximum days after the other, and at least minimum; both given."""
    days = (rows.frame[check["field"]] - rows.frame[check["other"][0]]).dt.total_days()
    usable, found = rows.where(check), []
    for key, wrong in _outside(check, rows, days):
        found += [Finding(i, str(days[i]), plain(rows.limit(check[key]))) for i in hits(usable & wrong)]
    return sorted(found, key=lambda f: f.position)


def _outside(check: dict[str, Any], rows: Rows, values: pl.Series) -> list[tuple[str, pl.Series]]:
    """Which of a check's limits whole numbers miss, and where."""
    found = []
    if "minimum" in check:
        found.append(("minimum", values < float(rows.limit(check["minimum"]))))
    if "maximum" in check:
        found.append(("maximum", values > float(rows.limit(check["maximum"]))))
    return found


# --------------------------------------------------------------------------------------------- persons and places
def _sex_matches_id(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """男 or 女 agrees with the number of the person; the sentence can't name what the number says."""
    return [
        Finding(i)
        for i in hits(rows.where(check) & (rows.frame[check["field"]] != rows.frame[sex_of(check["other"][0])]))
    ]


def _age_between(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The person's age in whole years on the day lies within the limits; the sentence can name the limit missed only."""
    born, day = rows.frame[birth_date_of(check["other"][0])], rows.frame[check["at_date"]]
    had_birthday = (
        day.dt.month().cast(pl.Int64) * 100 + day.dt.day() >= born.dt.month().cast(pl.Int64) * 100 + born.dt.day()
    )
    age = day.dt.year().cast(pl.Int64) - born.dt.year() - (~had_birthday).cast(pl.Int64)
    usable, found = rows.where(check), []
    for key, wrong in _outside(check, rows, age):
        found += [Finding(i, limit=plain(rows.limit(check[key]))) for i in hits(usable & wrong)]
    return sorted(found, key=lambda f: f.position)


def _matches_region(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The text names what the reference data say of the county (天津 for 天津市); with when_none: fails, every text is
    wrong in a county that has none."""
    county = rows.context.places.counties.get(rows.county_code or "")
    if county is None:
        return []
    given = rows.where(check) & rows.frame[check["field"]].is_not_null()
    expected = county.attributes.get(check["attribute"], "")
    if not expected:
        return [Finding(i, "无") for i in hits(given)] if check.get("when_none") == "fails" else []
    word = narrow(expected).removesuffix("市")
    texts = rows.frame[check["field"]].to_list()
    names_it = np.array([text is not None and word in narrow(text) for text in texts], dtype=bool)
    return [Finding(i, expected) for i in hits(given & ~pl.Series(names_it))]


KINDS = {
    "in_list": Kind(_in_list, ("field", "values")),
    "flag_matches": Kind(_flag_matches, ("field", "other", "minimum")),
    "needed": Kind(_needed, ("field",)),
    "must_be": Kind(_must_be, ("field", "value")),
    "not_before": Kind(_not_before, ("field", "other")),
    "within_days": Kind(_within_days, ("field", "other")),
    "sex_matches_id": Kind(_sex_matches_id, ("field", "other")),
    "age_between": Kind(_age_between, ("other", "at_date")),
    "matches_region": Kind(_matches_region, ("field", "attribute")),
}
