"""Reading in child processes: a file that bursts, hangs or kills its reader is refused, and the rest is read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from ingest.children import ROOT, Limits, child_environment
from ingest.context import Context
from ingest.read import ReadResult
from ingest.wire import pack, unpack
from ingest.workers import Answer, Setup, Task, Worker, read_all
from tests.ingest.books import Page, by_openpyxl, by_xlsxwriter, rebuilt, replaced, that_kills_its_reader
from tests.ingest.conftest import KEY, Reader
from tests.ingest.forms import INCOME_HEADER, expect_income, income_rows

TITLE = ["通渭县2020年6月村级集体经济收入统计表"]


def setup(**limits: float) -> Setup:
    return Setup(KEY, Context.load(KEY), Limits(**limits))  # type: ignore[arg-type]


def book(rows: int = 5) -> bytes:
    more = [[n, "平襄镇", "中林", "是", *[1.0] * 7, "是", 1.0, f"第{n}行"] for n in range(rows - 5)]
    return by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *income_rows(), *more]))


def task(tmp_path: Path, name: str, data: bytes) -> Task:
    path = tmp_path / name
    path.write_bytes(data)
    return Task(name, path, f"621121-通渭县/{name}", "621121")


def test_answers_are_those_of_the_reader_itself(tmp_path: Path, read_as: Reader) -> None:
    (answer,) = read_all([task(tmp_path, "a.xlsx", book())], setup(), 1)
    expect_income(answer.result)
    here = read_as(book(), "621121-通渭县/a.xlsx")
    assert here.rows is not None and answer.result.rows is not None
    assert answer.result.rows.equals(here.rows) and answer.result.issues == here.issues
    assert not answer.is_broken and answer.county == "621121"


def test_one_bad_file_among_good_ones(tmp_path: Path) -> None:
    whole = book()
    without_rows = by_openpyxl(Page([TITLE, INCOME_HEADER]))
    tasks = [task(tmp_path, f"{n}.xlsx", book()) for n in range(4)]
    tasks.insert(2, task(tmp_path, "bad.xlsx", whole[: len(whole) // 2]))
    tasks.append(task(tmp_path, "empty.xlsx", without_rows))
    found = {a.task.key: a.result.outcome for a in read_all(tasks, setup(), 2)}
    assert found == {**{f"{n}.xlsx": "loaded" for n in range(4)}, "bad.xlsx": "refused", "empty.xlsx": "refused"}


def with_rows(rows: str, strings: str = "") -> bytes:
    """A workbook with rows added to its sheet's XML, and a shared string (number 0) put before the others."""
    changes = {"xl/worksheets/sheet1.xml": replaced(b"</sheetData>", f"{rows}</sheetData>".encode())}
    if strings:
        changes["xl/sharedStrings.xml"] = replaced(b"<si>", f"<si><t>{strings}</t></si><si>".encode())
    return rebuilt(by_xlsxwriter(Page([TITLE])), changes)


def test_a_file_that_bursts(tmp_path: Path) -> None:
    """One long text in 200,000 cells. The child whose memory was full ends, and the next one reads on."""
    cells = '<c t="s"><v>0</v></c>' * 20
    data = with_rows("".join(f'<row r="{n}">{cells}</row>' for n in range(2, 10_002)), "长" * 20_000)
    worker = Worker(setup(wall_seconds=60))
    try:
        answer = worker.do(task(tmp_path, "long.xlsx", data))
        assert (answer.result.outcome, answer.result.refusal_code) == ("refused", "S01")
        assert "过大" in (answer.result.refusal or "")
        assert worker._child._process is None
        expect_income(worker.do(task(tmp_path, "next.xlsx", book())).result)
    finally:
        worker.stop()


def test_a_file_that_kills_its_reader(tmp_path: Path) -> None:
    worker = Worker(setup(wall_seconds=60))
    try:
        answer = worker.do(task(tmp_path, "far.xlsx", that_kills_its_reader(Page([TITLE]))))
        assert (answer.result.refusal_code, answer.is_broken) == ("S01", True)
        assert "过大或结构损坏" in (answer.result.refusal or "")
        expect_income(worker.do(task(tmp_path, "next.xlsx", book())).result)
    finally:
        worker.stop()


ATTEMPTS = """
import os, resource, socket, subprocess, sys
from ingest import child
child._limit({"memory_bytes": 1 << 30, "file_bytes": 0})
def attempt(what):
    try:
        what()
        print("done")
    except BaseException as error:
        print(type(error).__name__)
def write():
    with open(sys.argv[1], "wb") as stream:
        stream.write(b"x")
for what in (write, lambda: subprocess.run(["true"]), lambda: os.system("true"), os.fork, socket.socket,
             lambda: bytearray(1 << 30), lambda: [os.dup(1) for _ in range(100)]):
    attempt(what)
print(resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_what_a_child_cannot_do(tmp_path: Path) -> None:
    path = tmp_path / "written"
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPTS, str(path)], stdout=subprocess.PIPE, cwd=ROOT, text=True, check=True
    )
    errors = ["OSError", *["PermissionError"] * 4, "MemoryError", "OSError", "(0, 0)"]
    assert done.stdout.split("\n")[:-1] == errors
    assert path.read_bytes() == b""


def test_a_file_that_takes_too_much_processor_time(tmp_path: Path) -> None:
    worker = Worker(setup(cpu_seconds=0))
    try:
        answer = worker.do(task(tmp_path, "slow.xlsx", book(20_000)))
        assert isinstance(answer, Answer) and answer.is_broken
        assert answer.result.refusal_code == "S01" and "解析超时" in (answer.result.refusal or "")
    finally:
        worker.stop()


def test_a_child_killed_from_outside_gets_its_file_once_more(tmp_path: Path) -> None:
    worker = Worker(setup())
    big, small = task(tmp_path, "big.xlsx", book(6000)), task(tmp_path, "small.xlsx", book())
    try:
        expect_income(worker.do(small).result)
        assert worker._child._process is not None
        pid = worker._child._process.pid

        def kill() -> None:
            time.sleep(0.15)
            os.kill(pid, signal.SIGKILL)

        thread = threading.Thread(target=kill)
        thread.start()
        answer = worker.do(big)
        thread.join()
        assert answer.result.rows_read == 6000
    finally:
        worker.stop()


def test_children_end_when_the_caller_stops_early(tmp_path: Path) -> None:
    before = {p.pid for p in psutil.Process().children()}
    answers = read_all([task(tmp_path, f"{n}.xlsx", book()) for n in range(6)], setup(), 2)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert {p.pid for p in psutil.Process().children()} <= before


def test_no_secret_in_a_childs_environment_or_command_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LONGCANG_TOKEN_KEY", "a key in the environment of the parent")
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert not any("KEY" in n or n.startswith(("PG", "LONGCANG")) for n in child_environment())
    worker = Worker(setup())
    try:
        worker.do(task(tmp_path, "a.xlsx", book()))
        assert worker._child._process is not None
        child = psutil.Process(worker._child._process.pid)
        assert KEY.hex() not in " ".join(child.cmdline()) and KEY.hex() not in str(child.environ())
    finally:
        worker.stop()
    assert KEY.decode() not in repr(setup())


def test_frames_carry_a_result_whole(read_as: Reader) -> None:
    rows = income_rows()
    rows[0][2] = "没有这个村"
    result = read_as(by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows])))
    again = unpack(*pack(result))
    assert again.issues == result.issues and again.parts == result.parts and again.period_end == result.period_end
    assert again.rows is not None and result.rows is not None and again.rows.equals(result.rows)
    assert unpack(*pack(ReadResult())) == ReadResult()
