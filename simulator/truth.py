"""What a run wrote and what of it may count: the other side of the warehouse's figures, kept as truth.json.

Figures are kept per part (township, or county where the form has no place), so that a township's own correction can
replace its part alone; the county's totals are sums over its parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator.places import County
from simulator.rows import Form, Row

Truth = dict[str, Any]
_THRESHOLD = Decimal(20000)


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
        "targets": {},
    }


def money(value: Decimal) -> str:
    """Yuan with two decimals, as text."""
    return f"{value:.2f}"


def _counts(form: Form, rows: list[Row]) -> dict[str, int]:
    """Numerators and denominators of the targets that the form feeds, over acceptable rows."""
    good = [row for row in rows if not row.refused]
    if form.name == "village_base":
        years = [str(row.acceptable("exit_year") or "") for row in good]
        return {"T02_target": sum(year in ("未退出", "2020") for year in years),
                "T02_actual": years.count("2020"), "T08_target": len(good)}  # fmt: skip
    if form.name == "village_income":
        met = [row for row in good if row.values["is_poor_village"] and row.values["inc_total_yuan"] >= _THRESHOLD]
        return {"T08_actual": len(met)}
    if form.name == "cooperatives":
        new_ones = [
            row for row in good if row.acceptable("demo_level") == "省级" and row.acceptable("demo_year") == 2020
        ]
        return {"T05_actual": len(new_ones)}
    return {}


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
            "counts": _counts(form, members),
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
    _put_targets(truth, county)


def _put_targets(truth: Truth, county: County) -> None:
    counts: dict[str, int] = {}
    for parts in truth["parts"][county.code].values():
        for part in parts.values():
            for name, count in part["counts"].items():
                counts[name] = counts.get(name, 0) + count
    new_demo = counts.get("T05_actual", 0)
    truth["targets"][county.code] = {
        "T02": {"actual": str(counts.get("T02_actual", 0)), "target": str(counts.get("T02_target", 0))},
        "T05": {"actual": str(new_demo), "target": None},
        "T06": {"actual": str(new_demo if county.is_poor else 0), "target": None},
        "T08": {"actual": str(counts.get("T08_actual", 0)), "target": str(counts.get("T08_target", 0))},
    }


def save(truth: Truth, out: Path) -> None:
    """Write ``truth.json`` beside the counties' folders."""
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (out / "truth.json").write_text(text, encoding="utf-8")


def load(out: Path) -> Truth:
    data: Truth = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    return data
