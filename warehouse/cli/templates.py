"""``longcang template``: blank workbooks for a county."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.cli.names import county_of, form_of
from warehouse.cli.text import sentence
from warehouse.reference_files import local_folder

if TYPE_CHECKING:
    from ingest.periods import Period

ALL = "all"


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

    context = Context.load(secrets.token_bytes(32), local_reference=local_folder())  # no token is made here
    county = county_of(place, "--county", context.places)
    period = _period(when) if when else None
    known = list(context.contracts.values())
    contracts = list(dict.fromkeys(c for form in forms for c in (known if form == ALL else [form_of(form, known)])))
    paths = [out / file_name(contract, county, period) for contract in contracts]
    taken = [str(path) for path in paths if path.exists()]
    if taken:
        raise click.UsageError("already there, and never written over: " + ", ".join(taken))
    out.mkdir(parents=True, exist_ok=True)
    for contract, path in zip(contracts, paths, strict=True):
        path.write_bytes(make(contract, county, context, period))
        click.echo(sentence(str(path)))


def _period(text: str) -> Period:
    from ingest.periods import read_period

    try:
        found = read_period(text)
    except ValueError:
        found = None
    if found is None or "/" in found.text:
        raise click.UsageError(f"--period {text}: no period; write it as 2020-06, 2020Q2, 2020H1 or 2020")
    return found
