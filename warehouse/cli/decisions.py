"""``longcang reread``, ``lost``, ``withdraw`` and ``reinstate``: what people decide of submissions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.table import Table

from warehouse.cli.aliases import ready_settings
from warehouse.cli.names import by_and_reason, county_of, form_of
from warehouse.cli.text import plain
from warehouse.connect import connect

if TYPE_CHECKING:
    from ingest.decisions import Chosen, Withdrawn

Command = TypeVar("Command", bound=Callable[..., Any])
SHOWN = 20
MACHINE_FAULTS = "疑因机器故障被退回，重新读取"


def _about_submissions(reason: str = "Why; kept with the decision.") -> Callable[[Command], Command]:
    """The numbers of submissions, and who decides and why, as a command takes them; `reason` is the help on the latter."""
    parameters = (
        click.argument("submissions", nargs=-1, required=True, type=click.IntRange(min=1)),
        click.option("--by", required=True, help="Who decides; kept with the decision."),
        click.option("--reason", required=True, help=reason),
    )

    def add(command: Command) -> Command:
        for parameter in reversed(parameters):  # as decorators below each other are
            command = parameter(command)
        return command

    return add


@click.command()
@click.option("--machine-faults", is_flag=True, help="Refusals that a fault of the machine may have caused.")
@click.option("--county", multiple=True, help="Of this county only: its name or code. May be repeated.")
@click.option("--form", multiple=True, help="Of this form only: its name, number or title. May be repeated.")
@click.option(
    "--submission", multiple=True, type=click.IntRange(min=1), help="This one, whatever became of it. May be repeated."
)
@click.option("--by", required=True, help="Who decides; kept with the decision.")
@click.option("--reason", help="Why; kept with the decision. Needed but for --machine-faults.")
def reread(
    machine_faults: bool,
    county: tuple[str, ...],
    form: tuple[str, ...],
    submission: tuple[int, ...],
    by: str,
    reason: str | None,
) -> None:
    """Decide that submissions be read again: the next night does so. Earlier publications can be formed as before."""
    from ingest import decisions
    from ingest.contracts import load_all

    by, reason = by_and_reason(by, (reason or "").strip() or (MACHINE_FAULTS if machine_faults else ""))
    if not (machine_faults or county or form or submission):
        raise click.UsageError("say what is to be read again: --machine-faults, --county, --form or --submission")
    codes = [county_of(name, "--county").code for name in county]
    names = [form_of(name, load_all().values()).name for name in form]
    with connect("owner", settings=ready_settings()) as conn:
        chosen = decisions.reread(
            conn,
            by=by,
            reason=reason,
            submissions=submission,
            counties=codes,
            forms=names,
            machine_faults=machine_faults,
        )
    _show(chosen, f"共 {len(chosen):,} 份，下一夜重新读取（longcang run）。")


@click.command()
@_about_submissions()
def lost(submissions: tuple[int, ...], by: str, reason: str) -> None:
    """Read submissions no more, whose originals nobody has: nights do not fail over them. Their figures stay as they are."""
    from ingest import decisions

    by, reason = by_and_reason(by, reason)
    settings = ready_settings()
    with connect("owner", settings=settings) as conn:
        decisions.give_up(conn, list(submissions), settings.archive, by=by, reason=reason)
    click.echo(f"{len(submissions)} 份报送的原件已丢失，不再读取；请各县重新报送。")


@click.command()
@_about_submissions("Why; kept with the decision, and shown wherever the submission is missed.")
def withdraw(submissions: tuple[int, ...], by: str, reason: str) -> None:
    """Count submissions no more from the next night on: an earlier one of the same scope speaks again, or nothing does.

    Nothing is deleted, and `longcang reinstate` undoes it.
    """
    from ingest import decisions

    by, reason = by_and_reason(by, reason)
    with connect("owner", settings=ready_settings()) as conn:
        found = decisions.withdraw(conn, submissions, by=by, reason=reason)
    _show_withdrawn(found, "撤回后")
    click.echo(f"撤回 {len(found)} 份，下一夜起不再计入，也不再退改；恢复用 longcang reinstate。")


@click.command()
@_about_submissions()
def reinstate(submissions: tuple[int, ...], by: str, reason: str) -> None:
    """Count withdrawn submissions again from the next night on, as if they had never been withdrawn."""
    from ingest import decisions

    by, reason = by_and_reason(by, reason)
    with connect("owner", settings=ready_settings()) as conn:
        found = decisions.reinstate(conn, submissions, by=by, reason=reason)
    _show_withdrawn(found, "恢复后")
    click.echo(f"恢复 {len(found)} 份，下一夜起重新计入。")


def _show_withdrawn(found: Sequence[Withdrawn], when: str) -> None:
    """The submissions, and which other one speaks in their place; the newer of the two speaks where both count."""
    rows = []
    for one in found:
        other, is_back = one.in_place, when == "恢复后"
        if one.outcome not in ("loaded", "partly"):
            fate = "没有计入的内容"
        elif is_back and (other is None or other < one.submission_id):
            fate = "计入这一份"
        else:
            fate = f"计入提交 {other}" if other else "没有可以代替的，按未报处理"
        rows.append(fate)
    _show(found, None, (when, rows))


def _show(chosen: Sequence[Chosen], total: str | None, last: tuple[str, list[str]] | None = None) -> None:
    from warehouse.cli.run import console
    from warehouse.forms import form_titles
    from warehouse.report_text import OUTCOMES

    out = console()
    if not chosen:
        out.print("没有这样的报送，未作决定。")
        return
    titles, table = form_titles(), Table()
    for name in ("提交", "文件", "县", "表单", "上次结果", *([last[0]] if last else [])):
        table.add_column(name, overflow="fold")
    for number, one in enumerate(chosen[:SHOWN]):
        form = titles.get(one.form or "", "未认出")
        table.add_row(
            str(one.submission_id),
            plain(one.path),
            one.county_code or "未认出",
            form,
            OUTCOMES.get(one.outcome or "", "未读"),
            *([last[1][number]] if last else []),
        )
    out.print(table)
    if total:
        out.print(total)
