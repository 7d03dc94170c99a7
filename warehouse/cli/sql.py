"""``longcang sql`` and ``longcang psql``: the way into the database as one of those who may look."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
import psycopg
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from warehouse.cli.text import say_if_demonstration
from warehouse.errors import LongcangError, ServerError
from warehouse.server_programs import packaged_folder
from warehouse.settings import Settings
from workbooks.safe_text import csv_row

READERS = ("bi", "auditor", "operator")

as_role = click.option(
    "--as",
    "role",
    type=click.Choice(READERS),
    default="bi",
    show_default=True,
    help="Who asks: the BI reader, an auditor, or an operator, who sees ops as well.",
)
of_publication = click.option(
    "--publication", type=click.IntRange(min=1), help="An earlier publication; only with --as auditor."
)


class PsqlMissing(LongcangError):
    """There is no psql on this machine; the text says where to get it."""


@dataclass(frozen=True)
class Answer:
    """What one statement gave: names of columns and rows; without columns, what the server says it did (`SET`)."""

    names: list[str]
    rows: list[tuple[Any, ...]]
    done: str


@click.command()
@click.argument("query", required=False)
@click.option("-f", "--file", type=click.File("rb"), help="Read the statements from a file; - for what is piped in.")
@as_role
@of_publication
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV; an empty line between the answers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line an answer.")
def sql(query: str | None, file: Any, role: str, publication: int | None, as_csv: bool, as_json: bool) -> None:
    """Run one or more statements, separated by semicolons, as the BI reader: what it sees is what BI tools see.

    A result that is too wide for the terminal stands upright, one column a line.
    """
    from warehouse import setup
    from warehouse.cli.run import console

    if (query is None) == (file is None):
        raise click.UsageError("give either a query or --file")
    text = query if query is not None else _text_of(file)
    settings = Settings.load()
    setup.ensure_database(settings)
    answers = ask(text, role, _checked(role, publication), settings)
    _say_if_demonstration(settings)
    if as_json:
        for answer in answers:
            if answer.names:
                rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
                click.echo(json.dumps(rows, ensure_ascii=False, default=str))
    elif as_csv:
        write_csv([answer for answer in answers if answer.names])
    else:
        out = console()
        for answer in answers:
            _show(answer, out)


@click.command(context_settings={"ignore_unknown_options": True})
@as_role
@of_publication
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(role: str, publication: int | None, arguments: tuple[str, ...]) -> None:
    """Start psql, connected as the BI reader; ARGUMENTS are psql's own (longcang psql -c '\\d')."""
    from warehouse import setup
    from warehouse.connect import environment

    settings = Settings.load()
    program = _psql(settings)
    checked = _checked(role, publication)
    setup.ensure_database(settings)
    _say_if_demonstration(settings)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("PG") or name == "PGCLIENTENCODING"
    }
    sys.stdout.flush()
    os.execve(program, [program, *arguments], {**kept, **environment(role, checked, settings)})


def _say_if_demonstration(settings: Settings) -> None:
    """On standard error: what is printed beside it may be read by a program."""
    from warehouse.connect import connect

    with connect("owner", settings=settings) as conn:
        say_if_demonstration(conn, aside=True)


def _psql(settings: Settings) -> str:
    """The psql on the path, else the one beside the embedded server's programs.

    Raises:
        PsqlMissing: there is neither.
    """
    found = shutil.which("psql")
    if found is None:
        with contextlib.suppress(ServerError):
            found = shutil.which((settings.pg_bin or packaged_folder()) / "psql")
    if found is None:
        raise PsqlMissing(
            "there is no psql on this machine; it comes with PostgreSQL's client "
            "(apt install postgresql-client, dnf install postgresql, brew install libpq). "
            "`longcang sql` needs none."
        )
    return found


def ask(text: str, role: str, publication: int | None, settings: Settings) -> list[Answer]:
    """The answers to all statements in the text, in order. The server tells the statements apart, and runs all or none.

    Raises:
        click.ClickException: a statement failed; the text says where and why.
        DatabaseError, psycopg.Error: the server cannot be reached, or a fault of it is to blame (`warehouse.faults`).
    """
    from warehouse.connect import connect
    from warehouse.faults import explain

    with connect(role, publication=publication, settings=settings, autocommit=True) as conn:
        try:
            cursor = conn.execute(text)
            answers = []
            while True:
                names = [column.name for column in cursor.description or ()]
                answers.append(Answer(names, cursor.fetchall() if names else [], cursor.statusmessage or ""))
                if not cursor.nextset():
                    return answers
        except psycopg.Error as error:
            if explain(error, settings):
                raise
            conn.close()  # what a COPY has begun cannot be rolled back
            raise click.ClickException(sentence(text, error)) from None


def sentence(text: str, error: psycopg.Error) -> str:
    """What is wrong with a statement, where, and what the server suggests, on one line."""
    diagnosis = error.diag
    if diagnosis.sqlstate is None and "COPY" in str(error):
        return "COPY to or from the terminal needs `longcang psql`; for a query's rows as CSV there is --csv"
    message = diagnosis.message_primary or " ".join(str(error).split())
    where = ""
    if diagnosis.statement_position:
        before = text[: int(diagnosis.statement_position) - 1]
        where = f"line {before.count(chr(10)) + 1}, column {len(before) - (before.rfind(chr(10)) + 1) + 1}: "
    hint = f" ({diagnosis.message_hint})" if diagnosis.message_hint else ""
    return f"{where}{message}{hint}"


def write_csv(answers: Sequence[Answer]) -> None:
    """Print CSV; a cell that a spreadsheet program would take for a formula is made plain text."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for number, answer in enumerate(answers):
        if number:
            click.echo()
        writer.writerow(csv_row(answer.names))
        writer.writerows(csv_row([_text(value) if isinstance(value, dict | list) else value for value in row])
                         for row in answer.rows)  # fmt: skip


def _checked(role: str, publication: int | None) -> int | None:
    if publication is not None and role != "auditor":
        raise click.UsageError("--publication: only an auditor may look at an earlier publication; add --as auditor")
    return publication


def _text_of(file: Any) -> str:
    try:
        text: str = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--file {file.name}: it is not UTF-8 (byte {error.start + 1})") from None
    return text


def _show(answer: Answer, out: Console) -> None:
    if not answer.names:
        out.print(answer.done, markup=False, highlight=False)
        return
    table = Table()
    for name in answer.names:
        table.add_column(Text(name), overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(_text(value)) for value in row))
    unlimited = out.options.update(width=100_000)
    if answer.rows and Measurement.get(out, unlimited, table).maximum > out.width:
        _show_upright(answer, out)
    else:
        out.print(table)
    out.print(f"{len(answer.rows):,} 行", highlight=False)


def _show_upright(answer: Answer, out: Console) -> None:
    for number, row in enumerate(answer.rows, 1):
        out.print(f"─── 第 {number:,} 行", highlight=False)
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in zip(answer.names, row, strict=True):
            table.add_row(Text(name), Text(_text(value)))
        out.print(table)


def _text(value: Any) -> str:
    """A value as the server would write it, as far as people look at it."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
