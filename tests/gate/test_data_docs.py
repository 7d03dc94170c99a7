"""The Data Docs exist, say in Chinese what failed, and hold nothing of any row."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations import gate, rules
from expectations.results import verdict_page
from ingest.demonstration import NOTE
from tests.gate.looking import looking_at
from tests.gate.province import COUNTIES, Province, Reading, Row, spoiled
from warehouse.connect import connect
from warehouse.settings import Settings

# Made up, and marked so that they are found wherever they went: names of nobody, an area code never given out.
NAME, ID_18, PHONE, CARD, REMARK = (
    "甄无此人",
    "62019119800101001X",
    "15400000001",
    "6299000000000000017",
    "独一无二的备注",
)
PLANTED = (NAME, ID_18, PHONE, CARD, REMARK, "98765.4321")


def plant(rows: list[Row]) -> None:
    rows[0].update(
        head_name_masked=NAME, head_id_token=ID_18, head_id_mask=ID_18, phone_mask=PHONE, bank_account_mask=CARD,
        remark=f"{REMARK} {ID_18}", group_name=NAME, award_amount_yuan="98765.4321",
    )  # fmt: skip


@pytest.fixture(scope="module")
def spoiled_readings(province: Province) -> list[Reading]:
    readings = province.clean()
    for county in COUNTIES:
        spoiled(readings, "household_awards", county, plant)
    return readings


@pytest.fixture
def verdict(province: Province, spoiled_readings: list[Reading], module_settings: Settings) -> Iterator[gate.Verdict]:
    with looking_at({"household_awards", "village_base"}):
        yield gate.judge(province.publish_of(spoiled_readings), "landed", 1, module_settings)


def everything_below(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*") if path.is_file())


def test_nothing_of_a_row_gets_out(
    province: Province,
    module_settings: Settings,
    verdict: gate.Verdict,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    gate.judge(verdict.publication_id, "landed", 2, module_settings)
    assert {"GL18", "GL20", "GL21", "GL22"} <= {finding.rule_id for finding in verdict.failing}
    out = capsys.readouterr()
    written = {
        "data docs": everything_below(module_settings.data_docs),
        "results": str(province.run("select * from ops.gate_results")),
        "violations": str(province.run("select * from ops.gate_violations")),
        "verdict": str(verdict.as_dict()),
        "output": out.out + out.err,
        "log": caplog.text,
    }
    raw = str(province.run("select * from raw.household_awards"))
    assert all(value in raw for value in PLANTED), "what is planted must be there to be found"
    assert len(written["data docs"]) > 10_000
    for place, text in written.items():
        assert [value for value in PLANTED if value in text] == [], place


def test_the_pages_say_what_failed_and_where(module_settings: Settings, verdict: gate.Verdict) -> None:
    folder = module_settings.data_docs
    top = (folder / "index.html").read_text(encoding="utf-8")
    assert "落地数据校验" in top and "landed/verdict.html" in top
    page = (folder / "landed" / "verdict.html").read_text(encoding="utf-8")
    for rule in rules.load("landed").rules:
        assert rule.rule_id in page and rule.title in page and rule.origin.trips in page
    assert "城关区（household_awards）" in page and "未通过" in page
    assert (folder / "landed" / "index.html").is_file()
    pages = list((folder / "landed" / "validations").rglob("household_awards.html"))
    assert len(pages) == 1
    text = pages[0].read_text(encoding="utf-8")
    assert "GL20 没有明文的证件号、手机号、银行卡号：涉及 3 个县，3 处" in text
    assert f"publication-{verdict.publication_id}-pass-1" in text


def test_what_is_recorded_says_who_and_by_which_limits(province: Province, verdict: gate.Verdict) -> None:
    recorded = province.run(
        "select sentence, limits from ops.gate_violations where publication_id = %s and rule_id = 'GL18' "
        "order by county_code",
        (verdict.publication_id,),
    )
    assert [sentence for sentence, _ in recorded] == [f.sentence for f in verdict.failing if f.rule_id == "GL18"]
    assert len(recorded) == len(COUNTIES)
    for _, (limit,) in recorded:
        assert (limit["parameter"], float(limit["value"])) == ("gate_money_max_yuan.household_awards", 30_000)
        assert limit["meaning"] and limit["unit"]


def test_only_the_last_run_is_kept(province: Province, module_settings: Settings, verdict: gate.Verdict) -> None:
    number = province.publish_of(province.clean())
    gate.judge(number, "landed", 1, module_settings)
    folder = module_settings.data_docs
    runs = {path.parent.parent.name for path in (folder / "landed" / "validations").rglob("*.html")}
    assert runs == {f"publication-{number}-pass-1"}
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", "landed", "verdicts"]
    kept = verdict_page(folder, verdict.publication_id, "landed", 1).read_text(encoding="utf-8")
    assert "未通过" in kept and "GL20" in kept and "href" not in kept, "the page of an earlier look, without its site"


def test_a_run_that_fails_half_way_leaves_the_last_pages(
    province: Province, module_settings: Settings, verdict: gate.Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expectations import docs

    def broken(*_: object) -> str:
        raise OSError("disk full")

    before = everything_below(module_settings.data_docs)
    monkeypatch.setattr(docs, "_verdict_page", broken)
    with pytest.raises(OSError, match="disk full"):
        gate.judge(verdict.publication_id, "landed", 1, module_settings)
    assert everything_below(module_settings.data_docs) == before


def test_a_demonstration_is_said_on_the_page_of_its_verdict(
    province: Province, module_settings: Settings, verdict: gate.Verdict
) -> None:
    """The last of the module: its warehouse is a demonstration from here on."""
    pages = [verdict_page(module_settings.data_docs, verdict.publication_id, "landed", number) for number in (1, 2)]
    with connect("owner", settings=module_settings) as conn:
        conn.execute("insert into ops.demonstration (landing) values ('x')")
    gate.judge(verdict.publication_id, "landed", 2, module_settings)
    assert [NOTE in page.read_text(encoding="utf-8") for page in pages] == [False, True]
