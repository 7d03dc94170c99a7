"""Nights on a machine that fails: what is read is what an undisturbed night reads, and what is not is told and read later."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest import archive, decisions
from ingest.batch import UnreadError, load_context, read_batch
from ingest.digests import digest
from ingest.formats import gate
from ingest.landing import land
from ingest.read import ReadResult
from tests.conftest import FreshDatabase
from tests.e2e.nights import longcang
from tests.ingest.test_faults import FOLDER, found_by, income, landed, query, ready
from warehouse import publications
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.report import collect
from warehouse.settings import Settings

__all__ = ["ready"]

DIGITS = "select path, outcome, rows_accepted from ops.readings join ops.submissions using (submission_id) order by 1"


def send(settings: Settings, *names: str) -> None:
    for number, name in enumerate(names):
        path = settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(income(number + len(name)))


def rows(settings: Settings) -> list[tuple[object, ...]]:
    """What a warehouse holds of the files' rows, whatever the numbers of readings."""
    return query(
        settings,
        "select s.path, to_jsonb(v) - 'reading_id' from raw.village_income v join ops.readings using (reading_id) "
        "join ops.submissions s using (submission_id) order by 1, 2",
    )


def speaking_at(conn: psycopg.Connection[Any], moment: Any) -> set[int]:
    """The submissions that a restatement up to this moment is made from."""
    publication = publications.form(
        conn,
        run_id=f"{moment}",
        kind="restatement",
        as_of_date=moment.date(),
        gate_digest="g",
        known_until=moment,
        force=True,
    )
    conn.commit()
    rows = conn.execute(
        "select distinct submission_id from ops.publication_parts join ops.readings using (reading_id) "
        "where publication_id = %s",
        (publication,),
    )
    return {number for (number,) in rows}


def kept_at(settings: Settings, name: str) -> Path:
    sha256 = hashlib.sha256((settings.landing / name).read_bytes()).hexdigest()
    return archive.path_of(settings.archive, sha256)


def test_an_archive_that_loses_originals_costs_the_other_files_nothing(
    ready: Settings, fresh_database: FreshDatabase
) -> None:
    names = [f"{FOLDER}/{name}.xlsx" for name in ("a", "b", "c")]
    send(ready, *names)
    numbers = found_by(ready)
    gone, flipped = kept_at(ready, names[0]), kept_at(ready, names[1])
    whole = flipped.read_bytes()
    gone.rename(gone.with_suffix(".moved"))
    flipped.chmod(0o600)
    flipped.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])

    with pytest.raises(UnreadError) as raised:
        read_batch(numbers, "night", ready)
    said = str(raised.value)
    assert "2 of 3 files" in said and names[0] in said and str(gone) in said and f"submission {numbers[1]} " in said
    assert query(ready, DIGITS) == [(names[2], "loaded", 5)]
    assert found_by(ready) == numbers[:2]

    with connect("owner", settings=ready) as conn:  # nobody has them any more: nights go on without them
        decisions.give_up(conn, numbers[:2], ready.archive, by="李工", reason="磁盘损坏")
        with pytest.raises(LongcangError, match=f"has the original of submission {numbers[2]}"):
            decisions.give_up(conn, [numbers[2]], ready.archive, by="李工", reason="磁盘损坏")
    assert found_by(ready) == []
    with connect("owner", settings=ready) as conn:  # somebody has, after all
        for number in numbers[:2]:
            decisions.reread(conn, by="李工", reason="找到备份", submissions=[number])
    assert found_by(ready) == numbers[:2]

    gone.with_suffix(".moved").rename(gone)
    flipped.write_bytes(whole)
    assert read_batch(found_by(ready), "the next night", ready) == {"loaded": 2}
    undisturbed = fresh_database()
    send(undisturbed, *names)
    read_batch(found_by(undisturbed), "night", undisturbed)
    assert rows(ready) == rows(undisturbed) and query(ready, DIGITS) == query(undisturbed, DIGITS)


def test_the_same_file_sent_again_mends_the_archive(ready: Settings) -> None:
    send(ready, f"{FOLDER}/a.xlsx")
    (number,) = found_by(ready)
    kept = kept_at(ready, f"{FOLDER}/a.xlsx")
    kept.chmod(0o600)
    kept.write_bytes(b"rotten")
    (ready.landing / FOLDER / "again.xlsx").write_bytes((ready.landing / FOLDER / "a.xlsx").read_bytes())
    assert len(found_by(ready)) == 2
    assert read_batch([number], "night", ready) == {"loaded": 1}


NIGHT = """
import sys
from tests.ingest.test_faults import found_by
from warehouse.errors import LongcangError
from warehouse.settings import Settings
try:
    found_by(Settings.load())
except LongcangError as error:
    print(error)
"""


def test_an_archive_on_a_disk_that_fills_up(ready: Settings) -> None:
    """A real small disk, in a namespace of its own: the first files have room, the next has not."""
    send(ready, *(f"{FOLDER}/{n}.xlsx" for n in range(6)))
    night = f'mount -t tmpfs -o size=24k none "{ready.archive}" && exec "{sys.executable}" -c "$NIGHT"'
    done = subprocess.run(
        ["unshare", *(["--user", "--map-root-user"] if os.geteuid() else []), "--mount", "sh", "-c", night],
        env={**os.environ, **ready.environment(), "NIGHT": NIGHT},
        cwd=ready.project_root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"The archive {ready.archive} cannot be written (No space left on device)" in done.stdout, done.stderr
    assert landed(ready) == (0, 0, 0, 0, 0)
    assert read_batch(found_by(ready), "the next night", ready) == {"loaded": 6}


def test_a_file_over_the_limit_is_neither_copied_nor_read_whole(ready: Settings) -> None:
    huge, small = ready.landing / FOLDER / "huge.xlsx", f"{FOLDER}/a.xlsx"
    send(ready, small)
    with huge.open("wb") as out:
        out.truncate(3 << 30)
    with zipfile.ZipFile(ready.landing / FOLDER / "b.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("ok.xlsx", income(50))
        bundle.writestr("huge.csv", b"0" * (gate.MAX_BYTES + 1))
    started = time.monotonic()
    numbers = found_by(ready)
    assert time.monotonic() - started < 30
    assert read_batch(numbers, "night", ready) == {"loaded": 1, "refused": 2}
    refused = query(ready, "select path, refusal_code, refusal from ops.readings join ops.submissions using "
                           "(submission_id) where outcome = 'refused' order by 1")  # fmt: skip
    assert refused == [
        (f"{FOLDER}/b.zip", "S01", "压缩包里有超过 64 MB 的文件，请拆分后报送"),
        (f"{FOLDER}/huge.xlsx", "S01", "文件超过 64 MB，请拆分后报送"),
    ]
    held = sorted(path.stat().st_size for path in ready.archive.rglob("*") if path.is_file())
    assert held == sorted([(ready.landing / small).stat().st_size, (ready.landing / FOLDER / "b.zip").stat().st_size])
    assert found_by(ready) == []
    with huge.open("r+b") as out:
        out.truncate(2 << 30)
    assert len(found_by(ready)) == 1


def test_a_file_that_grows_past_the_limit_while_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is small when it is looked at and never ends: the copy stops at the limit, and nothing of it stays."""
    monkeypatch.setattr(gate, "MAX_BYTES", 1 << 20)
    path, kept = tmp_path / "a.csv", tmp_path / "archive"
    path.write_bytes(b"0")
    seen = archive.look(path)
    path.write_bytes(b"0" * (3 << 20))
    monkeypatch.setattr(archive, "look", lambda _: seen)
    assert archive.store(path, kept) is None
    assert list(kept.iterdir()) == []


def test_no_county_takes_up_the_whole_night(ready: Settings) -> None:
    settings = ready.with_changes(new_files_per_county=2)
    many, few, none = (
        [f"{FOLDER}/{n}.xlsx" for n in range(5)],
        ["620102-城关区/a.xlsx"],
        [f"{n}.xlsx" for n in range(3)],
    )
    send(ready, *many, *few, *none)

    def night() -> list[str]:
        found_by(settings)
        return [str(path) for (path,) in query(ready, "select path from ops.submissions order by submission_id")]

    first = night()
    assert first == sorted([*many[:2], *few, *none[:2]])
    with connect("owner", settings=ready) as conn:
        waiting = [(row["county_code"], row["files"]) for row in collect(conn, "night", settings)["waiting"]]
    assert waiting == [("621121", 3), (None, 1)]
    send(ready, f"{FOLDER}/0 new.xlsx")  # first by its name, last in turn
    second = night()[len(first) :]
    assert second == [none[2], *many[2:4]]
    third = night()[len(first) + len(second) :]
    assert third == [many[4], f"{FOLDER}/0 new.xlsx"]
    assert query(ready, "select * from ops.waiting_files") == []


def test_what_a_machines_fault_had_refused_is_read_again_by_one_command(ready: Settings) -> None:
    """An older warehouse: a good file refused over a fault, a bad one refused rightly, under the digest of today."""
    send(ready, f"{FOLDER}/good.xlsx", f"{FOLDER}/bad.xlsx", f"{FOLDER}/fine.xlsx")
    (ready.landing / FOLDER / "bad.xlsx").write_bytes(b"PK\x03\x04 nothing")
    bad, fine, good = found_by(ready)
    read_batch([bad, fine], "old night", ready)
    context = load_context(ready)
    with connect("owner", settings=ready) as conn:
        result = ReadResult(county_code="621121")
        result.refuse("S01", "读取超过 180 秒仍未完成，内容不像正常的表格，请检查后重新保存报送")
        land(conn, good, "", digest(context, None, "621121"), result, "old night", 0)
    assert found_by(ready) == []
    (before,) = query(ready, "select clock_timestamp()")
    newest = "select submission_id, outcome from ops.readings order by reading_id desc limit 1"

    assert longcang(ready, "reread", "--machine-faults").returncode == 2  # nobody says that he decides
    done = longcang(ready, "reread", "--machine-faults", "--by", "李工")
    assert done.returncode == 0 and "good.xlsx" in done.stdout and "fine.xlsx" not in done.stdout, done.stderr
    assert found_by(ready) == [good]
    assert read_batch([good], "night", ready) == {"loaded": 1}
    assert read_batch([good], "night", ready) == {"skipped": 1}
    assert found_by(ready) == [] and query(ready, newest) == [(good, "loaded")]
    with connect("owner", settings=ready) as conn:  # decided and read once: neither is done a second time
        assert decisions.reread(conn, by="李工", reason="", machine_faults=True) == []

    # Anything else again, by county, form or number; what was known then is known as it was
    done = longcang(ready, "reread", "--submission", str(fine), "--by", "李工", "--reason", "核对")
    assert done.returncode == 0 and read_batch(found_by(ready), "night", ready) == {"loaded": 1}
    with connect("owner", settings=ready) as conn:
        assert [c.submission_id for c in decisions.reread(conn, by="李工", reason="核对", counties=["621121"])] == [
            bad,
            good,
        ]
        conn.rollback()
        (now,) = conn.execute("select clock_timestamp()").fetchall()
        assert [speaking_at(conn, moment) for (moment,) in (before, now)] == [{fine}, {good}]
    for statement in ("update ops.decisions set reason = 'x'", "delete from ops.decision_submissions"):
        with pytest.raises(Exception, match="only ever added to"):
            query(ready, statement)
