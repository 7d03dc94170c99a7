"""``longcang aliases``: the names of places that no list knows, what they may mean, and what people decide of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING

import click
from rich.table import Table

from warehouse.cli.names import county_of
from warehouse.cli.text import plain
from warehouse.connect import connect
from warehouse.nightly import ZONE
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ingest.aliases import AliasProposal

STATES = {"proposed": "待定", "accepted": "已认定", "rejected": "已否定"}


@click.group(invoke_without_command=True)
@click.option("--county", help="Only those of one county (name or code).")
@click.option("--all", "with_decided", is_flag=True, help="Those that were decided, too.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
def aliases(context: click.Context, county: str | None, with_decided: bool, as_json: bool) -> None:
    """List names of places that were not found, with what each may mean; those that would mend most rows first."""
    if context.invoked_subcommand is not None:
        return
    from ingest.aliases import listing

    settings = ready_settings()
    with connect("owner", settings=settings) as conn:
        code = county_of(county, "--county").code if county else None
        found = listing(conn, code, None if with_decided else "proposed")
    if as_json:
        click.echo(json.dumps([asdict(p) for p in found], ensure_ascii=False, indent=1, default=_plain))
    else:
        _show(found)


@aliases.command()
@click.argument("proposal_ids", nargs=-1, required=True, type=int)
@click.option("--by", required=True, help="Who decides; kept with the alias.")
def accept(proposal_ids: tuple[int, ...], by: str) -> None:
    """Take names for what was proposed; the next night reads again what they refused."""
    _decide(proposal_ids, "accepted", by)


@aliases.command()
@click.argument("proposal_ids", nargs=-1, required=True, type=int)
@click.option("--by", required=True, help="Who decides; kept with the rejection.")
def reject(proposal_ids: tuple[int, ...], by: str) -> None:
    """Turn proposals down; they are not made again."""
    _decide(proposal_ids, "rejected", by)


def _decide(proposal_ids: tuple[int, ...], state: str, by: str) -> None:
    from ingest.aliases import decide

    if not by.strip():
        raise click.UsageError("--by: say who decides")
    with connect("owner", settings=ready_settings()) as conn:
        _show(decide(conn, list(proposal_ids), state, by.strip()))


def ready_settings() -> Settings:
    """The settings, once the database is there."""
    from warehouse import setup

    settings = Settings.load()
    setup.ensure_database(settings)
    return settings


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _show(found: list[AliasProposal]) -> None:
    from warehouse.cli.run import console

    table = Table()
    for name in (
        "提议",
        "状态",
        "范围",
        "报表中的写法",
        "可能是",
        "代码",
        "相似",
        "行数",
        "报送数",
        "最近",
        "由谁决定",
    ):
        table.add_column(name)
    for p in found:
        written, meant = plain(p.variant), plain(p.region_name)
        counts = (f"{p.score:.2f}", str(p.n_rows), str(p.n_submissions), f"{p.last_seen_at.astimezone(ZONE):%Y-%m-%d}")
        table.add_row(
            str(p.proposal_id),
            STATES[p.state],
            p.within_code,
            written,
            meant,
            p.region_code,
            *counts,
            plain(p.decided_by),
        )
    console().print(table if found else "没有待定的地名写法。")
