"""What comes in on the nights after the first: corrections, a township's own correction, the next month's figures.

A later delivery holds no mistakes (that is what counties correct), and the truth then says what the marts must show:
the corrected figures in the delivery's scope, and for ledgers that restate a stock the newest month.
"""

from __future__ import annotations

import copy
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from simulator import consequences, places, world
from simulator import truth as truths
from simulator.chance import Decks, stream
from simulator.mistakes.kinds import Context
from simulator.province import FORMS, compose
from simulator.rows import Form
from simulator.submit import submit
from simulator.truth import Truth

NightKind = Literal["correction", "township", "monthly", "collapse"]
_WORDS = {"correction": "更正", "township": "乡镇更正", "monthly": "续报", "collapse": "漏报"}


def write_next(out: Path, truth: Truth, seed: int, kind: NightKind = "correction", *, county: str | None = None,
               form: str | None = None, township: str | None = None) -> Truth:  # fmt: skip
    """Write one later delivery into ``out`` and return the new truth, also saved as truth.json.

    Args:
        out: the folder of ``province.write``.
        truth: its truth, or that of the night before; it is not changed.
        seed: decides the changes and the layout; the province's own seed stays the truth's.
        kind: ``correction`` of a county's form for the same period; ``township``: one township's own file, which
            replaces that township alone; ``monthly``: the next month of a ledger; ``collapse``: a correction that
            lost nine rows in ten, which a gate should hold (the truth's figures stay as they were).
        county: code; by default the first whose form came as one file of the county.
        form: contract name; by default household_awards, for ``monthly`` sales_channels.
        township: code, for ``township``; by default the one with the most rows.

    Raises:
        ValueError: no county fits, or the form has no townships, no months or no corrections.
    """
    name = form or ("sales_channels" if kind == "monthly" else "household_awards")
    chosen_form = next((known for known in FORMS if known.name == name), None)
    if chosen_form is None:
        raise ValueError(f"no such form: {name}")
    fits = {"monthly": chosen_form.is_monthly, "township": chosen_form.has_place}.get(kind, True)
    if not fits or (chosen_form.revise is None and kind != "collapse"):
        raise ValueError(f"{name} has no delivery of the kind {kind}")
    new = copy.deepcopy(truth)
    nights: list[dict[str, Any]] = new.setdefault("nights", [])
    mark = f"{_WORDS[kind]}{len(nights) + 1}"
    before = _earlier(new, name, county)
    county_code = before["county_code"]
    context = _context(new, chosen_form, county_code, seed, mark)
    month = _next_month(new, county_code, name) if kind == "monthly" else new["period"]
    _fit_period(context, before, kind)
    months = _month_number(month) - _month_number(new["period"])
    rng = stream(seed, county_code, name, mark)
    if kind == "collapse":
        context.rows[:] = context.rows[:: max(10, len(context.rows) // 40)]
    elif chosen_form.revise:
        chosen_form.revise(context.rows, rng, months)
    if kind == "township":
        _keep_township(context, township)
    n_files = len(new["files"])
    kept = copy.deepcopy({key: new[key] for key in ("parts", "totals", "targets")})
    submit(out, new, context, month, night=mark, township=context.rows[0].part if kind == "township" else "")
    files = new["files"][n_files:]
    if kind == "collapse":
        new.update(kept)
        for file in files:
            file["held"] = True
    else:
        _supersede(new, files, kind)
    nights.append({"kind": kind, "county_code": county_code, "form": name, "period": files[0]["period"],
                   "township_code": files[0]["township_code"], "files": [file["path"] for file in files]})  # fmt: skip
    truths.save(new, out)
    return new


def _earlier(truth: Truth, form: str, county: str | None) -> dict[str, Any]:
    """The newest good file of the county and form; where no county is named, of one that sent a single file."""
    files = [file for file in truth["files"] if file["form"] == form and file["outcome"] != "refused"]
    fitting = [
        file for file in files
        if (file["county_code"] == county if county else file["township_code"] is None)
    ]  # fmt: skip
    if not fitting:
        raise ValueError(f"no county sent {form} as one file" if county is None else f"{county} sent no {form}")
    return next(reversed(fitting)) if county else fitting[0]


def _context(truth: Truth, form: Form, county_code: str, seed: int, mark: str) -> Context:
    """The county's clean rows as on the first night, in a layout of this night."""
    counties = places.choose([entry["county_code"] for entry in truth["counties"]])
    shares = world.households_per_county(truth["households"], counties, truth["seed"])
    county = next(known for known in counties if known.code == county_code)
    built = world.build(county, shares[county_code], truth["seed"], truth["period"])
    return compose(form, built, Decks(seed), mark)


def _fit_period(context: Context, before: dict[str, Any], kind: str) -> None:
    """A correction states the period that it corrects; a monthly delivery states its month."""
    style = context.style
    if style.split == "townships" or kind == "township":
        style.split = "county"
    if kind == "monthly":
        style.period_style = "month"
    elif "H" in before["period"]:
        style.period_style = "half"
    else:
        style.period_style = "month" if "-" in before["period"] else "year"


def _month_number(period: str) -> int:
    year, month = period.split("-")
    return int(year) * 12 + int(month)


def _next_month(truth: Truth, county_code: str, form: str) -> str:
    """The month after the county's newest monthly delivery of the form."""
    months = [truth["period"], *(
        night["period"] for night in truth["nights"]
        if night["kind"] == "monthly" and night["county_code"] == county_code and night["form"] == form
    )]  # fmt: skip
    year, month = divmod(max(_month_number(period) for period in months), 12)
    return f"{year}-{month + 1:02d}"


def _keep_township(context: Context, township: str | None) -> None:
    """Leave one township's rows: the one named, or the one with the most."""
    blocks = {code: list(block) for code, block in groupby(context.rows, key=lambda row: row.part)}
    code = township or max(blocks, key=lambda key: len(blocks[key]))
    if code not in blocks:
        raise ValueError(f"no rows in township {code}")
    context.rows[:] = blocks[code]


def _supersede(truth: Truth, files: list[dict[str, Any]], kind: str) -> None:
    """Mark files and mistakes that the new files replace for the same period."""
    new_paths = {file["path"] for file in files}
    first = files[0]
    for file in truth["files"]:
        same = file["form"] == first["form"] and file["county_code"] == first["county_code"]
        same = same and file["period"] == first["period"] and file["path"] not in new_paths
        if same and (kind != "township" or file["township_code"] == first["township_code"]):
            file["superseded"] = True
    replaced = {file["path"] for file in truth["files"] if file.get("superseded")}
    for mistake in [*truth["mistakes"], *truth["cross_checks"]]:
        in_township = kind == "township" and mistake["part_code"] == first["township_code"]
        if mistake["file"] in replaced or (
            in_township and mistake["form"] == first["form"] and mistake["file"] not in new_paths
        ):
            mistake["superseded"] = True
    for violation in truth["violations"]:
        if violation["rule"] in consequences.RULES:
            continue  # told anew from the figures
        if kind != "township" and all(violation[key] == first[key] for key in ("county_code", "form")):
            violation["superseded"] = True
