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
def status(as_json: bool) -> int:
    """What runs, where, and which publication BI sees.

    Exit status: 0 all that was started runs and something is published; 1 the gate held the newest publication;
    3 something is down or failed, or nothing is published yet.
    """
    from warehouse import disk, services, state

    settings = Settings.load()
    found, judged = services.status(settings), state.judge(settings)
    taken = disk.sizes(settings)
    if as_json:
        whole = {**found, "disk": taken, "state": judged.text, "exit_status": judged.status}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=1, default=str))
        return judged.status
    words = ", ".join(f"{name} {disk.in_words(size)}" for name, size in taken.items())
    for name, value in {**found, "disk": words or "nothing", "state": judged.text}.items():
        click.echo(f"{name:<22} {value}")
    return judged.status
