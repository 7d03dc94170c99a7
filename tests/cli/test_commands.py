"""The command line as a user meets it: what it prints, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.nights import longcang
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


def test_a_query_runs_as_the_bi_reader(settings: Settings) -> None:
    assert longcang(settings, "sql", "select current_user", "--csv").stdout.split() == ["current_user", "bi_reader"]
    refused = longcang(settings, "sql", "select * from ops.runs")
    assert refused.returncode == 2
    assert "permission denied" in refused.stderr


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
