"""``longcang simulate`` and ``longcang check``: data in, and a verdict on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ingest.faults import MachineFault
from warehouse.cli.text import plain, sentence

WORDS = {"error": "错误", "warn": "提醒", "info": "说明"}
VERDICTS = {"loaded": "可以全部读入", "partly": "可以部分读入", "refused": "退回"}
SHOWN_ISSUES = 40


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write into.")
@click.option("--households", type=click.IntRange(min=1), required=True, help="Households over all counties.")
@click.option("--counties", help="County names or codes, separated by commas (default: 14 counties).")
@click.option("--seed", default=2020, show_default=True, help="The same seed writes the same province.")
@click.option("--defects", default=0.02, show_default=True, type=click.FloatRange(0, 1), help="Mistakes per row.")
def simulate(out: Path, households: int, counties: str | None, seed: int, defects: float) -> None:
    """Write the spreadsheets of a province that does not exist, and truth.json beside them."""
    from simulator import province

    if out.is_dir() and any(out.iterdir()):
        raise click.UsageError(f"--out {out}: the folder is not empty; name a new one")
    try:
        truth = province.write(
            out,
            households=households,
            counties=[c.strip() for c in counties.replace("，", ",").split(",")] if counties else 14,
            seed=seed,
            defects=defects,
            progress=lambda *step: click.echo(f"  {' '.join(map(str, step))}", err=True),
        )
    except (KeyError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(
        f"{len(truth['files'])} files of {len(truth['counties'])} counties in {sentence(str(out))}; the truth: truth.json"
    )


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def check(files: tuple[Path, ...], as_json: bool) -> int:
    """What ingest would say of workbooks, without a database. Status 1 where one would be refused, 3 where the machine
    failed over one."""
    from ingest.check import NoFileError, check_files

    try:
        verdicts = check_files(list(files))
    except NoFileError as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        click.echo(json.dumps(verdicts, ensure_ascii=False, indent=1, default=str))
    else:
        for verdict in verdicts:
            _show_verdict(verdict)
    unread = [verdict for verdict in verdicts if verdict["fault"]]
    if unread:
        raise MachineFault("\n".join(f"{v['path']} was not read: {v['fault']}" for v in unread))
    return 1 if any(verdict["outcome"] == "refused" for verdict in verdicts) else 0


def _show_verdict(verdict: dict[str, Any]) -> None:
    from warehouse.cli.run import console
    from warehouse.forms import form_titles

    if verdict["fault"]:
        return
    out = console()
    out.rule(plain(verdict["name"]))
    title = form_titles().get(verdict["form"], "表单认不出") if verdict["form"] else "表单认不出"
    out.print(
        f"[bold]{VERDICTS[verdict['outcome']]}[/]：{title}　{verdict.get('county_name') or '县未认出'}　"
        f"期间 {verdict.get('period') or '未认出'}"
    )
    if verdict["outcome"] == "refused":
        out.print(f"[red]{plain(verdict['refusal'])}[/]")
    out.print(f"读到 {verdict['rows_read']} 行，采用 {verdict['rows_accepted']} 行，退回 {verdict['rows_refused']} 行")
    for total in verdict["totals"]:
        agrees = "与各行之和一致" if total["agrees"] else f"[red]各行之和为 {total['computed_text']}[/]"
        out.print(
            f"  {plain(total['cell'])} {plain(total['label'])} {plain(total['header'])}：{total['stated_text']}，{agrees}"
        )
    if verdict["issues"]:
        table = Table()
        for name in ("级别", "规则", "位置", "值", "说明"):
            table.add_column(name, overflow="fold")
        for issue in verdict["issues"][:SHOWN_ISSUES]:
            place = f"{issue['sheet'] or ''} {issue['cell'] or ''}".strip()
            table.add_row(
                WORDS[issue["severity"]],
                issue["rule_id"],
                plain(place),
                plain(issue["value_shown"]),
                plain(issue["message"]),
            )
        out.print(table)
        if len(verdict["issues"]) > SHOWN_ISSUES:
            out.print(f"另有 {len(verdict['issues']) - SHOWN_ISSUES} 条，加 --json 看全部")
