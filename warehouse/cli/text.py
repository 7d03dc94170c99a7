"""Text from outside (names of files, cells, headers) as a terminal may show it."""

from __future__ import annotations

from typing import Any

import click
import psycopg
from rich.markup import escape

from ingest import demonstration
from ingest.names import storable


def plain(text: str | None) -> str:
    """Text for a rich console: no markup in it is obeyed, and what steers a terminal is escaped."""
    return escape(storable(text or ""))


def sentence(text: str) -> str:
    """An error's text for the terminal: its own ends of lines stay, all else that steers a terminal is escaped."""
    return "\n".join(storable(line) for line in text.split("\n"))


def say_if_demonstration(conn: psycopg.Connection[Any], *, aside: bool = False) -> None:
    """Before figures of a demonstration, say that they are made up; `aside` on standard error, where a program reads the
    figures."""
    if demonstration.since(conn):
        click.echo(demonstration.NOTE, err=aside)
