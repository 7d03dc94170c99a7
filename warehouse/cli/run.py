"""``longcang run`` and ``longcang restate``: one DAG run, with progress, ending in a report."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import psycopg
from rich.console import Console

from warehouse.cli import watch
from warehouse.cli.names import by_and_reason
from warehouse.clock import ZONE
from warehouse.errors import DatabaseError, LongcangError
from warehouse.faults import explain
from warehouse.nightly import known_until
from warehouse.settings import Settings

STATUS = {"done": 0, "held": 1, "held_by_person": 1, "failed": 3, "interrupted": 3}


def console() -> Console:
    """Wide enough for the report where the output is no terminal and COLUMNS does not say how wide it is."""
    found = Console()
    return found if found.is_terminal or "COLUMNS" in os.environ else Console(width=140)


@click.command()
@click.option("--landing", type=click.Path(path_type=Path, file_okay=False), help="Folder of what the counties sent.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The data's date (default: today in Asia/Shanghai).")
@click.option("--dry-run", is_flag=True, help="Form, build, judge and report, but publish nothing; then take it back.")
@click.option("--demo", is_flag=True, help="Fill an empty landing folder of a new warehouse with a made-up province.")
@click.option("--accept-missing", is_flag=True, help="Known files that are not there were taken away on purpose.")
@click.option("--by", help="Who decides that; kept with the decision.")
@click.option("--reason", help="Why; kept with the decision.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def run(
    landing: Path | None,
    as_of: datetime | None,
    dry_run: bool,
    demo: bool,
    accept_missing: bool,
    by: str | None,
    reason: str | None,
    as_json: bool,
) -> int:
    """One nightly load through the Airflow DAG; ends in a report.

    Status 3 where the landing folder is missing or empty. With --demo, a new warehouse gets a made-up province then, and is a
    demonstration for good: it takes no real files. With --dry-run nothing is published, and what was built is taken back at
    the end; what was read stays, and counts from the next night on.
    """
    from warehouse import demonstration, setup
    from warehouse.airflow_setup import migrate_airflow

    settings = Settings.load()
    out = Console(stderr=True) if as_json else console()
    if landing is not None and not landing.is_dir():
        raise click.UsageError(f"--landing {landing}: there is no such folder")
    if demo and landing is not None:
        raise click.UsageError("--demo fills LONGCANG_LANDING; it does not go with --landing")
    why = by_and_reason(by, reason, "--accept-missing: ") if accept_missing else None
    source = (landing or settings.landing).resolve()
    if not demo and why is None:
        _see_that_it_is_not_empty(source)
    out.print("Preparing the database …")
    setup.ensure_database(settings)
    if demo:
        demonstration.fill(settings, lambda words: out.print(words, markup=False, highlight=False))
        _see_that_it_is_not_empty(source)
    _see_that_the_clock_is_right(settings)
    migrate_airflow(settings)
    day = as_of.date() if as_of else datetime.now(ZONE).date()
    run_id = watch.new_run_id("trial" if dry_run else "nightly")
    if why is not None:
        _accept_missing(run_id, *why, settings)
    parameters = {
        "run_id": run_id,
        "as_of": day.isoformat(),
        "landing": str(source),
        "dry_run": dry_run,
    }
    return _watch_and_report("nightly_load", run_id, parameters, settings, out, as_json)


def _see_that_it_is_not_empty(source: Path) -> None:
    """Raises LongcangError where there is nothing to read: a share that is not mounted, or no folder of ours at all."""
    from ingest import folder

    if folder.is_empty(source):
        what = "holds no file" if source.is_dir() else "is missing"
        raise LongcangError(
            f"The landing folder {source} {what}: there is nothing to read, and nothing was done. Where it is a share, mount it;"
            " where the counties' files are elsewhere, name the folder in LONGCANG_LANDING or with --landing. A new warehouse"
            " can show a made-up province: `make run`, or `longcang run --demo`. Where all files were taken away on purpose:"
            " `longcang run --accept-missing`."
        )


def _accept_missing(run_id: str, by: str, reason: str, settings: Settings) -> None:
    from ingest import decisions
    from warehouse.connect import connect

    with connect("owner", settings=settings) as conn:
        decisions.accept_missing(conn, run_id, by=by, reason=reason)


@click.command()
@click.option("--as-of", required=True, help="A date (2020-06-30) or an instant (2020-06-30T12:00+08:00).")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def restate(as_of: str, as_json: bool) -> int:
    """Form the past again, from what was known then: a new publication beside the old ones."""
    from warehouse import setup
    from warehouse.airflow_setup import migrate_airflow

    settings = Settings.load()
    setup.ensure_database(settings)
    _see_that_the_clock_is_right(settings)
    migrate_airflow(settings)
    try:
        known_until(as_of, settings)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    run_id = watch.new_run_id("restate")
    out = Console(stderr=True) if as_json else console()
    return _watch_and_report("restate", run_id, {"run_id": run_id, "as_of": as_of}, settings, out, as_json)


def _watch_and_report(
    dag_id: str, run_id: str, parameters: dict[str, Any], settings: Settings, out: Console, as_json: bool
) -> int:
    from warehouse import trials
    from warehouse.connect import connect
    from warehouse.report import kept
    from warehouse.report_text import render

    ended = watch.run_dag(dag_id, run_id, parameters, settings, out)
    if ended.state == "failed":
        watch.close(run_id, settings)
    try:
        with connect("owner", settings=settings) as conn:
            report = kept(conn, run_id)
        if as_json:
            click.echo(json.dumps(report, ensure_ascii=False, indent=1, default=str))
        elif report:
            render(report, out)
        trials.remove_left(settings)
        if ended.state not in ("failed", "interrupted"):
            keep_house(settings)
    except (DatabaseError, psycopg.OperationalError) as error:
        ended = watch.Ended("failed", ended.why or explain(error, settings))
    if ended.why:
        click.echo(f"longcang: {ended.why}", err=True)
    return STATUS[ended.state]


def _see_that_the_clock_is_right(settings: Settings) -> None:
    from warehouse.clock import see_that_it_goes_on
    from warehouse.connect import connect

    with connect("owner", settings=settings) as conn:
        see_that_it_goes_on(conn)


def keep_house(settings: Settings) -> None:
    """Where no scheduler runs, nobody else deletes the publications that are past the retention."""
    from warehouse import nightly, services

    if not services.scheduler_is_up(settings):
        run_id = watch.new_run_id("housekeeping")
        nightly.begin(run_id, "housekeeping", datetime.now(ZONE).date(), settings)
        nightly.housekeeping(run_id, settings)


@click.command()
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--all", "with_all", is_flag=True, help="Every list in full.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def report(run_id: str | None, with_all: bool, as_json: bool) -> None:
    """Print the report of a run again (default: the newest)."""
    from warehouse import report as store
    from warehouse import setup
    from warehouse.connect import connect
    from warehouse.report_text import render

    settings = Settings.load()
    setup.ensure_database(settings)
    with connect("owner", settings=settings) as conn:
        wanted = run_id or store.newest(conn)
        found = store.kept(conn, wanted) if wanted else None
    if run_id and found is None:
        raise click.UsageError(f"there is no run {run_id} that has ended; ops.runs lists them")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    elif found:
        render(found, console(), with_all=with_all)
    else:
        click.echo("还没有任何运行报告。")
