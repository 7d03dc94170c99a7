"""``longcang publications``, ``longcang rollback`` and ``longcang publish``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click
import psycopg
from rich.table import Table

from warehouse import publications as store
from warehouse.cli.text import say_if_demonstration
from warehouse.connect import connect
from warehouse.nightly import ZONE
from warehouse.settings import Settings

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
    from warehouse import setup
    from warehouse.cli.run import console

    settings = Settings.load()
    setup.ensure_database(settings)
    with connect("owner", settings=settings) as conn:
        found = store.listing(conn, limit)
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


@click.command()
@click.argument("publication_id", type=int)
def rollback(publication_id: int) -> None:
    """Move the pointer back to an earlier publication; BI sees it at once, and a night under way leaves it there."""
    _move(store.rollback, publication_id)


@click.command()
@click.argument("publication_id", type=int)
def publish(publication_id: int) -> None:
    """Publish what a night has held because somebody moved the pointer while it ran."""
    _move(store.publish_held, publication_id)


def _move(how: Callable[[psycopg.Connection[Any], int], None], publication_id: int) -> None:
    from warehouse import setup

    settings = Settings.load()
    setup.ensure_database(settings)
    with connect("owner", settings=settings) as conn:
        how(conn, publication_id)
        now = store.current(conn)
    assert now is not None
    click.echo(f"现行发布：{now.publication_id}（数据日期 {now.as_of_date}）")
