"""Checks over the rows of one file that belong together."""

from __future__ import annotations

from typing import Any

import polars as pl

from ingest.checks.rows import Finding, Kind, Rows, hits, is_off
from ingest.numbers import plain
from ingest.series import SCALE, scaled, unscaled


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


def _bad_groups(check: dict[str, Any], rows: Rows, names: list[str]) -> pl.DataFrame:
    """The keys of groups in which a cell of one of these names has an issue of its own: nothing is said of those."""
    bad = pl.Series([False] * rows.frame.height)
    for name in names:
        bad |= rows.is_bad(name)
    return rows.frame.filter(bad).select(check["group"]).unique()


def _rows_per_group(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """Each row of a group states how many there are. Where all rows state the same wrong number the first is told,
    else each that states another than their number."""
    groups = _grouped(check, rows).with_columns(
        count=pl.len().over(check["group"]),
        stated=rows.number(check["field"]).gather(_grouped(check, rows)["position"]),
    )
    groups = groups.drop_nulls("stated").with_columns(
        kinds=pl.col("stated").n_unique().over(check["group"]), first=pl.col("position").min().over(check["group"])
    )
    wrong = groups.filter(
        (pl.col("stated") != pl.col("count") * SCALE)
        & ((pl.col("kinds") > 1) | (pl.col("position") == pl.col("first")))
    )
    return [Finding(r["position"], str(r["count"])) for r in wrong.sort("position").iter_rows(named=True)]


def _one_per_group(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """Exactly one row of each group meets the conditions; a group with an unreadable cell there is left out."""
    every = {key: value for key, value in check.items() if key != "when"}
    position = pl.Series("met", hits(rows.where(check)), dtype=pl.UInt32)
    groups = _grouped(every, rows).with_columns(met=pl.col("position").cast(pl.UInt32).is_in(position.implode()))
    unclear = _bad_groups(check, rows, [condition["field"] for condition in check.get("when", ())])
    groups = groups.join(unclear, on=check["group"], how="anti").with_columns(
        count=pl.col("met").sum().over(check["group"]),
        first=pl.col("position").min().over(check["group"]),
        first_met=pl.col("position").filter(pl.col("met")).min().over(check["group"]),
    )
    none = (pl.col("count") == 0) & (pl.col("position") == pl.col("first"))
    again = (pl.col("count") > 1) & pl.col("met") & (pl.col("position") != pl.col("first_met"))
    numbers, found = rows.frame["row_no"], []
    for r in groups.filter(none | again).sort("position").iter_rows(named=True):
        first = str(numbers[r["first_met"]]) if r["first_met"] is not None else ""
        found.append(Finding(r["position"], str(r["count"]), first))
    return found


def _sum_per_group_equals(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The sum of field over a group is what the group's rows state as their total (the first that states one)."""
    groups = _grouped(check, rows)
    unclear = _bad_groups(check, rows, [check["field"], check["total_field"]])
    groups = groups.with_columns(
        amount=rows.number(check["field"]).gather(groups["position"]),
        stated=rows.number(check["total_field"]).gather(groups["position"]),
    ).join(unclear, on=check["group"], how="anti")
    sums = (
        groups.sort("position")
        .group_by(check["group"], maintain_order=True)
        .agg(total=pl.col("amount").sum(), stated=pl.col("stated").drop_nulls().first(), first=pl.col("position").min())
    )
    return [
        Finding(r["first"], plain(unscaled(r["total"])), plain(unscaled(r["stated"])))
        for r in sums.drop_nulls("stated").sort("first").iter_rows(named=True)
        if is_off(unscaled(r["total"]), unscaled(r["stated"]), check)
    ]


def _same_in_group(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """field is the same on all rows of a group that give it; told where it differs from the first of them."""
    groups = _grouped(check, rows)
    groups = groups.with_columns(value=rows.frame[check["field"]].gather(groups["position"])).drop_nulls("value")
    groups = groups.sort("position").with_columns(
        first=pl.col("position").first().over(check["group"]), same=pl.col("value").first().over(check["group"])
    )
    numbers = rows.frame["row_no"]
    return [
        Finding(r["position"], rows.shown(check["field"], r["first"]), str(numbers[r["first"]]))
        for r in groups.filter(pl.col("value") != pl.col("same")).iter_rows(named=True)
    ]


KINDS = {
    "unique_per_group": Kind(_unique_per_group, ("group",)),
    "cap_per_group": Kind(_cap_per_group, ("group", "field")),
    "rows_per_group": Kind(_rows_per_group, ("group", "field")),
    "one_per_group": Kind(_one_per_group, ("group", "when")),
    "sum_per_group_equals": Kind(_sum_per_group_equals, ("group", "field", "total_field")),
    "same_in_group": Kind(_same_in_group, ("group", "field")),
}
