"""``longcang template``: blank workbooks for a county."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.cli.text import sentence

if TYPE_CHECKING:
    from ingest.context import Context
    from ingest.contracts import Contract
    from ingest.periods import Period
    from ingest.places import County

ALL = "all"
_PER_LINE = 5


@click.command()
@click.argument("forms", nargs=-1, required=True, metavar="FORM…")
@click.option("--county", "place", required=True, help="The county's code or name: 621121, 通渭县.")
@click.option("--period", "when", help="The period that the title states: 2020-06, 2020Q2, 2020H1, 2020.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder (default: this one)."
)
def template(forms: tuple[str, ...], place: str, when: str | None, out: Path) -> None:
    """Write blank workbooks with drop-down lists and input checks for a county.

    FORM is a form's name (household_awards), number (F01) or Chinese title; `all` stands for all forms.
    """
    from ingest.context import Context
    from workbooks.blank import file_name, make

    context = Context.load(secrets.token_bytes(32))  # no token is made here
    county = _county(place, context)
    period = _period(when) if when else None
    contracts = list(dict.fromkeys(c for form in forms for c in _contracts(form, context.contracts.values())))
    paths = [out / file_name(contract, county, period) for contract in contracts]
    taken = [str(path) for path in paths if path.exists()]
    if taken:
        raise click.UsageError("already there, and never written over: " + ", ".join(taken))
    out.mkdir(parents=True, exist_ok=True)
    for contract, path in zip(contracts, paths, strict=True):
        path.write_bytes(make(contract, county, context, period))
        click.echo(sentence(str(path)))


def _county(text: str, context: Context) -> County:
    exact = context.places.county(text)
    if exact is not None:
        return exact
    counties = list(context.places.counties.values())
    near = [county for county in counties if text and county.name.startswith(text)]
    if len(near) == 1:
        return near[0]
    names = [f"{county.code} {county.name}" for county in near or counties]
    lines = "\n".join("  " + "  ".join(names[at : at + _PER_LINE]) for at in range(0, len(names), _PER_LINE))
    what = "several counties are called so" if near else "no such county; there are"
    raise click.UsageError(f"--county {text}: {what}\n{lines}")


def _period(text: str) -> Period:
    from ingest.periods import read_period

    try:
        found = read_period(text)
    except ValueError:
        found = None
    if found is None or "/" in found.text:
        raise click.UsageError(f"--period {text}: no period; write it as 2020-06, 2020Q2, 2020H1 or 2020")
    return found


def _contracts(text: str, contracts: Iterable[Contract]) -> list[Contract]:
    """The form of a name, number or title; all of them for `all`."""
    known = list(contracts)
    if text == ALL:
        return known
    found = [c for c in known if text.upper() == c.form_id or text.lower() == c.name or text == c.title]
    if not found:
        forms = "\n".join(f"  {c.form_id:5}{c.name:21}{c.title}" for c in known)
        raise click.UsageError(f"{text}: no such form; there are\n{forms}\n  {ALL:26}all of them")
    return found
