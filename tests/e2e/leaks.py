"""Looking for personal values in everything that a night wrote: files, tables of both databases, the server's log.

The originals in the archive, the secrets and the workbooks that go back to the counties are the places where they may be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import sql

from ingest.formats import open_sheets
from ingest.issues import Refusal
from tests.spellings import runs
from warehouse.connect import connect
from warehouse.server import EmbeddedServer
from warehouse.settings import Settings

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")  # as JSON writes a character
_ID = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_ACCOUNT = re.compile(r"(?<!\d)62\d{14,17}(?!\d)")
_NOT_LOOKED_INTO = ("archive", "secrets", "feedback", "landing")


@dataclass
class Marks:
    """Values to look for: phones whole, of longer numbers eleven digits in their middle, so that a part is found too."""

    phones: set[bytes] = field(default_factory=set)
    middles: set[bytes] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Take in every ID number, phone and account that stands in a text."""
        self.phones.update(found.encode() for found in _PHONE.findall(text))
        for pattern, start in ((_ID, 3), (_ACCOUNT, 4)):
            self.middles.update(found[start : start + 11].encode() for found in pattern.findall(text))

    def within(self, data: bytes) -> set[str]:
        """Those that occur in some bytes."""
        found: set[str] = set()
        numbers = self.phones | self.middles
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), data.decode("utf-8", "replace"))
        for run in set(runs(text)):
            pieces = {run[at : at + 11].encode() for at in range(len(run) - 10)}
            found |= {piece.decode() for piece in pieces & numbers}
        for name in self.names:
            written = (name.encode(), json.dumps(name)[1:-1].encode(), name.encode("gb18030"))
            found |= {name for form in written if form in data}
        return found


def marks_of(landing: Path) -> Marks:
    """All that the files of a landing folder hold."""
    marks = Marks()
    for path in sorted(p for p in landing.rglob("*") if p.is_file() and p.suffix != ".json"):
        try:
            sheets = open_sheets(path.read_bytes())
        except Refusal:
            continue
        for sheet in sheets:
            for row in sheet.rows:
                for value in row:
                    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                        marks.add(f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value))
    return marks


def leaks(settings: Settings, marks: Marks) -> list[tuple[str, list[str]]]:
    """(where, what) of every place in which a value stands that should not."""
    places = (*_in_files(settings), *_in_databases(settings), ("server log", _server_log(settings)))
    return [(place, sorted(found)[:5]) for place, data in places if (found := marks.within(data))]


def _in_files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    for path in sorted(settings.home.rglob("*")):
        below = path.relative_to(settings.home)
        if path.is_file() and not path.is_symlink() and below.parts[0] not in _NOT_LOOKED_INTO:
            yield f"{below}", path.read_bytes() + str(below).encode("utf-8", "replace")


def _server_log(settings: Settings) -> bytes:
    return EmbeddedServer(settings).log_text().encode() if settings.is_embedded else b""


def _in_databases(settings: Settings) -> Iterator[tuple[str, bytes]]:
    with connect("owner", settings=settings) as conn:
        newest = conn.execute("select max(publication_id) from ops.publications").fetchone()
    with connect("owner", settings=settings, publication=newest[0] if newest else None) as conn:
        yield from _relations(conn)
    with connect("airflow", settings=settings) as conn:
        yield from _relations(conn)


def _relations(conn: Any) -> Iterator[tuple[str, bytes]]:
    """Every row of every table and view, as text; bytes in columns are shown as the characters that they are."""
    conn.execute("set bytea_output = 'escape'")
    names = conn.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind in ('r', 'v', 'm', 'p') and n.nspname not in ('pg_catalog', 'information_schema') "
        "and n.nspname not like 'pg_toast%' order by 1, 2"
    ).fetchall()
    for schema, name in names:
        query = sql.SQL("copy (select t::text from {} t) to stdout").format(sql.Identifier(schema, name))
        with conn.cursor() as cursor, cursor.copy(query) as copy:
            yield f"{schema}.{name}", b"".join(map(bytes, copy))
