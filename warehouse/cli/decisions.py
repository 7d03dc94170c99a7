"""``longcang reread`` and ``longcang lost``: what people decide of submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.table import Table

from warehouse.cli.aliases import ready_settings
from warehouse.cli.names import county_of, form_of
from warehouse.cli.text import plain
from warehouse.connect import connect

if TYPE_CHECKING:
    from ingest.decisions import Chosen

SHOWN = 20
MACHINE_FAULTS = "疑因机器故障被退回，重新读取"


@click.command()
@click.option("--machine-faults", is_flag=True, help="Refusals that a fault of the machine may have caused.")
@click.option("--county", help="Of one county only: its name or code.")
@click.option("--form", help="Of one form only: its name, number or title.")
@click.option("--submission", type=click.IntRange(min=1), help="One submission only, whatever became of it.")
@click.option("--by", required=True, help="Who decides; kept with the decision.")
@click.option("--reason", help="Why; kept with the decision. Needed but for --machine-faults.")
def reread(
    machine_faults: bool, county: str | None, form: str | None, submission: int | None, by: str, reason: str | None
) -> None:
    """Decide that submissions be read again: the next night does so. Earlier publications can be formed as before."""
    from ingest import decisions
    from ingest.contracts import load_all

    reason = (reason or "").strip() or (MACHINE_FAULTS if machine_faults else "")
    if not by.strip() or not reason:
        raise click.UsageError("say with --by who decides, and with --reason why")
    if not (machine_faults or county or form or submission):
        raise click.UsageError("say what is to be read again: --machine-faults, --county, --form or --submission")
    code = county_of(county, "--county").code if county else None
    contract = form_of(form, load_all().values()).name if form else None
    with connect("owner", settings=ready_settings()) as conn:
        chosen = decisions.reread(
            conn,
            by=by.strip(),
            reason=reason,
            submission=submission,
            county=code,
            form=contract,
            machine_faults=machine_faults,
        )
    _show(chosen)


@click.command()
@click.argument("submissions", nargs=-1, required=True, type=click.IntRange(min=1))
@click.option("--by", required=True, help="Who decides; kept with the decision.")
@click.option("--reason", required=True, help="Why; kept with the decision.")
def lost(submissions: tuple[int, ...], by: str, reason: str) -> None:
    """Read submissions no more, whose originals nobody has: nights do not fail over them. Their figures stay as they are."""
    from ingest import decisions

    if not by.strip() or not reason.strip():
        raise click.UsageError("say with --by who decides, and with --reason why")
    settings = ready_settings()
    with connect("owner", settings=settings) as conn:
        decisions.give_up(conn, list(submissions), settings.archive, by=by.strip(), reason=reason.strip())
    click.echo(f"{len(submissions)} 份报送的原件已丢失，不再读取；请各县重新报送。")


def _show(chosen: list[Chosen]) -> None:
    from warehouse.cli.run import console
    from warehouse.forms import form_titles
    from warehouse.report_text import OUTCOMES

    out = console()
    if not chosen:
        out.print("没有这样的报送，未作决定。")
        return
    titles, table = form_titles(), Table()
    for name in ("提交", "文件", "县", "表单", "上次结果"):
        table.add_column(name, overflow="fold")
    for one in chosen[:SHOWN]:
        form = titles.get(one.form or "", "未认出")
        table.add_row(
            str(one.submission_id),
            plain(one.path),
            one.county_code or "未认出",
            form,
            OUTCOMES.get(one.outcome or "", "未读"),
        )
    out.print(table)
    out.print(f"共 {len(chosen):,} 份，下一夜重新读取（longcang run）。")
