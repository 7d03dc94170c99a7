"""A landing folder that shrinks, and what of it cannot be looked at: a share that is not mounted takes no file back."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import decisions
from ingest.batch import load_context
from ingest.discover import discover
from tests.cli.test_report import text_of
from tests.ingest.test_landing import query
from warehouse import nightly
from warehouse.cli.main import cli
from warehouse.connect import connect
from warehouse.errors import LandingRefused, LongcangError
from warehouse.report import collect
from warehouse.settings import Settings

TONGWEI, LONGXI, ZHUONI = "621121-通渭县", "621122-陇西县", "623022-卓尼县"
GONE = "select path from ops.landing_files where gone_at is not null order by path"
TROUBLES = "select path, kind, problem, n_files from ops.landing_troubles where run_id = %s order by path"


@pytest.fixture
def look(settings: Settings) -> Callable[..., list[int]]:
    """A night as far as discover, whose run has this number."""

    def run(run_id: str, **changes: Any) -> list[int]:
        changed = settings.with_changes(**changes)
        with connect("owner", settings=changed) as conn:
            return discover(conn, changed.landing, run_id, changed, load_context(changed))

    return run


def send(settings: Settings, folder: str, count: int) -> None:
    for number in range(count):
        path = settings.landing / folder / f"{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{folder},{number}\n", encoding="utf-8")


def test_more_than_a_little_stops_the_night_until_somebody_says_that_it_is_meant(
    settings: Settings, look: Callable[..., list[int]]
) -> None:
    send(settings, TONGWEI, 4)
    send(settings, LONGXI, 4)
    assert len(look("one")) == 8
    for name in (f"{TONGWEI}/0.csv", f"{LONGXI}/3.csv"):
        (settings.landing / name).unlink()
    (settings.landing / TONGWEI / "new.csv").write_text("new\n")
    with pytest.raises(LandingRefused) as refused:
        look("two")
    for words in ("2 of the 8 files", str(settings.landing), f"{TONGWEI}/0.csv", "mounted", "--accept-missing"):
        assert words in str(refused.value)
    assert query(settings, GONE) == [] and query(settings, "select count(*) from ops.submissions") == [(8,)]
    assert len(look("two, of which more may vanish", missing_share_limit=0.25)) == 9
    assert query(settings, GONE) == [(f"{TONGWEI}/0.csv",), (f"{LONGXI}/3.csv",)]
    shutil.rmtree(settings.landing)
    with pytest.raises(LongcangError, match="is missing"):
        look("three")
    settings.landing.mkdir()
    with pytest.raises(LandingRefused, match="7 of the 7 files"):
        look("three", missing_files_allowed=100)  # all of them: that is no small change
    with connect("owner", settings=settings) as conn:
        decisions.accept_missing(conn, "three", by="李四", reason="归档")
    nightly.begin("three", "nightly", nightly.date(2020, 7, 31), settings)
    look("three")
    assert len(query(settings, GONE)) == 9
    with connect("owner", settings=settings) as conn:
        said = text_of(collect(conn, "three", settings), 200)
    assert "报送目录里少了 7 个文件（已经读入的仍然计入），按 李四 的决定（归档）：" in said
    assert query(settings, "select kind, decided_by, reason, subject from ops.decisions") == [
        ("accept_missing", "李四", "归档", {"run_id": "three"})
    ]


def test_one_may_go_and_what_has_moved_is_not_missing(settings: Settings, look: Callable[..., list[int]]) -> None:
    send(settings, TONGWEI, 3)
    look("one")
    (settings.landing / TONGWEI).rename(settings.landing / "通渭县")
    assert len(look("two")) == 6
    (settings.landing / "通渭县" / "1.csv").unlink()
    look("three")
    assert len(query(settings, GONE)) == 4 and query(settings, TROUBLES, "three") == []


def test_a_countys_share_that_is_not_mounted_is_reported_and_not_gone(
    settings: Settings, look: Callable[..., list[int]]
) -> None:
    send(settings, TONGWEI, 2)
    send(settings, LONGXI, 9)
    look("one")
    for path in (settings.landing / TONGWEI).iterdir():
        path.unlink()
    nightly.begin("two", "nightly", nightly.date(2020, 7, 31), settings)
    look("two")
    assert query(settings, GONE) == [] and query(settings, TROUBLES, "two") == [(TONGWEI, "emptied", None, 2)]
    with connect("owner", settings=settings) as conn:
        said = text_of(collect(conn, "two", settings), 200)
    assert f"{TONGWEI}：目录里原有 2 个文件，现在一个也没有；可能没有挂载，没有按撤走处理" in said
    send(settings, TONGWEI, 2)
    look("three")
    assert query(settings, "select count(*) from ops.submissions") == [(11,)], "files that were never gone came again"


@contextlib.contextmanager
def without_roots_rights() -> Iterator[None]:
    """Let this thread be stopped by the rights of files, whoever runs the tests (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    fewer = (ctypes.c_uint32 * 6)(*before)
    fewer[0] &= ~0b110
    assert libc.capset(header, fewer) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0


def test_what_cannot_be_read_is_reported_with_its_path_and_never_gone(
    settings: Settings, look: Callable[..., list[int]]
) -> None:
    send(settings, TONGWEI, 2)
    send(settings, LONGXI, 2)
    send(settings, ZHUONI, 8)
    look("one")
    locked, closed = settings.landing / TONGWEI / "1.csv", settings.landing / LONGXI
    locked.chmod(0)
    closed.chmod(0)
    (settings.landing / ZHUONI / "new.csv").write_text("new\n")
    (settings.landing / ZHUONI / "new.csv").chmod(0)
    nightly.begin("two", "nightly", nightly.date(2020, 7, 31), settings)
    with without_roots_rights():
        look("two")
    assert query(settings, GONE) == []
    no_right = ("unreadable", "没有读取的权限")
    assert query(settings, TROUBLES, "two") == [
        (f"{TONGWEI}/1.csv", *no_right, 1),
        (LONGXI, *no_right, 2),
        (f"{ZHUONI}/new.csv", *no_right, 0),
    ]
    with connect("owner", settings=settings) as conn:
        said = text_of(collect(conn, "two", settings), 200)
    assert f"{LONGXI}：没有读取的权限，没有看成，其中原有的 2 个文件没有按撤走处理" in said
    for path in (locked, closed, settings.landing / ZHUONI / "new.csv"):
        path.chmod(0o700)
    assert len(look("three")) == 13, "nothing came again, and the file that could not be read before came"


def test_a_path_that_the_system_cannot_follow_is_reported(settings: Settings, look: Callable[..., list[int]]) -> None:
    """A real error of the system for whoever looks: the path is longer than it takes."""
    send(settings, TONGWEI, 1)
    here = os.getcwd()
    try:
        os.chdir(settings.landing / TONGWEI)
        for _ in range(20):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
        Path("a.csv").write_text("a\n")
    finally:
        os.chdir(here)
    assert len(look("one")) == 1
    ((path, kind, problem, known),) = query(settings, TROUBLES, "one")
    assert path.startswith(f"{TONGWEI}/ddd") and (kind, known) == ("unreadable", 0) and "File name too long" in problem


@pytest.mark.parametrize("arguments", [(), ("--by", "x"), ("--reason", "y")])
def test_who_accepts_says_who_and_why(settings: Settings, arguments: tuple[str, ...]) -> None:
    with pytest.raises(Exception, match="--by who decides"):
        cli.main(["run", "--accept-missing", *arguments], standalone_mode=False)
