"""What a run wrote and what of it may count: the other side of the warehouse's figures, kept as truth.json.

Figures are kept per part (township, or county where the form has no place), so that a township's own correction can
replace its part alone; the county's totals are sums over its parts.

What is wrong stands in three lists: ``mistakes`` have a cell and refuse it, its row or nothing; ``cross_checks`` are rows
that are right in themselves and contradict another form; ``violations`` are counties whose form as a whole is out of bounds,
on purpose or as a consequence of their mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator import consequences, targets
from simulator.places import County
from simulator.rows import Counts, Form, Row

Truth = dict[str, Any]


def new(seed: int, households: int, period: str, defects: float, counties: list[County]) -> Truth:
    """An empty truth; counties in the order in which they were written."""
    return {
        "seed": seed,
        "households": households,
        "period": period,
        "defects": defects,
        "counties": [
            {"county_code": county.code, "county_name": county.name, "folder": county.folder} for county in counties
        ],
        "files": [],
        "totals": {},
        "parts": {},
        "mistakes": [],
        "cross_checks": [],
        "violations": [],
        "targets": {},
    }


def money(value: Decimal) -> str:
    """Yuan with two decimals, as text."""
    return f"{value:.2f}"


def part_figures(form: Form, rows: Iterable[Row], columns: set[str]) -> dict[str, dict[str, Any]]:
    """Per part: rows and sums as written and as acceptable. Columns that the layout left out sum to 0."""
    by_part: dict[str, list[Row]] = {}
    for row in rows:
        by_part.setdefault(row.part, []).append(row)
    figures = {}
    for part, members in by_part.items():
        written, acceptable = {}, {}
        for field in form.money_fields:
            present = field in columns
            written[field] = money(_sum(row.written(field) for row in members) if present else Decimal(0))
            acceptable[field] = money(_sum(row.acceptable(field) for row in members) if present else Decimal(0))
        figures[part] = {
            "rows_written": len(members),
            "rows_acceptable": sum(not row.refused for row in members),
            "written": written,
            "acceptable": acceptable,
            "counts": form.counts(members),
        }
    return figures


def _sum(values: Iterable[Any]) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))


def put_parts(
    truth: Truth, county: County, form: Form, figures: dict[str, dict[str, Any]], *, replace_all: bool
) -> None:
    """Enter a county's figures of one form and sum up again; ``replace_all`` drops parts that are not among them."""
    parts = truth["parts"].setdefault(county.code, {}).setdefault(form.name, {})
    if replace_all:
        parts.clear()
    parts.update(figures)
    total: dict[str, Any] = {
        "rows_written": sum(part["rows_written"] for part in parts.values()),
        "rows_acceptable": sum(part["rows_acceptable"] for part in parts.values()),
    }
    for side in ("written", "acceptable"):
        total[side] = {
            field: money(sum((Decimal(part[side][field]) for part in parts.values()), Decimal(0)))
            for field in form.money_fields
        }
    truth["totals"].setdefault(county.code, {})[form.name] = total
    _put_findings(truth, county)


def _put_findings(truth: Truth, county: County) -> None:
    counts: Counts = {}
    for parts in truth["parts"][county.code].values():
        for part in parts.values():
            for name, count in part["counts"].items():
                counts[name] = _merged(counts.get(name), count)
    truth["targets"][county.code] = targets.of_county(counts, county)
    truth["violations"] = [
        violation for violation in truth["violations"]
        if violation["county_code"] != county.code or violation["rule"] not in consequences.RULES
    ] + [{"county_code": county.code, **violation} for violation in consequences.of_county(counts)]  # fmt: skip


def _merged(have: int | list[str] | None, more: int | list[str]) -> int | list[str]:
    """Numbers added up, keys united in order."""
    if isinstance(more, int):
        return more + (have if isinstance(have, int) else 0)
    return sorted({*(have if isinstance(have, list) else ()), *more})


def save(truth: Truth, out: Path) -> None:
    """Write ``truth.json`` beside the counties' folders."""
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (out / "truth.json").write_text(text, encoding="utf-8")


def load(out: Path) -> Truth:
    data: Truth = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    return data
