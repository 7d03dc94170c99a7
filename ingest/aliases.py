"""Proposed spellings of places: recorded with each landing, listed, and decided by people.

What is accepted becomes a row of the reference folder's `aliases.csv`, which changes the digest of its county: the next
night reads again what the name refused. What is rejected becomes a row of `alias_rejections.csv`: it is not proposed again.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import class_row

from ingest.context import reference_folder
from warehouse import locks
from warehouse.errors import LongcangError

Connection = psycopg.Connection[Any]
FILES = {"accepted": "aliases.csv", "rejected": "alias_rejections.csv"}
HEADER = ["region_level", "within_code", "variant", "region_code", "kind", "source"]
KINDS = {"accepted": "别称", "rejected": "不是别称"}

_RECORD = """
with seen as (
    select * from unnest(%(levels)s::text[], %(withins)s::text[], %(variants)s::text[], %(codes)s::text[],
                         %(names)s::text[], %(scores)s::numeric[], %(rows)s::integer[])
        as s (region_level, within_code, variant, region_code, region_name, score, n_rows)
), kept as (
    insert into ops.alias_proposals as p (region_level, county_code, within_code, variant, region_code, region_name,
                                          score, first_reading_id, last_reading_id)
    select region_level, %(county)s::text, within_code, variant, region_code, region_name, score, %(reading)s::bigint, %(reading)s::bigint
    from seen order by region_level, within_code, variant, region_code
    on conflict (region_level, within_code, variant, region_code) do update set last_reading_id = excluded.last_reading_id
    returning p.proposal_id, p.region_level, p.within_code, p.variant, p.region_code
)
insert into ops.alias_sightings (proposal_id, reading_id, n_rows)
select proposal_id, %(reading)s::bigint, n_rows from kept join seen using (region_level, within_code, variant, region_code)
"""
_LIST = """
select p.proposal_id, p.region_level, p.county_code, p.within_code, p.variant, p.region_code, p.region_name, p.score, p.state,
       p.decided_by, p.decided_at, coalesce(sum(a.n_rows), 0)::integer as n_rows, count(a.reading_id)::integer as n_submissions,
       p.first_reading_id, p.last_reading_id, f.known_at as first_seen_at, l.known_at as last_seen_at
from ops.alias_proposals p
left join (ops.alias_sightings a join ops.readings_now n using (reading_id)) using (proposal_id)
join ops.readings f on f.reading_id = p.first_reading_id
join ops.readings l on l.reading_id = p.last_reading_id
where (%(county)s::text is null or p.county_code = %(county)s) and (%(state)s::text is null or p.state = %(state)s)
group by p.proposal_id, f.reading_id, l.reading_id
order by (p.state = 'proposed') desc, n_rows desc, p.proposal_id
"""


@dataclass(frozen=True)
class AliasProposal:
    """One proposal: the name as written, what it may mean, how often it was met, and what was decided of it.

    `n_rows` are the rows that it would mend, by the reading in force of each of `n_submissions` submissions.
    """

    proposal_id: int
    region_level: str
    county_code: str
    within_code: str
    variant: str
    region_code: str
    region_name: str
    score: Decimal
    state: str
    decided_by: str | None
    decided_at: datetime | None
    n_rows: int
    n_submissions: int
    first_reading_id: int
    last_reading_id: int
    first_seen_at: datetime
    last_seen_at: datetime


def record(conn: Connection, reading_id: int, county: str, proposals: list[dict[str, Any]]) -> None:
    """Keep the proposals of one reading (`proposals.as_rows`), in the caller's transaction. One statement; the order of
    rows is fixed, so that landings at the same time do not wait for each other in a circle."""
    if not proposals:
        return
    names = {"levels": "region_level", "withins": "within_code", "variants": "variant", "codes": "region_code",
             "names": "region_name", "scores": "score", "rows": "n_rows"}  # fmt: skip
    lists = {name: [row[key] for row in proposals] for name, key in names.items()}
    lists["variants"] = [text.replace("\0", "") for text in lists["variants"]]
    conn.execute(_RECORD, {**lists, "county": county, "reading": reading_id})


def listing(conn: Connection, county: str | None = None, state: str | None = "proposed") -> list[AliasProposal]:
    """The proposals of a county (None: of all), those that would mend most rows first; `state` None gives decided ones
    too."""
    with conn.cursor(row_factory=class_row(AliasProposal)) as cursor:
        return cursor.execute(_LIST, {"county": county, "state": state}).fetchall()


def decide(conn: Connection, proposal_ids: list[int], state: str, by: str) -> list[AliasProposal]:
    """Accept or reject proposals (`state` is accepted or rejected): a row in the reference folder and in the database.

    All of them or none. Safe to repeat after an interruption: the files come first, and a row that stands there already
    is not written twice.

    Raises:
        LongcangError: a proposal is unknown or decided otherwise, its name has another meaning already, or the reference
            folder cannot be written.
    """
    with conn.transaction():
        locks.take(conn, locks.ALIASES, f"decide on aliases {' '.join(map(str, proposal_ids))}")
        known = {p.proposal_id: p for p in listing(conn, state=None)}
        chosen = []
        for number in dict.fromkeys(proposal_ids):
            proposal = known.get(number)
            if proposal is None:
                raise LongcangError(f"There is no proposal {number}; longcang aliases lists them.")
            if proposal.state != "proposed":
                raise LongcangError(f"Proposal {number} is {proposal.state} already, by {proposal.decided_by}.")
            chosen.append(proposal)
        day = conn.execute("select to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD')").fetchone()
        assert day is not None
        _append(reference_folder() / FILES[state], [_row(p, state, by, day[0]) for p in chosen])
        conn.execute(
            "update ops.alias_proposals set state = %s, decided_by = %s, decided_at = clock_timestamp() "
            "where proposal_id = any(%s)",
            (state, by, [p.proposal_id for p in chosen]),
        )
        return [p for p in listing(conn, state=None) if p.proposal_id in set(proposal_ids)]


def _row(proposal: AliasProposal, state: str, by: str, day: str) -> list[str]:
    source = f"{by} {day} 决定（提议 {proposal.proposal_id}）"
    return [proposal.region_level, proposal.within_code, proposal.variant, proposal.region_code, KINDS[state], source]


def _append(path: Path, rows: list[list[str]]) -> None:
    """Add rows to a CSV file of the reference folder: the whole file anew beside it, then in its place at once."""
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ",".join(HEADER) + "\n"
        held = {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(text)) if len(row) > 3}
        out = io.StringIO(newline="")
        out.write(text if text.endswith("\n") else text + "\n")
        writer = csv.writer(out, lineterminator="\n")
        for row in rows:
            meaning = held.get(tuple(row[:3]))
            if meaning is None:
                writer.writerow(row)
                held[tuple(row[:3])] = row[3]
            elif meaning != row[3] and path.name == FILES["accepted"]:
                raise LongcangError(f"“{row[2]}” already means {meaning} in {path.name}; change it there.")
            elif meaning != row[3]:
                writer.writerow(row)
        _replace(path, out.getvalue())
    except OSError as error:
        raise LongcangError(
            f"{path} cannot be written ({error.strerror}); set LONGCANG_REFERENCE to a copy of the reference folder that can."
        ) from None


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
