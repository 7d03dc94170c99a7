"""Proposed spellings of places: recorded with each landing, listed, and decided by people.

What is accepted becomes a row of `aliases.csv` in `LONGCANG_HOME/reference`, beside the rest of the state, which changes the
digest of its county: the next night reads again what the name refused. What is rejected becomes a row of
`alias_rejections.csv` there: it is not proposed again. The list that comes with the project is the start (`reference_files`).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import class_row

from warehouse import locks, reference_files
from warehouse.errors import LongcangError
from warehouse.server_config import write_atomically
from warehouse.settings import make_private_folder

Connection = psycopg.Connection[Any]
FILES = {"accepted": "aliases.csv", "rejected": "alias_rejections.csv"}
HEADER = ["region_level", "within_code", "variant", "region_code", "kind", "source"]
KINDS = {"accepted": "别称", "rejected": "不是别称"}
OTHER = {"accepted": "rejected", "rejected": "accepted"}

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


@dataclass(frozen=True)
class Alias:
    """One spelling in force: where it is written down, what the project's list says in its place, and who decided on it.

    `path` is the file; `is_local` says whether it is one's own. `instead_of` is the code that the project's list gives to the
    same name, where that is another; `decided_by` is None where it was never a proposal (`source` may say more).
    """

    region_level: str
    within_code: str
    variant: str
    region_code: str
    kind: str
    source: str
    path: str
    is_local: bool
    instead_of: str | None
    decided_by: str | None
    decided_at: datetime | None


def in_force(conn: Connection, county: str | None = None) -> list[Alias]:
    """All spellings that the next night goes by, of a county (its code) or of all; one's own last."""
    start, own = reference_files.folder(), reference_files.local_folder()
    committed = {_name(row): row for row in reference_files.rows("aliases", start)}
    accepted = {
        (level, within, variant, code): (by, at)
        for level, within, variant, code, by, at in conn.execute(
            "select region_level, within_code, variant, region_code, decided_by, decided_at from ops.alias_proposals "
            "where state = 'accepted'"
        )
    }
    found = []
    for row in reference_files.rows("aliases", start, own):
        if county is not None and row["region_code"][:6] != county:
            continue
        before = committed.get(_name(row))
        is_local = before != row
        by, at = accepted.get((*_name(row), row["region_code"]), (None, None))
        found.append(
            Alias(
                **{key: row[key] for key in HEADER},
                path=str((own if is_local else start) / FILES["accepted"]),
                is_local=is_local,
                instead_of=before["region_code"] if before and before["region_code"] != row["region_code"] else None,
                decided_by=by,
                decided_at=at,
            )
        )
    return sorted(found, key=lambda alias: alias.is_local)


def _name(row: dict[str, str]) -> tuple[str, str, str]:
    return row["region_level"], row["within_code"], row["variant"]


def decide(conn: Connection, proposal_ids: list[int], state: str, by: str) -> list[AliasProposal]:
    """Accept or reject proposals (`state` is accepted or rejected): a row in one's own reference files and in the database.

    All of them or none. What was decided the other way is taken back. Safe to repeat after an interruption: the files come
    first, and a row that is there already is not written twice; one that is in no list any more is written again.

    Raises:
        LongcangError: a proposal is unknown or decided so already, its name has another meaning, or the project's own list
            decides it the other way, or the files cannot be written.
    """
    with conn.transaction():
        locks.take(conn, locks.ALIASES, f"decide on aliases {' '.join(map(str, proposal_ids))}")
        known = {p.proposal_id: p for p in listing(conn, state=None)}
        chosen = []
        for number in dict.fromkeys(proposal_ids):
            proposal = known.get(number)
            if proposal is None:
                raise LongcangError(f"There is no proposal {number}; longcang aliases lists them.")
            if proposal.state == state and _name_and_code(proposal) in _kept(state):
                raise LongcangError(f"Proposal {number} is {proposal.state} already, by {proposal.decided_by}.")
            chosen.append(proposal)
        day = conn.execute("select to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'YYYY-MM-DD')").fetchone()
        assert day is not None
        rows = [_row(p, state, by, day[0]) for p in chosen]
        _take_back(OTHER[state], {_name_and_code(p) for p in chosen if p.state == OTHER[state]})
        _keep(state, rows)
        conn.execute(
            "update ops.alias_proposals set state = %s, decided_by = %s, decided_at = clock_timestamp() "
            "where proposal_id = any(%s)",
            (state, by, [p.proposal_id for p in chosen]),
        )
        return [p for p in listing(conn, state=None) if p.proposal_id in set(proposal_ids)]


def _row(proposal: AliasProposal, state: str, by: str, day: str) -> dict[str, str]:
    source = f"{by} {day} 决定（提议 {proposal.proposal_id}）"
    values = (proposal.region_level, proposal.within_code, proposal.variant, proposal.region_code, KINDS[state], source)
    return dict(zip(HEADER, values, strict=True))


def _kept(state: str) -> set[tuple[str, ...]]:
    """The names that are decided so in any file, each with its meaning."""
    name = FILES[state].removesuffix(".csv")
    found = reference_files.rows(name, reference_files.folder(), reference_files.local_folder())
    return {(*_name(row), row["region_code"]) for row in found}


def _name_and_code(proposal: AliasProposal) -> tuple[str, ...]:
    return proposal.region_level, proposal.within_code, proposal.variant, proposal.region_code


def _take_back(state: str, names: set[tuple[str, ...]]) -> None:
    """Remove rows from one's own file."""
    name, start = FILES[state].removesuffix(".csv"), reference_files.folder()
    for row in reference_files.rows(name, start):
        if (*_name(row), row["region_code"]) in names:
            raise LongcangError(f"“{row['variant']}” is in the project's own {start / FILES[state]}; change it there.")
    path = reference_files.local_folder() / FILES[state]
    if not names or not path.exists():
        return
    kept = [row for row in reference_files.read(path, str(path)) if (*_name(row), row["region_code"]) not in names]
    _write(path, kept)


def _keep(state: str, rows: list[dict[str, str]]) -> None:
    """Add rows to one's own file."""
    kept = _kept(state)
    meanings = {name[:3]: name[3] for name in kept}
    new = []
    for row in rows:
        other = meanings.setdefault(_name(row), row["region_code"])
        if state == "accepted" and other != row["region_code"]:
            raise LongcangError(f"“{row['variant']}” already means {other}; `longcang aliases --all` says where from.")
        if (*_name(row), row["region_code"]) not in kept:
            new.append(row)
    path = reference_files.local_folder() / FILES[state]
    if new:
        _write(path, [*(reference_files.read(path, str(path)) if path.exists() else ()), *new])


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    """Put a file of these rows in place of the one before: the whole file anew beside it, then in its place at once."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    try:
        make_private_folder(path.parent)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        write_atomically(path, out.getvalue(), mode)
        path.chmod(mode)
    except OSError as error:
        raise LongcangError(f"{path} cannot be written ({error.strerror}); see that LONGCANG_HOME can be.") from None
