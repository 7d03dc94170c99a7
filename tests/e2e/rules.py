"""What was injected into a province and what a night caught of it, rule by rule.

A rule is found where it belongs: at its cell (`ops.issues`), at either side of a contradiction between forms
(`mart_cross_checks`), or at the county and form that are out of bounds as a whole (`ops.gate_violations`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from warehouse.connect import connect
from warehouse.settings import Settings

RULES = frozenset(
    "R01 R02 R03 R04 R05 R06 R07 R08 R09 R10 R11 R12 R13 R14 R15 R16 R17 R18 R19 R20 R21 R22 R23 R24 R25 R30 R31 R32 R33 "
    "R34 R40 R41 R42 R43 R44 R45 R46 R47 R48 R50 R51 R52 R60 R61 R62 R63 R64 R65 R66 R67 R68 R69 R70 R71 R72 R73".split()
)
"""The programme's data-quality rules."""

Place = tuple[Any, ...]


@dataclass
class Tally:
    """Of one rule: places where it was broken, of these the ones that were caught, and places named without cause."""

    injected: int = 0
    caught: int = 0
    missed: list[Place] = field(default_factory=list)
    false_alarms: list[Place] = field(default_factory=list)


def tally(settings: Settings, truth: dict[str, Any]) -> dict[str, Tally]:
    """Every rule that was injected or caught. Issues of form (S…, C…) count where they are mistakes of a row."""
    tallies: dict[str, Tally] = {}
    _compare(tallies, _cells_of(truth), _cells_found(settings))
    _contradictions(tallies, truth["cross_checks"], _contradictions_found(settings))
    _compare(tallies, _counties_of(truth), _counties_found(settings))
    return tallies


def _compare(tallies: dict[str, Tally], injected: Counter[Place], found: Counter[Place]) -> None:
    """Places begin with their rule."""
    for place, times in injected.items():
        of = tallies.setdefault(place[0], Tally())
        of.injected += times
        of.caught += min(times, found[place])
        of.missed += [place] * max(0, times - found[place])
    for place, times in (found - injected).items():
        tallies.setdefault(place[0], Tally()).false_alarms += [place] * times


def _cells_of(truth: dict[str, Any]) -> Counter[Place]:
    return Counter((m["rule"], m["file"], m["sheet"] or "", m["cell"] or "") for m in truth["mistakes"])


def _cells_found(settings: Settings) -> Counter[Place]:
    """Notes (info) on columns and units are no alarms, and the two on columns are not either."""
    return Counter(
        _query(
            settings,
            "select i.rule_id, s.path, coalesce(i.sheet, ''), coalesce(i.cell, '') from ops.issues i "
            "join ops.readings using (reading_id) join ops.submissions s using (submission_id) "
            "where i.rule_id not in ('S08', 'S09') and (i.severity <> 'info' or i.rule_id ~ '^R')",
        )
    )


def _counties_of(truth: dict[str, Any]) -> Counter[Place]:
    return Counter((v["rule"], v["county_code"], v["form"]) for v in truth["violations"])


def _counties_found(settings: Settings) -> Counter[Place]:
    """Of the last pass over the published figures; R25A is the province's part of R25."""
    return Counter(
        (rule.rstrip("A"), county, form)
        for rule, county, form in _query(
            settings,
            "select v.rule_id, v.county_code, v.form from ops.gate_violations v join ops.pointer using (publication_id) "
            "where v.rule_id ~ '^R' and v.pass_no = (select max(pass_no) from ops.gate_violations w "
            "where w.publication_id = v.publication_id and w.suite = v.suite)",
        )
    )


def _contradictions(
    tallies: dict[str, Tally], injected: list[dict[str, Any]], found: list[tuple[Place, Place]]
) -> None:
    """A contradiction has two sides; it is caught where either is the row that was changed."""
    sides = {side for pair in found for side in pair}
    expected = {(c["rule"], c["file"], c["sheet"] or "", c["row_no"]) for c in injected}
    for place in sorted(expected):
        of = tallies.setdefault(place[0], Tally())
        of.injected += 1
        if place in sides:
            of.caught += 1
        else:
            of.missed.append(place)
    for pair in found:
        if not expected & set(pair):
            tallies.setdefault(pair[0][0], Tally()).false_alarms.append(pair)


def _contradictions_found(settings: Settings) -> list[tuple[Place, Place]]:
    """Per finding its two rows as (rule, file, sheet, row)."""
    sheets = {
        (reading, sheet["sheet_no"]): (path, sheet["sheet"] or "")
        for path, reading, layout in _query(
            settings,
            "select path, reading_id, layout from ops.readings join ops.submissions using (submission_id) "
            "where layout is not null",
        )
        for sheet in layout["sheets"]
    }
    rows = _query(
        settings,
        "select rule_id, reading_id, sheet_no, row_no, other_reading_id, other_sheet_no, other_row_no "
        "from marts.mart_cross_checks",
    )
    return [
        (
            (rule, *sheets.get((reading, sheet), ("", "")), row),
            (rule, *sheets.get((other_reading, other_sheet), ("", "")), other_row),
        )
        for rule, reading, sheet, row, other_reading, other_sheet, other_row in rows
    ]


def _query(settings: Settings, text: str) -> list[Any]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(text).fetchall()  # type: ignore[arg-type]
