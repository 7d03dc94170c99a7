"""The command line as a user meets it: what it prints, and its exit status."""

from __future__ import annotations

import io
import json
import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ingest.check import NoFileError, check_files
from tests.e2e.nights import longcang
from warehouse.cli import watch
from warehouse.cli.books import Line, Seen
from warehouse.cli.display import Plain
from warehouse.cli.main import cli
from warehouse.connect import connect
from warehouse.settings import Settings

SAMPLES = Path(__file__).resolve().parents[1] / "fixtures" / "samples"


def test_check_shows_stated_totals_as_the_county_wrote_them(settings: Settings) -> None:
    done = longcang(settings, "check", str(SAMPLES / "beita_2020_fund_allocation.csv"))
    assert done.returncode == 0, done.stderr
    assert "读到 16 行，采用 16 行，退回 0 行" in done.stdout
    for figure in ("160 万元", "236 万元", "408 万元"):
        assert f"{figure}，与各行之和一致" in done.stdout
    for missing in ("项目类别", "资金来源", "责任单位"):
        assert f"缺少“{missing}”" in done.stdout


def test_check_refuses_what_is_no_workbook(settings: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    done = longcang(settings, "check", str(broken), "--json")
    verdict = json.loads(done.stdout)[0]
    assert done.returncode == 1
    assert (verdict["outcome"], verdict["refusal_code"]) == ("refused", "S01")


def test_check_reads_nothing_that_is_no_file(settings: Settings, tmp_path: Path) -> None:
    """Nobody writes into the pipe: whoever opened it as a file would wait for ever."""
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "dangling.xlsx").symlink_to(tmp_path / "nowhere.xlsx")
    (tmp_path / "circle.xlsx").symlink_to("circle.xlsx")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        for path, sentence in {
            tmp_path / "pipe.xlsx": "this is a pipe",
            tmp_path: "this is a folder",
            Path("/dev/zero"): "this is a device",
            tmp_path / "s": "this is a socket or a device",
            tmp_path / "dangling.xlsx": "No such file",
            tmp_path / "circle.xlsx": "Too many levels of symbolic links",
        }.items():
            with pytest.raises(NoFileError, match=sentence):
                check_files([SAMPLES / "beita_2020_fund_allocation.csv", path])
    named = tmp_path / "\x1b[2J\u202e\x9b.xlsx"
    os.mkfifo(named)
    done = longcang(settings, "check", str(SAMPLES / "beita_2020_fund_allocation.csv"), str(named), timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert "\\x1b[2J\\u202e\\x9b.xlsx: this is a pipe" in done.stderr and "Traceback" not in done.stderr


def test_check_of_a_link_a_huge_file_and_names_that_steer(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(SAMPLES / "beita_2020_fund_allocation.csv")
    with (tmp_path / "huge.xlsx").open("wb") as out:
        out.truncate(3 << 30)
    steering = tmp_path / "\x1b[31m\u202e[red]表.csv"
    steering.write_bytes((SAMPLES / "beita_2020_fund_allocation.csv").read_bytes())
    paths = [str(tmp_path / "link.csv"), str(tmp_path / "huge.xlsx"), str(steering)]
    done = longcang(settings, "check", *paths)
    assert done.returncode == 1, done.stderr
    assert "文件超过 64 MB" in done.stdout and done.stdout.count("可以全部读入") == 2
    assert "\\x1b[31m\\u202e[red]表.csv" in done.stdout
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout


def test_a_query_runs_as_the_bi_reader(settings: Settings) -> None:
    assert longcang(settings, "sql", "select current_user", "--csv").stdout.split() == ["current_user", "bi_reader"]
    refused = longcang(settings, "sql", "select * from ops.runs")
    assert refused.returncode == 2
    assert "permission denied" in refused.stderr


def status(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = cli.main(["status", "--json"], standalone_mode=False)
    return code, json.loads(capsys.readouterr().out)


def test_status_is_a_number_for_a_monitor(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    def do(statement: str) -> None:
        with connect("owner", settings=settings) as conn:
            conn.execute(statement)  # type: ignore[call-overload]

    code, found = status(capsys)
    assert (code, found["state"], found["published"]) == (3, "nothing is published yet", "nothing")

    do(
        "insert into ops.publications (kind, state, as_of_date, known_until, reference_version, code_digest, published_at)"
        " values ('nightly', 'published', '2020-06-30', now(), 1, 'c', '2020-06-30 18:05+00');"
        "update ops.pointer set publication_id = (select max(publication_id) from ops.publications)"
    )
    code, found = status(capsys)
    assert (code, found["exit_status"], found["state"]) == (0, 0, "all is well")
    assert "published 2020-07-01 02:05 (Shanghai)" in found["published"]
    assert found["disk"]["archive"] == 0

    do("insert into ops.runs (run_id, kind, as_of_date, state) values ('r1', 'nightly', '2020-07-01', 'held')")
    code, found = status(capsys)
    assert code == 1 and "longcang why" in found["state"]

    do("insert into ops.runs (run_id, kind, as_of_date, state) values ('r2', 'nightly', '2020-07-02', 'failed')")
    do("insert into ops.steps (run_id, step, state) values ('r2', 'build core', 'failed')")
    code, found = status(capsys)
    assert code == 3 and "r2 failed at build core" in found["state"]
    explained = CliRunner().invoke(cli, ["why"]).output
    assert "最近一次运行 r2 出错中断，停在：build core" in explained

    do("insert into ops.runs (run_id, kind, as_of_date, state) values ('r3', 'nightly', '2020-07-03', 'done')")
    assert status(capsys)[0] == 0
    record = settings.home / "run" / "airflow-scheduler.json"
    record.parent.mkdir()
    record.write_text('{"pid": 999999999, "started": 1.0, "boot": "another"}')
    code, found = status(capsys)
    assert code == 3 and "airflow scheduler is down; `longcang up` starts it" in found["state"]


def test_status_of_a_server_of_ones_own_promises_nothing_that_up_does_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONGCANG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("LONGCANG_DATABASE_URL", "postgresql://wang:secret@127.0.0.1:1/province")
    done = CliRunner().invoke(cli, ["status"], standalone_mode=False)
    assert done.return_value == 3 and "the database is down; it is one of your own: see to it" in done.output
    assert "`longcang up` starts it" not in done.output


def test_status_without_a_database_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGCANG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("LONGCANG_SERVER_HOME", str(tmp_path / "none"))
    done = CliRunner().invoke(cli, ["status"], standalone_mode=False)
    assert done.return_value == 3 and "the database is down; `longcang up` starts it" in done.output
    assert not (tmp_path / "none").exists(), "asking made folders"


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("run", "--landing", "/no/such/folder"), 2, "no such folder"),
        (("restate", "--as-of", "last week"), 2, "neither a date"),
        (("restate", "--as-of", "2999-01-01"), 2, "lies ahead of now"),
        (("restate", "--as-of", "2999-01-01T12:00"), 2, "lies ahead of now"),
        (("restate",), 2, "--as-of"),
        (("rollback", "99"), 3, "there is no publication 99"),
        (("simulate", "--out", "/tmp/x", "--households", "0"), 2, "--households"),
        (("reread", "--by", "x", "--reason", "y"), 2, "say what is to be read again"),
        (("reread", "--submission", "99", "--by", "x", "--reason", "y"), 3, "There is no submission 99"),
        (("reread", "--form", "none", "--by", "x", "--reason", "y"), 2, "no such form"),
        (("nonsense",), 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_done_is_said(
    airflow_settings: Settings, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    done = longcang(airflow_settings, *arguments)
    assert done.returncode == status
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_published_is_said(settings: Settings) -> None:
    done = longcang(settings, "publications")
    assert done.returncode == 0
    assert "还没有任何发布" in done.stdout


def test_a_session_that_the_server_ends_is_a_fault_of_one_sentence(settings: Settings) -> None:
    """Not usage: the same query may do next time."""
    ended: list[tuple[bool]] = []

    def end() -> None:
        with connect("admin", settings=settings, database=settings.database_name, autocommit=True) as admin:
            while not ended and not over.wait(0.1):
                ended.extend(
                    admin.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity "
                        "where datname = current_database() and query = 'select pg_sleep(60)'"
                    ).fetchall()
                )

    over = threading.Event()
    ending = threading.Thread(target=end)
    ending.start()
    done = longcang(settings, "sql", "select pg_sleep(60)")
    over.set()
    ending.join()
    assert ended == [(True,)]
    assert done.returncode == 3 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("longcang: The database (") and "went away in the middle of the work" in done.stderr


def test_what_failed_is_named_not_what_came_last(tmp_path: Path) -> None:
    """Of steps side by side: the one that failed, with its cause; those that were cut off by that come after it."""

    def line(step: str, state: str, message: str | None) -> Line:
        return Line(step, 3, 9, "files", state, message, 1.0)

    lines = [
        line("discover", "done", None),
        line("ingest 1", "running", "last.xlsx"),
        line("ingest 101", "failed", "The disk is full."),
        line("ingest 201", "done", "other.xlsx"),
    ]
    settings = Settings.load({"LONGCANG_HOME": str(tmp_path)})
    worker = watch.Worker("nightly_load", "run", {}, settings)
    said = worker.why(Seen("failed", lines))
    assert said == f"The step ingest 101 failed (log: {settings.logs}/run.log): The disk is full."
    assert "ingest 1 was cut off" in worker.why(Seen("failed", lines[:2]))
    assert "before its first step began" in worker.why(Seen("failed", []))


def test_a_retry_is_shown() -> None:
    out = io.StringIO()
    plain = Plain(out)
    for state, message in (("failed", "broken"), ("running", None), ("done", None)):
        plain.update([Line("build core", 1, 2, "nodes", state, message, 1.0)])
    assert [text.split("  ")[-1].strip() for text in out.getvalue().splitlines()] == [
        "FAILED broken", "build core is tried again", "ok",
    ]  # fmt: skip
