"""What holds a night: a bad county keeps its last good figures, a defect in every county or a person holds everything."""

from __future__ import annotations

import io
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from rich.console import Console

from expectations import rules
from simulator import night as later
from tests.conftest import add_airflow
from tests.e2e.conftest import FirstNight
from tests.e2e.kills import start, wait_for
from tests.e2e.nights import DAY, bi, current, dag_night, longcang, steps_night
from warehouse.cli.main import cli
from warehouse.connect import connect
from warehouse.report import kept
from warehouse.report_text import render
from warehouse.settings import Settings

INCOME = "select county_code, count(*), sum(inc_total_yuan) from marts.fct_village_income group by 1 order by 1"
AWARDS = "select county_code, count(*), sum(award_amount_yuan) from marts.fct_household_awards group by 1 order by 1"

# Advisory locks that nights once took: any login can take them.
OLD_LOCKS = ["build", "landing", "reference", "feedback", "migrate", "provision", "raw_tables", "aliases", "discover"]


@pytest.mark.ci_only
def test_one_bad_county_does_not_hold_up_the_province(first_night: FirstNight, server_settings: Settings) -> None:
    settings, landing, truth = first_night.settings, first_night.landing, first_night.truth
    add_airflow(server_settings, settings)
    first, income, awards = current(settings), bi(settings, INCOME), {r[0]: r for r in bi(settings, AWARDS)}

    collapsed = later.write_next(landing, truth, 3, "collapse", form="household_awards")
    bad = collapsed["nights"][-1]["county_code"]
    good = next(county["county_code"] for county in truth["counties"] if county["county_code"] != bad)
    later.write_next(landing, truth, 4, "correction", form="household_awards", county=good)
    outcome = dag_night(settings, landing, DAY + timedelta(days=1))

    assert outcome.status == 0, outcome.output[-3000:]
    now = {r[0]: r for r in bi(settings, AWARDS)}
    assert current(settings).publication_id != first.publication_id
    assert now[bad] == awards[bad]
    assert now[good] != awards[good]
    assert bi(settings, INCOME) == income
    assert {(held["county_code"], held["form"]) for held in outcome.report["held"]} == {(bad, "household_awards")}


@pytest.mark.ci_only
def test_a_defect_in_every_county_publishes_nothing(first_night: FirstNight, server_settings: Settings) -> None:
    settings, landing, truth = first_night.settings, first_night.landing, first_night.truth
    add_airflow(server_settings, settings)
    first, awards = current(settings), bi(settings, AWARDS)
    for number, county in enumerate(truth["counties"]):
        code = county["county_code"]
        later.write_next(landing, truth, 5 + number, "collapse", form="household_awards", county=code)
    outcome = dag_night(settings, landing, DAY + timedelta(days=1))

    assert outcome.status == 1, outcome.output[-3000:]
    assert current(settings).publication_id == first.publication_id
    assert bi(settings, AWARDS) == awards
    assert outcome.report["publication"]["state"] == "held"
    with connect("owner", settings=settings) as conn:
        held = conn.execute("select count(*) from ops.publications where state = 'held'").fetchone()
    assert held == (1,)


def shown(report: dict[str, Any]) -> str:
    out = Console(record=True, width=120, file=io.StringIO())
    render(report, out)
    return out.export_text()


def add_candidate_rule(folder: Path, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the gate one more rule over the published awards, from a changed copy of its suites."""
    copy = folder / "expectations"
    shutil.copytree(rules.FOLDER, copy)
    (copy / "sql" / "candidate" / "planted.sql").write_text(sql)
    suite = copy / "suites" / "candidate" / "general.yml"
    planted = {
        "id": "GC99",
        "title": "只在测试中有的规则",
        "severity": "critical",
        "sentence": "{county}《{form}》有 {n} 处不合格。",
        "origin": {"source": "测试", "since": "2026-11-01", "trips": "测试"},
        "check": {"kind": "sql", "file": "planted.sql", "datasets": ["fct_household_awards"]},
    }
    data = yaml.safe_load(suite.read_text(encoding="utf-8"))
    data["rules"].append(planted)
    suite.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    original = rules.load
    monkeypatch.setattr(rules, "load", lambda name, *_: original(name, copy))


@pytest.mark.ci_only
def test_a_county_that_fails_in_the_marts_is_built_again_with_its_last_good_figures(
    first_night: FirstNight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, landing, truth = first_night.settings, first_night.landing, first_night.truth
    awards = {row[0]: row for row in bi(settings, AWARDS)}
    with connect("owner", settings=settings) as conn:
        last = conn.execute("select max(reading_id) from ops.readings").fetchone()
    assert last
    bad, good = "623022", "621121"
    for number, county in enumerate((bad, good)):
        later.write_next(landing, truth, 9 + number, "correction", form="household_awards", county=county)
    add_candidate_rule(
        tmp_path,
        "select b.county_code, '{form}' as form, count(*) as violations from {batch} as b "
        f"where b.county_code = '{bad}' and b.reading_id > {last[0]} group by b.county_code",
        monkeypatch,
    )
    assert steps_night(settings, landing, DAY + timedelta(days=1)) == "done"

    now = {row[0]: row for row in bi(settings, AWARDS)}
    assert now[bad] == awards[bad]
    assert now[good] != awards[good]
    with connect("owner", settings=settings) as conn:
        held = conn.execute(
            "select r.county_code, r.form, h.rule_id from ops.gate_holds h join ops.readings r using (reading_id)"
        ).fetchall()
        formed = conn.execute(
            "select formed_times from ops.publications join ops.pointer using (publication_id)"
        ).fetchone()
    assert held == [(bad, "household_awards", "GC99")]
    assert formed == (2,)
    with connect("owner", settings=settings) as conn:
        report = kept(conn, str(current(settings).run_id))
    assert report is not None and [row["rule_id"] for row in report["held"]] == ["GC99"]
    assert [(row["rule_id"], row["last_pass"]) for row in report["failed_rules"]] == [("GC99", 1)]
    assert all(row["has_before"] for row in report["targets"]) and len(report["targets"]) == 18
    moved = {row["target_code"] for row in report["targets"] if row["value_before"] != row["actual_value"]}
    text = shown(report)
    assert f"相比，{len(moved)} 个目标的实际值有变化" in text and "拦下有关的县以后已通过" in text
    told = CliRunner().invoke(cli, ["why", "--json"])
    (held,) = json.loads(told.output)["held"]
    assert (held["suite"], held["pass_no"], held["county_code"]) == ("candidate", 1, bad)
    assert Path(held["verdict_page"]).is_file() and held["in_place"] and held["violations"] > 0


@pytest.mark.ci_only
def test_a_rollback_during_the_night_lasts_whatever_a_bi_login_holds(
    first_night: FirstNight, server_settings: Settings
) -> None:
    settings, landing, truth = first_night.settings, first_night.landing, first_night.truth
    add_airflow(server_settings, settings)
    first = current(settings).publication_id
    later.write_next(landing, truth, 3, "correction", form="household_awards", county="621121")
    with (
        connect("bi", settings=settings) as reader,
        connect("admin", settings=settings, database=settings.database_name) as locker,
    ):
        locker.execute(
            "select pg_advisory_lock(hashtext('longcang.' || name)) from unnest(%s::text[]) as name", [list(OLD_LOCKS)]
        )
        for (view,) in reader.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall():
            reader.execute(f"select count(*) from marts.{view}")  # type: ignore[arg-type]
        run = start(settings, landing)
        assert wait_for(settings, "build core", run) is not None
        assert longcang(settings, "rollback", str(first), timeout=60).returncode == 0
        assert run.wait(900) == 1
    assert current(settings).publication_id == first
    with connect("owner", settings=settings) as conn:
        [(number, state)] = conn.execute(
            "select p.publication_id, r.state from ops.publications p join ops.runs r using (run_id) "
            "where p.state = 'held_by_person'"
        ).fetchall()
    assert state == "held_by_person"
    assert longcang(settings, "publish", str(number)).returncode == 0
    assert current(settings).publication_id == number
