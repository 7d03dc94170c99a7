"""``longcang feedback``: the annotated workbooks that go back to the counties."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from warehouse.cli.names import county_of
from warehouse.cli.text import plain
from warehouse.errors import LongcangError
from warehouse.settings import Settings


@click.command()
@click.option("--submission", type=click.IntRange(min=1), help="Of one submission only, whatever became of it.")
@click.option("--county", help="Of one county only: its name or code.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder (default: LONGCANG_FEEDBACK).")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def feedback(submission: int | None, county: str | None, out: Path | None, as_json: bool) -> None:
    """Write each county's workbooks back with their mistakes marked. Status 3 where one could not be made."""
    from warehouse import feedback as writing
    from warehouse import setup

    settings = Settings.load()
    code = county_of(county, "--county").code if county is not None else None
    setup.ensure_database(settings)
    done = writing.write(settings, submission=submission, county=code, out=out)
    if submission is not None and not (done.workbooks or done.failed):
        raise click.UsageError(f"--submission {submission}: there is no such submission, or nothing to correct in it")
    if as_json:
        click.echo(json.dumps({**asdict(done), "written": done.written}, ensure_ascii=False, indent=1, default=str))
    else:
        _show(done)
    if done.failed:
        number, problem = next(iter(done.failed.items()))
        raise LongcangError(
            f"{len(done.failed)} workbook(s) were not written, that of submission {number} because: {problem}"
        )


def _show(done: object) -> None:
    from warehouse.cli.run import console
    from warehouse.feedback import Feedback
    from warehouse.forms import form_titles

    assert isinstance(done, Feedback)
    out, titles = console(), form_titles()
    if done.workbooks:
        table = Table()
        for name in ("提交", "县", "表单", "期间", "问题", "工作簿", ""):
            table.add_column(name, overflow="fold", justify="right" if name in ("提交", "问题") else "left")
        for workbook in done.workbooks:
            table.add_row(
                str(workbook.submission_id),
                workbook.county_code or "未认出",
                titles.get(workbook.form or "", "未认出"),
                workbook.period or "未认出",
                f"{workbook.findings:,}",
                plain(str(workbook.path.relative_to(done.folder))),
                plain(workbook.problem) or ("新写" if workbook.is_new else "未变"),
            )
        out.print(table)
    out.print(
        f"{len(done.workbooks):,} 份退改工作簿在 {plain(str(done.folder))}：新写 {done.written:,} 份，"
        f"撤下已更正的 {done.withdrawn:,} 份"
    )
    for number, problem in done.failed.items():
        out.print(f"[red]提交 {number} 没有写成：{plain(problem)}[/]")
