"""The report of a night: whole, its counts those of its lists, and short enough to be read."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from tests.gate.looking import looking_at
from tests.workbooks.test_feedback import LONGXI, TONGWEI, WRONG, corrected, income, places_of
from warehouse import disk, nightly, publications, report_text, trials
from warehouse import report as store
from warehouse.cli.main import cli
from warehouse.cli.run import keep_house
from warehouse.connect import connect
from warehouse.report import collect, kept
from warehouse.settings import Settings

DAY = nightly.date(2020, 7, 31)
ZHUONI = "623022-卓尼县"


def own(county: str, code: str, month: int = 6) -> bytes:
    """A county's ledger about villages of its own."""
    named = {}
    for row, (township, village) in enumerate(places_of(code), 4):
        named |= {f"B{row}": township, f"C{row}": village}
    return corrected(income(county, month), **named)


def read(settings: Settings, run_id: str, files: dict[str, bytes | None], kind: str = "nightly") -> None:
    """A night as far as reading: what is left where somebody kills it then."""
    for name, data in files.items():
        path = settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink() if data is None else path.write_bytes(data)
    nightly.begin(run_id, kind, DAY, settings)
    for batch in nightly.discover(run_id, settings.landing, settings):
        nightly.ingest(run_id, batch, settings)


def night(settings: Settings, run_id: str, files: dict[str, bytes | None], kind: str = "nightly") -> dict[str, Any]:
    """A whole night but for the models; gives its report."""
    read(settings, run_id, files, kind)
    nightly.form(run_id, settings)
    with looking_at({"village_income"}):
        nightly.gate_landed(run_id, settings)
    nightly.publish(run_id, settings)
    assert nightly.finish(run_id, settings) == "done"
    with connect("owner", settings=settings) as conn:
        report = kept(conn, run_id)
    assert report is not None
    return report


def text_of(report: dict[str, Any], width: int = 120, *, with_all: bool = False) -> str:
    out = Console(record=True, width=width, file=io.StringIO())
    report_text.render(report, out, with_all=with_all)
    return out.export_text()


@pytest.fixture(scope="module")
def reports(module_settings: Settings) -> Iterator[list[dict[str, Any]]]:
    """Two nights with one between them that was killed after it had read."""
    settings = module_settings
    first = night(settings, "one", {f"{TONGWEI}/a.xlsx": income(), f"{LONGXI}/a.xlsx": own("陇西县", "621122")})
    july = own("陇西县", "621122", 7)
    read(settings, "killed", {f"{LONGXI}/七月.xlsx": july})
    second = night(
        settings,
        "two",
        {
            f"{TONGWEI}/a.xlsx": income(C5="没有这个村"),
            f"{TONGWEI}/七月.xlsx": income("通渭县", 7, **WRONG),
            f"{TONGWEI}/坏.xlsx": b"PK\x03\x04 not a workbook",
            f"{LONGXI}/a.xlsx": None,
            f"{LONGXI}/七月.xlsx": None,
            f"{LONGXI}/改名.xlsx": july,
            f"{ZHUONI}/a.xlsx": own("卓尼县", "623022"),
        },
    )
    yield [first, second]


def test_counts_are_those_of_the_lists(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        counted = {row["outcome"]: row["files"] for row in report["files"]}
        assert counted.get("refused", 0) == len(report["refused"])
        assert counted.get("partly", 0) == len(report["partly"])
        for row in report["partly"]:
            assert row["rows_refused"] and row["reasons"], row
        warned = {(row["suite"], row["rule_id"]) for row in report["warnings"]}
        assert sum(row["warnings"] for row in report["gate"]) == len(warned)
        assert sum(row["critical"] for row in report["gate"]) == 0
    assert {row["path"] for row in reports[1]["partly"]} == {f"{TONGWEI}/a.xlsx"}
    assert {row["path"] for row in reports[1]["refused"]} == {f"{TONGWEI}/坏.xlsx", f"{TONGWEI}/七月.xlsx"}


def test_it_says_what_is_otherwise_than_last_time(reports: list[dict[str, Any]]) -> None:
    first, second = reports
    assert (first["newly_reporting"], first["earlier_runs"], first["gone"]) == ([], [], [])
    ((run, state, files),) = [(r["run_id"], r["state"], r["files"]) for r in second["earlier_runs"]]
    assert (run, state, files) == ("killed", "running", 1)
    assert [(row["path"], row["now_at"]) for row in second["gone"]] == [
        (f"{LONGXI}/a.xlsx", None),
        (f"{LONGXI}/七月.xlsx", f"{LONGXI}/改名.xlsx"),
    ]
    assert [(r["county_name"], r["form"]) for r in second["newly_reporting"]] == [("卓尼县", "village_income")]
    assert second["newly_missing"] == []
    text = text_of(second)
    for line in (
        *("此前的运行 killed（没有做完）已读入 1 份、采用 5 行", "报送目录里少了 1 个文件", f"{LONGXI}/a.xlsx"),
        *("有 1 个文件改了名或换了文件夹", f"{LONGXI}/七月.xlsx → {LONGXI}/改名.xlsx"),
        *("新报送的县表 1 个", "卓尼县：村级集体经济收入台账", "部分读入的报表（1 份）", "没有这个村", "占用空间"),
    ):
        assert line in text, line


def states(settings: Settings) -> dict[str, tuple[str, bool]]:
    """Of each run, as another session sees it: its state, and whether its report is there."""
    with connect("owner", settings=settings) as conn:
        return {
            run: (state, there)
            for run, state, there in conn.execute("select run_id, state, report is not null from ops.runs").fetchall()
        }


def test_a_run_has_ended_for_others_once_its_report_is_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who watches a run that the scheduler works at prints the report as soon as it has ended."""
    collect, seen = store.collect, []

    def watched(*given: Any) -> Any:
        seen.append(states(settings)["n"])
        return collect(*given)

    monkeypatch.setattr(store, "collect", watched)
    nightly.begin("n", "nightly", DAY, settings)
    assert nightly.finish("n", settings) == "failed"
    assert seen == [("running", False)] and states(settings)["n"] == ("failed", True)


def test_a_trial_is_reported_and_publishes_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its candidate is gone at its end, what it read counts from the next night on, and no county gets a workbook of it."""
    remove, while_removed = trials.remove, []

    def watched(*given: Any) -> Any:
        while_removed.append(states(settings)["tried"])
        return remove(*given)

    monkeypatch.setattr(trials, "remove", watched)
    first = night(settings, "one", {f"{LONGXI}/a.xlsx": own("陇西县", "621122")})
    trial = night(settings, "tried", {f"{TONGWEI}/a.xlsx": income("通渭县", 6, **WRONG)}, kind="trial")
    nightly.feedback("tried", settings)
    number = trial["publication"]["publication_id"]
    assert (trial["publication"]["kind"], trial["trial"]) == ("trial", {"left": None})
    assert trial["before"] == trial["current"]["publication_id"] == first["publication"]["publication_id"]
    assert "试运行，没有发布" in text_of(trial) and "退改工作簿" not in text_of(trial)
    with connect("owner", settings=settings) as conn:
        left = "select count(*) from ops.publication_parts where publication_id = %s"
        assert conn.execute(left, (number,)).fetchone() == (0,)
        assert conn.execute("select count(*) from ops.feedback").fetchone() == (0,)
        state = conn.execute(
            "select r.kind, r.state, p.state, p.purged_at is not null from ops.runs r join ops.publications p using (run_id) "
            "where run_id = 'tried'"
        ).fetchone()
    assert state == ("trial", "done", "retired", True) and while_removed == [("running", False)]
    assert nightly.finish("tried", settings) == "done", "a report task that is cleared"
    with connect("owner", settings=settings) as conn:
        assert kept(conn, "tried") == trial
    second = night(settings, "two", {})
    assert [run["run_id"] for run in second["earlier_runs"]] == ["tried"]
    assert second["current"]["publication_id"] == second["publication"]["publication_id"] == number + 1
    assert second["before"] == first["publication"]["publication_id"]


def test_targets_are_held_against_the_publication_before(settings: Settings) -> None:
    """The figures of two publications as models build them; a whole night is `tests/e2e/test_gate_holds.py`."""
    with connect("build", settings=settings) as build:
        build.execute(
            "create table metrics.mart_target_progress (publication_id bigint, region_level text, region_code text, "
            "target_code text, target_name text, unit text, target_value numeric, actual_value numeric, gap_value numeric, "
            "reached_pct numeric, has_reported boolean, status_text text)"
        )
        build.execute(
            "insert into metrics.mart_target_progress select p, level, level, target, '目标', '%', 100, actual, 1, 1, true, '' "
            "from (values (1, 'T01', 40.0), (1, 'T02', 50.0), (2, 'T01', 45.5), (2, 'T02', 50.0), (2, 'T03', null)) "
            "v (p, target, actual), (values ('province'), ('county')) l (level)"
        )
        build.execute(
            "create view marts.mart_target_progress as select * from metrics.mart_target_progress "
            "where publication_id = (select publication_id from ops.visible)"
        )
    with connect("owner", settings=settings) as conn:
        for number in (1, 2):
            run = f"n{number}"
            conn.execute("insert into ops.runs (run_id, kind, as_of_date) values (%s, 'nightly', '2020-07-01')", (run,))
            conn.execute(
                "insert into ops.publications (run_id, kind, as_of_date, known_until, reference_version, code_digest) "
                "values (%s, 'nightly', '2020-07-01', clock_timestamp(), 1, 'c')",
                (run,),
            )
            publications.publish(conn, number)
            conn.commit()
        first, second = (collect(conn, f"n{number}", settings) for number in (1, 2))
    assert {row["has_before"] for row in first["targets"]} == {False}, "what is current now is another's"
    found = {row["target_code"]: (row["value_before"], row["actual_value"]) for row in second["targets"]}
    assert found == {"T01": ("40.0", "45.5"), "T02": ("50.0", "50.0"), "T03": (None, None)}
    lines = text_of(second).splitlines()
    assert any("T01" in line and "40 │ 45.5" in line for line in lines)
    assert any("T02" in line and "同 │   50" in line for line in lines)
    assert "与发布 1 相比，1 个目标的实际值有变化。" in lines


def test_long_lists_are_cut_and_say_where_the_rest_is(
    reports: list[dict[str, Any]], module_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {**reports[1], "refused": [{"path": f"{n}.xlsx", "code": "S01", "reason": "坏了"} for n in range(25)]}
    text = text_of(many)
    assert "整份退回的报表（25 份）" in text and "还有 15 份，见 longcang report two --all" in text
    assert "24.xlsx" not in text and "24.xlsx" in text_of(many, with_all=True)
    for name, value in module_settings.environment().items():
        monkeypatch.setenv(name, value)
    printed = CliRunner().invoke(cli, ["report", "two", "--json"])
    assert json.loads(printed.output) == reports[1]
    assert CliRunner().invoke(cli, ["report", "three"]).exit_code == 2
    assert "运行 two" in CliRunner().invoke(cli, ["report", "--all"]).output


def test_a_report_of_an_earlier_version_is_shown_as_far_as_it_goes(reports: list[dict[str, Any]]) -> None:
    since = ("before", "newly_reporting", "newly_missing", "gone", "earlier_runs", "failed_rules", "warnings", "home")
    old = {key: value for key, value in reports[1].items() if key not in since}
    old["partly"] = [{"path": "a.xlsx", "rows_refused": 1, "rows_read": 5}]
    hold = {"county_code": "621121", "county_name": "通渭县", "form": "village_income", "rule_id": "GL10"}
    old["held"] = [{**hold, "sentence": "…"}]
    assert "通渭县 · 村级集体经济收入台账" in text_of(old)


def test_a_night_removes_what_is_past_its_days_and_nothing_else(settings: Settings) -> None:
    old = time.time() - 15 * disk.DAY
    gone = ["dbt/run-1/core/manifest.json", "airflow/logs/dag_processor/2020-01-01/x.log", "logs/nightly-1.log",
            "data_docs/verdicts/1-landed-1.html", "data_docs/.landed-x/index.html"]  # fmt: skip
    stay = ["dbt/partial_parse.msgpack", "logs/airflow-scheduler.log", "archive/ab/cd", "feedback/x.xlsx",
            "secrets/key", "data_docs/landed/verdict.html"]  # fmt: skip
    for name in gone + stay:
        file = settings.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * 1000)
        for path in (file, *file.parents):
            if path.is_relative_to(settings.home):
                os.utime(path, (old, old))
    fresh = settings.home / "dbt" / "run-2" / "core" / "manifest.json"
    fresh.parent.mkdir(parents=True)
    fresh.write_bytes(b"x")
    nightly.begin("n", "nightly", DAY, settings)
    nightly.finish("n", settings)
    assert [name for name in gone if (settings.home / name).exists()] == []
    assert [name for name in stay if not (settings.home / name).exists()] == [] and fresh.exists()
    assert not (settings.airflow_home / "logs" / "dag_processor").exists()
    with connect("owner", settings=settings) as conn:
        report = kept(conn, "n")
    assert report and report["home"]["freed"] == 5000 and report["home"]["sizes"]["archive"] == 1000
    assert "清理了 5.0 KB" in text_of(report)


def test_without_a_scheduler_a_run_deletes_what_is_past_the_retention(settings: Settings) -> None:
    publication = (
        "insert into ops.publications (kind, state, as_of_date, known_until, reference_version, code_digest, published_at)"
        " values ('nightly', %s, '2020-06-30', now(), 1, 'c', now())"
    )
    with connect("owner", settings=settings) as conn:
        for state in ("retired", "retired", "published"):
            conn.execute(publication, (state,))
        conn.execute("update ops.pointer set publication_id = 3")
    keep_house(settings.with_changes(keep_publications=2))
    with connect("owner", settings=settings) as conn:
        purged = conn.execute("select publication_id from ops.publications where purged_at is not null").fetchall()
        runs = conn.execute("select kind, state from ops.runs").fetchall()
    assert (purged, runs) == ([(1,)], [("housekeeping", "done")])


def test_a_service_s_large_log_is_set_aside_while_it_is_written_to(settings: Settings) -> None:
    log = settings.logs / "airflow-scheduler.log"
    with log.open("ab") as open_log:
        open_log.truncate(disk.LARGEST_LOG + 1)
        disk.clean(settings)
        open_log.write(b"next\n")
    assert log.read_bytes() == b"next\n"
    assert log.with_suffix(".log.1").stat().st_size == disk.LARGEST_LOG + 1


@pytest.mark.parametrize(
    ("size", "words"), [(None, "?"), (999, "999 B"), (1500, "1.5 KB"), (123_456_789, "123 MB"), (2e15, "2000 TB")]
)
def test_sizes_in_words(size: int | None, words: str) -> None:
    assert disk.in_words(size) == words


def test_a_folder_that_may_not_be_seen_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.home / "pg").mkdir()

    def refuse(path: Path) -> Any:
        raise PermissionError(13, "no", str(path))

    monkeypatch.setattr(disk.os, "scandir", refuse)
    assert disk.sizes(settings)["pg"] is None
