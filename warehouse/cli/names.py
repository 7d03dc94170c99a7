"""Counties, forms and persons as people name them on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ingest.contracts import Contract
    from ingest.places import County, Gazetteer

_PER_LINE = 5


def county_of(text: str, label: str, places: Gazetteer | None = None) -> County:
    """The county of a code or name (621121, 通渭县, or the beginning of one name).

    Raises:
        click.UsageError: no county, or several, are called so; the text lists them.
    """
    if places is None:
        from ingest.places import load
        from warehouse.reference_files import folder, local_folder

        places = load(folder(), local_folder())
    exact = places.county(text)
    if exact is not None:
        return exact
    counties = list(places.counties.values())
    near = [county for county in counties if text and county.name.startswith(text)]
    if len(near) == 1:
        return near[0]
    names = [f"{county.code} {county.name}" for county in near or counties]
    lines = "\n".join("  " + "  ".join(names[at : at + _PER_LINE]) for at in range(0, len(names), _PER_LINE))
    what = "several counties are called so" if near else "no such county; there are"
    raise click.UsageError(f"{label} {text}: {what}\n{lines}")


def form_of(text: str, contracts: Iterable[Contract]) -> Contract:
    """The form of a name, number or title (household_awards, F01).

    Raises:
        click.UsageError: there is no such form; the text lists them.
    """
    known = list(contracts)
    for contract in known:
        if text.upper() == contract.form_id or text.lower() == contract.name or text == contract.title:
            return contract
    forms = "\n".join(f"  {c.form_id:5}{c.name:21}{c.title}" for c in known)
    raise click.UsageError(f"{text}: no such form; there are\n{forms}")


def by_and_reason(by: str | None, reason: str | None, label: str = "") -> tuple[str, str]:
    """Who decides and why, without blanks around them. `label` goes before what is said where one is missing.

    Raises:
        click.UsageError: one of them is missing or blank.
    """
    who, why = (by or "").strip(), (reason or "").strip()
    if not who or not why:
        raise click.UsageError(f"{label}say with --by who decides, and with --reason why")
    return who, why
