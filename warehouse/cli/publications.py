"""``longcang publications``, ``longcang rollback``, ``longcang unpin`` and ``longcang publish``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click
import psycopg
from rich.table import Table

from warehouse import decided
from warehouse import publications as store
from warehouse.cli.aliases import ready_settings
from warehouse.cli.names import by_and_reason
from warehouse.cli.text import plain, say_if_demonstration
from warehouse.clock import ZONE
from warehouse.connect import connect

STATES = {
    "candidate": "待校验",
    "published": "现行",
    "held": "被拦下",
    "held_by_person": "待人发布",
    "retired": "已退役",
}
KINDS = {"nightly": "夜间", "trial": "试运行", "restatement": "重述"}


@click.command()
@click.option("--limit", default=30, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def publications(limit: int, as_json: bool) -> None:
    """List the publications, newest first; * marks the one that BI sees."""
    from warehouse.cli.run import console

    with connect("owner", settings=ready_settings()) as conn:
        found, pinned = store.listing(conn, limit), decided.pin_now(conn)
        say_if_demonstration(conn, aside=as_json)
    if as_json:
        click.echo(json.dumps([asdict(p) for p in found], ensure_ascii=False, indent=1, default=str))
        return
    table = Table()
    for name in ("", "发布", "状态", "种类", "数据日期", "参照版本", "组成次数", "发布时间", "说明"):
        table.add_column(name)
    for p in found:
        published = f"{p.published_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" if p.published_at else ""
        way = f"用 longcang publish {p.publication_id} 发布"
        notes = (
            p.note,
            way if p.state == "held_by_person" and not p.purged_at else None,
            "试运行，没有发布，已经撤回" if p.kind == "trial" and p.purged_at else None,
            "行已过保留期，可用 restate 重新组成" if p.kind != "trial" and p.purged_at else None,
        )
        table.add_row(
            "*" if p.is_current else "",
            str(p.publication_id),
            STATES[p.state],
            KINDS[p.kind],
            str(p.as_of_date),
            str(p.reference_version),
            str(p.formed_times),
            published,
            "；".join(filter(None, notes)),
        )
    console().print(table if found else "还没有任何发布。")
    if pinned:
        console().print(plain(pinned.text))


@click.command()
@click.argument("publication_id", type=int)
@click.option("--pin", is_flag=True, help="Keep it the current one: nights publish nothing until longcang unpin.")
@click.option("--by", help="Who pins it; kept with the decision.")
@click.option("--reason", help="Why it is pinned; kept with the decision.")
def rollback(publication_id: int, pin: bool, by: str | None, reason: str | None) -> None:
    """Move the pointer back to an earlier publication; BI sees it at once, and a night under way leaves it there.

    With --pin no night publishes until it is unpinned; nights go on, are formed and judged, and end as held_by_person.
    """
    if not pin and (by or reason):
        raise click.UsageError("--by and --reason are kept with a pin; give --pin too")
    if not pin:
        _move(lambda conn: store.rollback(conn, publication_id))
        return
    who, why = by_and_reason(by, reason)
    _move(lambda conn: store.pin(conn, publication_id, by=who, reason=why))
    click.echo("已钉住：夜间照常组成和校验，但不发布，直到 longcang unpin --by 姓名 --reason 原因")


@click.command()
@click.option("--by", required=True, help="Who decides; kept with the decision.")
@click.option("--reason", required=True, help="Why; kept with the decision.")
def unpin(by: str, reason: str) -> None:
    """Let nights publish again: the next one does, and what the newest has held can be published at once."""
    who, why = by_and_reason(by, reason)
    with connect("owner", settings=ready_settings()) as conn:
        held = decided.unpin(conn, by=who, reason=why)
    click.echo("已解除，下一夜照常发布。")
    if held is not None:
        click.echo(f"现在就要发布最近一夜组成的：longcang publish {held}")


@click.command()
@click.argument("publication_id", type=int)
def publish(publication_id: int) -> None:
    """Publish what a night has held because somebody moved or pinned the pointer."""
    _move(lambda conn: store.publish_held(conn, publication_id))


def _move(how: Callable[[psycopg.Connection[Any]], None]) -> None:
    with connect("owner", settings=ready_settings()) as conn:
        how(conn)
        now = store.current(conn)
    assert now is not None
    click.echo(f"现行发布：{now.publication_id}（数据日期 {now.as_of_date}）")
