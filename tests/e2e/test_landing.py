"""Nights over a landing folder that is not what it was: a demonstration's, and one that has shrunk."""

from __future__ import annotations

import json

import pytest

from tests.e2e.nights import longcang
from warehouse import demonstration, nightly
from warehouse.cli.main import cli
from warehouse.connect import connect
from warehouse.settings import Settings

pytestmark = pytest.mark.ci_only


def tries(settings: Settings) -> int:
    """The most that any task of the newest night was tried."""
    with connect("airflow", settings=settings) as conn:
        row = conn.execute(
            "select max(try_number) from task_instance where run_id = (select run_id from dag_run order by id desc limit 1)"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_demonstration_says_so_wherever_it_is_looked_at(
    airflow_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = airflow_settings
    monkeypatch.setattr(demonstration, "SIMULATED", {"households": 120, "counties": 2, "defects": 0.02})
    status = cli.main(["run", "--demo", "--as-of", "2020-07-01", "--json"], standalone_mode=False)
    shown = capsys.readouterr()
    assert status == 0, shown
    assert json.loads(shown.out)["is_demonstration"] is True and "演示数据" in shown.err
    with connect("bi", settings=settings) as conn:
        comments = conn.execute(
            "select c.relname, obj_description(c.oid) from pg_class c where c.relnamespace = 'marts'::regnamespace "
            "and c.relkind = 'v'"
        ).fetchall()
    assert len(comments) > 50
    assert [
        name for name, comment in comments if not comment.startswith("【演示数据，不是真实情况 / demonstration】")
    ] == []
    (settings.landing / "621121-通渭县" / "实报.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    refused = longcang(settings, "run")
    assert refused.returncode == 3 and "621121-通渭县/实报.csv" in refused.stderr and "演示数据" in refused.stdout
    assert tries(settings) == 1, "what a retry cannot mend was tried again"


def test_a_folder_that_has_shrunk_stops_the_night_once(airflow_settings: Settings) -> None:
    settings = airflow_settings
    for number in range(6):
        path = settings.landing / "621121-通渭县" / f"{number}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"甲,乙\n1,{number}\n", encoding="utf-8")
    nightly.begin("first", "nightly", nightly.date(2020, 7, 1), settings)
    nightly.discover("first", settings.landing, settings)
    for number in range(3):
        (settings.landing / "621121-通渭县" / f"{number}.csv").unlink()
    stopped = longcang(settings, "run", "--json")
    assert stopped.returncode == 3 and "3 of the 6 files" in stopped.stderr, stopped.stderr
    assert json.loads(stopped.stdout)["gone"] == [] and tries(settings) == 1
    accepted = longcang(settings, "run", "--accept-missing", "--by", "李四", "--reason", "归档", "--json")
    assert len(json.loads(accepted.stdout)["gone"]) == 3, accepted.stderr
