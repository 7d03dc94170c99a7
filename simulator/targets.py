"""What the programme's targets come to in one county, from what its forms count.

A form's ``counts`` gives, part by part, numbers and lists of keys under the names below; numbers are added up over parts,
lists united. A target is absent where a form that it needs was not sent; so a form that is there gives all its names, 0 or
[] where nothing counts. Keys are ``Household.no`` and ``Person.key`` as text, never a number that a person has.

    F01  T12_wanted               "household:product" of willing lines, no edge households
    F03  T05_actual               provincial demonstration cooperatives of 2020
         pilot_levels             [国家级], [省级] or [否]
    F04  T07_products_served      products with an enterprise that has not stopped
    F06  T08_actual               poor villages with 20,000 yuan
    F07  T16_villages_served      codes of villages with a store that is built and not scrapped
    F09  T09_fen                  premium in fen
         T10_households, T11_households, T12_insured ("household:product")
    F11  T13_persons, T14_persons, T15_households
    F15  T01_actual               1 where the county's own row has an exit date, else 0
    F16  T02_actual, T02_target, T08_target
         T07_products             leading products of its villages
         T16_villages             codes of villages that need a store
    F17  T03_actual, T04_actual   persons
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

from simulator.places import County
from simulator.rows import Counts

Figures = dict[str, str | None]
Target = Callable[[Counts, County], Figures]


class _Absent(Exception):
    """A form that the target needs was not sent."""


def of_county(counts: Counts, county: County) -> dict[str, Figures]:
    """Per target: ``actual`` and ``target`` as text, None where there is none; of a ratio also its two sides."""
    found = {}
    for name, target in TARGETS.items():
        try:
            found[name] = target(counts, county)
        except _Absent:
            continue
    return {name: figures for name, figures in found.items() if figures}


def number(counts: Counts, name: str) -> int:
    value = counts.get(name)
    if not isinstance(value, int):
        raise _Absent(name)
    return value


def keys(counts: Counts, name: str) -> list[str]:
    value = counts.get(name)
    if not isinstance(value, list):
        raise _Absent(name)
    return value


def _figures(actual: int | str, target: int | str | None = None) -> Figures:
    return {"actual": str(actual), "target": None if target is None else str(target)}


def _ratio(numerator: int, denominator: int) -> Figures:
    """``actual`` with six decimals, None where nothing is asked for."""
    share = str((Decimal(numerator) / denominator).quantize(Decimal("0.000001"))) if denominator else None
    return {"actual": share, "target": None, "numerator": str(numerator), "denominator": str(denominator)}


def _counted(actual: str, target: str = "") -> Target:
    return lambda counts, county: _figures(number(counts, actual), number(counts, target) if target else None)


def _distinct(name: str) -> Target:
    return lambda counts, county: _figures(len(keys(counts, name)))


def _pilot(level: str) -> Target:
    return lambda counts, county: _figures(int(level in keys(counts, "pilot_levels")))


def _t01(counts: Counts, county: County) -> Figures:
    """Only the eight counties that had not exited at the start of 2020."""
    actual = number(counts, "T01_actual")
    return _figures(min(actual, 1), 1) if county.is_unexited else {}


def _t06(counts: Counts, county: County) -> Figures:
    actual = number(counts, "T05_actual")
    return _figures(actual if county.is_poor else 0)


def _t07(counts: Counts, county: County) -> Figures:
    """Leading products of a poor county's villages that have an enterprise."""
    wanted, served = keys(counts, "T07_products"), keys(counts, "T07_products_served")
    return _ratio(len(set(wanted) & set(served)), len(wanted)) if county.is_poor else {}


def _t09(counts: Counts, county: County) -> Figures:
    return _figures(str(Decimal(number(counts, "T09_fen")) / 100))


def _t12(counts: Counts, county: County) -> Figures:
    """Households all of whose willing lines are insured."""
    wanted, insured = keys(counts, "T12_wanted"), set(keys(counts, "T12_insured"))
    lines: dict[str, list[str]] = defaultdict(list)
    for line in wanted:
        lines[line.partition(":")[0]].append(line)
    return _ratio(sum(insured.issuperset(of_one) for of_one in lines.values()), len(lines))


def _t16(counts: Counts, county: County) -> Figures:
    wanted, served = keys(counts, "T16_villages"), keys(counts, "T16_villages_served")
    return _ratio(len(set(wanted) & set(served)), len(wanted))


TARGETS: dict[str, Target] = {
    "T01": _t01,
    "T02": _counted("T02_actual", "T02_target"),
    "T03": _counted("T03_actual"),
    "T04": _counted("T04_actual"),
    "T05": _counted("T05_actual"),
    "T06": _t06,
    "T07": _t07,
    "T08": _counted("T08_actual", "T08_target"),
    "T09": _t09,
    "T10": _distinct("T10_households"),
    "T11": _distinct("T11_households"),
    "T12": _t12,
    "T13": _distinct("T13_persons"),
    "T14": _distinct("T14_persons"),
    "T15": _distinct("T15_households"),
    "T16": _t16,
    "T17": _pilot("国家级"),
    "T18": _pilot("省级"),
}
