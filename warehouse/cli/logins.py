"""``longcang logins``: who may see what, and the logins of people and BI tools."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.table import Table

from warehouse.cli.aliases import code_of, ready_settings

if TYPE_CHECKING:
    from warehouse.logins import Login

SCOPES = {"province": "全省", "counties": "", None: "不在表中，什么也看不到"}


@click.group()
def logins() -> None:
    """Make, list and take away the logins of people and BI tools, with what each may see."""


@logins.command()
@click.argument("name")
@click.option("--county", "counties", multiple=True, help="A county that it sees (name or code); may be repeated.")
@click.option("--province", is_flag=True, help="It sees the whole province.")
def add(name: str, counties: tuple[str, ...], province: bool) -> None:
    """Make a login with its limits, adopt one that exists, or change what a listed one sees."""
    from warehouse import logins as making

    if bool(counties) == province:
        raise click.UsageError("give either --county, once or more, or --province")
    codes = None if province else [code_of(county) for county in counties]
    settings = ready_settings()
    done = making.add(settings, name, codes)
    click.echo(
        f"{name} {'is made' if done.is_new else 'is listed'}: it sees {', '.join(codes) if codes else 'the province'}."
    )
    click.echo(f"Its password: {done.password_file}" if done.password_file else "It keeps the password that it has.")
    for role in done.still_member_of:
        click.echo(
            f"It still has the rights of {role}: have an administrator run `revoke {role} from {name}`.", err=True
        )


@logins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_logins(as_json: bool) -> None:
    """List the logins with what each sees, and those in no list, which see nothing."""
    from warehouse import logins as making
    from warehouse.connect import connect

    with connect("owner", settings=ready_settings()) as conn:
        found, notes = making.listing(conn), making.notes(conn)
    if as_json:
        document = {"logins": [asdict(login) for login in found], "notes": notes}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    _show(found)
    for note in notes:
        click.echo(note)


@logins.command()
@click.argument("name")
def remove(name: str) -> None:
    """End a login's sessions and take it away."""
    from warehouse import logins as making

    ended = making.remove(ready_settings(), name)
    click.echo(f"{name} is gone; sessions ended: {ended}.")


def _show(found: list[Login]) -> None:
    from warehouse.cli.run import console

    table = Table()
    for name in ("账号", "可看的范围", "连接数", "说明"):
        table.add_column(name, overflow="fold")
    for login in found:
        scope = SCOPES[login.scope] or "、".join(login.counties) or "没有列出任何县"
        note = "" if login.exists else "服务器上没有这个账号"
        table.add_row(escape(login.name), scope, str(login.connections), note)
    console().print(table)
