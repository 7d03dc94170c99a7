"""``longcang up``, ``down`` and ``status``: the whole stack as services."""

from __future__ import annotations

import json

import click

from warehouse.settings import Settings


@click.command()
def up() -> None:
    """Start the database and Airflow (web page, scheduler, processor, triggerer) in the background."""
    from warehouse import services

    services.up(Settings.load(), say=click.echo)


@click.command()
def down() -> None:
    """Stop everything that up and run started."""
    from warehouse import services

    services.down(Settings.load(), say=click.echo)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(as_json: bool) -> None:
    """What runs, where, and which publication BI sees."""
    from warehouse import services

    found = services.status(Settings.load())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return
    for name, value in found.items():
        click.echo(f"{name:<22} {value}")
