"""``longcang aliases``: the names of places that no list knows, what they may mean, and what people decide of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING

import click
from rich.table import Table

from warehouse.cli.names import county_of
from warehouse.cli.text import plain
from warehouse.clock import ZONE
from warehouse.connect import connect
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ingest.aliases import Alias, AliasProposal

LEVELS = {"prefecture": "市州", "county": "县", "township": "乡镇", "village": "村"}
STATES = {"proposed": "待定", "accepted": "已认定", "rejected": "已否定"}


@click.group(invoke_without_command=True)
@click.option("--county", help="Only those of one county (name or code).")
@click.option(
    "--all",
    "with_decided",
    is_flag=True,
    help="Those that were decided too, and where each spelling in force comes from.",
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_context
def aliases(context: click.Context, county: str | None, with_decided: bool, as_json: bool) -> None:
    """List names of places that were not found, with what each may mean; those that would mend most rows first."""
    if context.invoked_subcommand is not None:
        return
    from ingest.aliases import in_force, listing

    settings = ready_settings()
    with connect("owner", settings=settings) as conn:
        code = county_of(county, "--county").code if county else None
        found = listing(conn, code, None if with_decided else "proposed")
        held = in_force(conn, code) if with_decided else []
    if as_json:
        given: object = [asdict(p) for p in found]
        if with_decided:
            given = {"proposals": given, "in_force": [asdict(a) for a in held]}
        click.echo(json.dumps(given, ensure_ascii=False, indent=1, default=_plain))
        return
    _show(found, held if with_decided else None)
    if with_decided:
        _show_in_force(held)


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


def _show(found: Sequence[AliasProposal], held: Sequence[Alias] | None = None) -> None:
    """The proposals; `held` are the spellings in force, where it is known which are."""
    from warehouse.cli.run import console

    in_lists = {(a.region_level, a.within_code, a.variant, a.region_code) for a in held or ()}
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
        is_gone = (
            held is not None
            and p.state == "accepted"
            and (p.region_level, p.within_code, p.variant, p.region_code) not in in_lists
        )
        table.add_row(
            str(p.proposal_id),
            STATES[p.state] + ("，但已不在名单里" if is_gone else ""),
            p.within_code,
            written,
            meant,
            p.region_code,
            *counts,
            plain(p.decided_by),
        )
    console().print(table if found else "没有待定的地名写法。")


def _show_in_force(held: Sequence[Alias]) -> None:
    from warehouse.cli.run import console

    out = console()
    table = Table()
    for name in ("级别", "范围", "写法", "指", "来自", "由谁何时决定"):
        table.add_column(name, overflow="fold")
    for a in held:
        instead = f"（随程序的名单里是 {a.instead_of}，以本地的为准）" if a.instead_of else ""
        decided = f"{a.decided_by} {a.decided_at.astimezone(ZONE):%Y-%m-%d}" if a.decided_at else a.source
        table.add_row(
            LEVELS.get(a.region_level, a.region_level),
            a.within_code,
            plain(a.variant),
            a.region_code + instead,
            "本地决定" if a.is_local else "随程序",
            plain(decided),
        )
    out.print(f"现用的地名写法 {len(held)} 个，其中本地决定的 {sum(a.is_local for a in held)} 个：")
    out.print(table)
    for path in dict.fromkeys(a.path for a in held):
        out.print(f"  {plain(path)}", highlight=False)
