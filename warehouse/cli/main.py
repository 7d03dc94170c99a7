"""The command line ``longcang``.

Exit status: 0 done; 1 the run went through but the gate, or a person's rollback, held the publication; 2 usage; 3 a fault.
"""

from __future__ import annotations

import io
import sys
import traceback

import click

from warehouse.cli import aliases, data, decisions, feedback, logins, publications, run, services, sql, templates, why
from warehouse.cli.text import sentence
from warehouse.errors import LongcangError, UsageError

EXIT_HELD, EXIT_USAGE, EXIT_FAULT = 1, 2, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="longcang", message="longcang %(version)s")
def cli() -> None:
    """Longcang (陇仓): from the counties' spreadsheets to figures that the province can trust."""


for command in (
    *(run.run, run.restate, run.report),
    *(services.up, services.down, services.status),
    *(data.simulate, data.check),
    *(sql.sql, sql.psql),
    *(templates.template, feedback.feedback),
    *(publications.publications, publications.rollback, publications.unpin, publications.publish),
    *(why.why, why.list_holds, why.history),
    aliases.aliases,
    logins.logins,
    *(decisions.reread, decisions.lost, decisions.withdraw, decisions.reinstate),
):
    cli.add_command(command)


def main() -> None:
    """Entry point: one sentence for what a person can mend, a traceback for what only we can."""
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        click.echo(sentence(told.getvalue().rstrip("\n")), err=True)  # it may quote what was given on the command line
        sys.exit(EXIT_USAGE)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(EXIT_FAULT)
    except LongcangError as error:
        click.echo(f"longcang: {sentence(str(error))}", err=True)
        sys.exit(EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAULT)
    except Exception as error:
        found = _explained(error)
        if found is None:
            traceback.print_exc()
        else:
            click.echo(f"longcang: {sentence(found)}", err=True)
        sys.exit(EXIT_FAULT)
    sys.exit(status if isinstance(status, int) else 0)


def _explained(error: Exception) -> str | None:
    from warehouse.faults import explain
    from warehouse.settings import Settings

    return explain(error, Settings.load()) or (str(error) if isinstance(error, OSError) else None)
