"""What goes wrong around a file: it moves while it is read, the disk is full, the database goes away, two nights meet.

Nothing is half landed and nothing is lost: the next night finishes the work.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest

from ingest import archive
from ingest.batch import load_context, read_batch
from ingest.discover import discover
from tests.ingest.books import Page, by_csv, by_openpyxl
from tests.ingest.forms import INCOME_HEADER, income_rows
from warehouse.connect import connect
from warehouse.settings import Settings

TITLE = ["通渭县2020年6月村级集体经济收入统计表"]
FOLDER = "621121-通渭县"


@cache
def income(change: float = 0.0) -> bytes:
    rows = income_rows()
    rows[0][4] += change
    return by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows]))


@cache
def text(version: int) -> bytes:
    """A csv that reads as well where it is cut short: nothing in it tells."""
    rows = income_rows()
    for row in rows:
        row[-1] = f"第{version}版" + "注" * 5000
    return by_csv(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows]))


@pytest.fixture
def ready(settings: Settings) -> Settings:
    (settings.landing / FOLDER).mkdir(parents=True)
    return settings


def found_by(settings: Settings) -> list[int]:
    with connect("owner", settings=settings) as conn:
        return discover(conn, settings.landing, "night", settings, load_context(settings))


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(statement).fetchall()  # type: ignore[arg-type]


def landed(settings: Settings) -> tuple[int, ...]:
    """How many submissions, readings, parts, issues and rows there are."""
    return tuple(
        int(str(query(settings, f"select count(*) from {table}")[0][0]))
        for table in ("ops.submissions", "ops.readings", "ops.reading_parts", "ops.issues", "raw.village_income")
    )


@contextmanager
def meanwhile(*works: Callable[[int], None]) -> Iterator[None]:
    """Threads that do their work over and over, with the number of the time, while the block runs."""
    stopping = threading.Event()

    def repeat(work: Callable[[int], None]) -> None:
        for number in itertools.count():
            if stopping.is_set():
                return
            work(number)

    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def replacing(path: Path) -> Callable[[int], None]:
    """As a careful sender does: written beside, then renamed over the old one."""

    def work(number: int) -> None:
        beside = path.with_suffix(".part")
        beside.write_bytes(text(number % 3))
        os.replace(beside, path)
        time.sleep(0.001)

    return work


def growing(path: Path) -> Callable[[int], None]:
    """As a copy over a slow line does: a piece at a time, and at rest for a while when it is whole."""

    def work(number: int) -> None:
        data = text(number % 3)
        with path.open("wb") as stream:
            for at in range(0, len(data), 8192):
                stream.write(data[at : at + 8192])
                stream.flush()
                time.sleep(0.002)
        time.sleep(0.2)

    return work


def coming_and_going(path: Path) -> Callable[[int], None]:
    """Deleted, written, renamed to and fro."""
    away = path.with_name("another name.csv")

    def work(number: int) -> None:
        replacing(path)(number)
        os.replace(path, away)
        away.unlink() if number % 2 else os.replace(away, path)

    return work


def test_what_is_stored_of_a_moving_file_is_a_whole_version(tmp_path: Path) -> None:
    path, kept = tmp_path / "a.csv", tmp_path / "archive"
    whole = {hashlib.sha256(text(version)).hexdigest() for version in range(3)}
    stored: list[str | None] = []
    with meanwhile(replacing(path), coming_and_going(tmp_path / "b.csv")):
        for name in ("a.csv", "b.csv", "another name.csv") * 80:
            sha256 = archive.store(tmp_path / name, kept)
            stored.append(sha256)
            assert sha256 is None or hashlib.sha256(archive.path_of(kept, sha256).read_bytes()).hexdigest() == sha256
    assert set(stored) - {None} <= whole
    assert None in stored and len(set(stored)) > 1
    assert not list(kept.glob(".incoming-*"))


def test_no_file_is_loaded_in_part(ready: Settings) -> None:
    """Nights that look while files grow, change, go and come back."""
    settings, folder = ready.with_changes(settle_seconds=0.08), ready.landing / FOLDER
    works = growing(folder / "a.csv"), replacing(folder / "b.csv"), coming_and_going(folder / "c.csv")
    with meanwhile(*works):
        for _ in range(12):
            found_by(settings)
    (folder / "d.csv").write_bytes(text(0))
    numbers = found_by(settings)
    whole = {hashlib.sha256(text(version)).hexdigest() for version in range(3)}
    hashes = {str(sha256) for (sha256,) in query(ready, "select sha256 from ops.submissions")}
    assert hashes and hashes <= whole
    counts = read_batch(numbers, "night", settings)
    assert set(counts) <= {"loaded", "unchanged"}
    assert {int(str(n)) for (n,) in query(ready, "select rows_read from ops.readings")} == {5}


READ = "import sys; from ingest.batch import read_batch; from warehouse.settings import Settings; " \
       "print(read_batch([int(n) for n in sys.argv[1:]], 'night', Settings.load()))"  # fmt: skip


def test_two_nights_read_one_submission_at_once(ready: Settings) -> None:
    (ready.landing / FOLDER / "a.xlsx").write_bytes(income())
    numbers = [str(number) for number in found_by(ready)]
    environment = {**os.environ, **ready.environment()}
    nights = [
        subprocess.Popen([sys.executable, "-c", READ, *numbers], env=environment, cwd=ready.project_root) for _ in "ab"
    ]
    assert [night.wait(timeout=60) for night in nights] == [0, 0]
    assert landed(ready) == (1, 1, 19, 0, 5)


def test_the_connection_is_lost_in_the_middle_of_landing(ready: Settings) -> None:
    for number in range(3):
        (ready.landing / FOLDER / f"{number}.xlsx").write_bytes(income(number))
    numbers = found_by(ready)
    raised: list[BaseException] = []

    def night() -> None:
        try:
            read_batch(numbers, "night", ready)
        except BaseException as error:
            raised.append(error)

    # Held by this lock, the landing waits in its COPY: outcome, parts and issues are written, the rows are not.
    with connect("owner", settings=ready) as holder:
        holder.execute("lock table raw.village_income in access exclusive mode")
        thread = threading.Thread(target=night)
        thread.start()
        waiting = None
        while waiting is None and thread.is_alive():
            with connect("owner", settings=ready) as conn:
                waiting = conn.execute(
                    "select pid from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'copy%raw%' "
                    "and datname = current_database()"
                ).fetchone()
            time.sleep(0.05)
        assert waiting is not None
        with connect("admin", settings=ready) as conn:
            conn.execute("select pg_terminate_backend(%s)", waiting)
        thread.join()
    assert [type(error) for error in raised] == [psycopg.errors.AdminShutdown]
    assert landed(ready) == (3, 0, 0, 0, 0)
    assert found_by(ready) == numbers
    assert read_batch(numbers, "the next night", ready) == {"loaded": 3}
    assert landed(ready) == (3, 3, 57, 0, 15)


FULL = """
import resource, sys
from tests.ingest.test_faults import found_by
from warehouse.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    found_by(Settings.load())
except OSError as error:
    print(error.errno)
"""


def test_no_room_in_the_archive(ready: Settings) -> None:
    """The system refuses to write past a size, as it does on a full disk: the small file has room, the large one has not."""
    (ready.landing / FOLDER / "a.xlsx").write_bytes(income())
    (ready.landing / FOLDER / "b.csv").write_bytes(text(0))
    room = (len(income()) + len(text(0))) // 2
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(room)],
        env={**os.environ, **ready.environment()},
        cwd=ready.project_root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "27", done.stderr
    assert landed(ready) == (0, 0, 0, 0, 0)
    assert [path.stat().st_size for path in ready.archive.rglob("*") if path.is_file()] == [len(income())]
    assert len(found_by(ready)) == 2


def test_the_limit_of_this_process_is_as_it_was() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_what_is_no_plain_file_is_passed_over(ready: Settings, tmp_path: Path) -> None:
    folder = ready.landing / FOLDER
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.xlsx").write_bytes(income())
    (folder / "link.xlsx").symlink_to(tmp_path / "outside" / "a.xlsx")
    (folder / "linked folder").symlink_to(tmp_path / "outside")
    (folder / "zero.xlsx").symlink_to("/dev/zero")
    (folder / "circle.xlsx").symlink_to("circle.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket may have a hundred bytes
        try:
            listener.bind("socket.xlsx")
        finally:
            os.chdir(here)
    if os.geteuid() == 0:
        os.mknod(folder / "device.xlsx", 0o600 | 0o020000, os.makedev(1, 5))
    (folder / "folder.xlsx").mkdir()
    (folder / "folder.xlsx" / "b.xlsx").write_bytes(income(1))
    os.link(folder / "folder.xlsx" / "b.xlsx", folder / "the same.xlsx")
    alone = ready.with_changes(workers=1)  # two that read the same bytes at once may both land them
    assert read_batch(found_by(ready), "night", alone) == {"loaded": 1, "unchanged": 1}
    paths = [path for (path,) in query(ready, "select path from ops.submissions order by 1")]
    assert paths == [f"{FOLDER}/folder.xlsx/b.xlsx", f"{FOLDER}/the same.xlsx"]


NAMES = {
    "a\nb.xlsx": "a\\nb.xlsx",
    "\x1b[2J\x1b]0;title\x07.xlsx": "\\x1b[2J\\x1b]0;title\\x07.xlsx",
    "x\u202excod.xlsx": "x\\u202excod.xlsx",
    "'; drop table ops.readings; --.xlsx": "'; drop table ops.readings; --.xlsx",
    '"{{ var.value.secret }}{% raw %}".xlsx': '"{{ var.value.secret }}{% raw %}".xlsx',
    "$(touch x) `id` %s %(a)s.xlsx": "$(touch x) `id` %s %(a)s.xlsx",
    "[red][link=x].xlsx": "[red][link=x].xlsx",
    "-rf --help.xlsx": "-rf --help.xlsx",
    "一" * 80 + ".xlsx": "一" * 80 + ".xlsx",
}


def test_odd_names_are_only_names(ready: Settings) -> None:
    for number, name in enumerate(NAMES):
        (ready.landing / FOLDER / name).write_bytes(income(number))
    gbk = os.fsencode(ready.landing / FOLDER) + b"/" + "表{{1}}\n.xlsx".encode("gbk")
    Path(os.fsdecode(gbk)).write_bytes(income(50))
    assert read_batch(found_by(ready), "night", ready) == {"loaded": len(NAMES) + 1}
    paths = {str(path).removeprefix(f"{FOLDER}/") for (path,) in query(ready, "select path from ops.submissions")}
    assert paths == {*NAMES.values(), "表{{1}}\\n.xlsx"}
    assert found_by(ready) == []
