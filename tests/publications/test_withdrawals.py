"""What people withdraw speaks no more from the next night on, and again once it is reinstated; the past stays as it was."""

from __future__ import annotations

import re
import sys
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from ingest import decisions
from ingest.context import reference_folder
from ingest.places import load
from tests.publications.conftest import COUNTY, GATE, TOWNSHIPS, Ledger
from tests.publications.test_set_back import Nights, nights
from warehouse import feedback_orders, history, holds, nightly, publications, report, report_text
from warehouse.cli.main import main
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.settings import Settings

__all__ = ["nights"]  # the fixture
BY = {"by": "李工", "reason": "县里来函，报错了表"}


def withdraw(ledger: Ledger, *submissions: int) -> list[decisions.Withdrawn]:
    found = decisions.withdraw(ledger.conn, submissions, **BY)
    ledger.conn.commit()
    return found


def reinstate(ledger: Ledger, *submissions: int) -> None:
    decisions.reinstate(ledger.conn, submissions, **BY)
    ledger.conn.commit()


def speaking(ledger: Ledger, publication: int) -> set[int]:
    return set(ledger.parts(publication).values())


def test_the_one_before_speaks_again_and_each_instant_as_it_was(ledger: Ledger) -> None:
    first, second = ledger.submit(), ledger.submit()
    old, new = ledger.read(first), ledger.read(second)
    assert speaking(ledger, ledger.night()) == {new}
    with_both = ledger.now()
    assert [(w.submission_id, w.in_place) for w in withdraw(ledger, second)] == [(second, first)]
    assert speaking(ledger, ledger.night()) == {old}
    assert ledger.form() is None
    withdrawn = ledger.now()
    assert [w.in_place for w in withdraw(ledger, first)] == [None]
    assert speaking(ledger, ledger.night()) == set()
    reinstate(ledger, second)
    assert speaking(ledger, ledger.night()) == {new}
    assert [speaking(ledger, ledger.restate(instant)) for instant in (with_both, withdrawn, ledger.now())] == [
        {new},
        {old},
        {new},
    ]
    kept = ledger.conn.execute("select kind, decided_by, reason from ops.decisions order by decision_id").fetchall()
    assert kept == [(kind, *BY.values()) for kind in ("withdraw", "withdraw", "reinstate")]
    with pytest.raises(Exception, match="only ever added to"):
        ledger.conn.execute("delete from ops.decisions")


def test_a_township_s_own_file_gives_its_part_back_to_the_county_s(ledger: Ledger) -> None:
    county, township = ledger.submit(), ledger.submit()
    whole = ledger.read(county)
    ledger.read(township, parts=TOWNSHIPS[:1])
    ledger.night()
    assert [w.in_place for w in withdraw(ledger, township)] == [county]
    assert ledger.parts(ledger.night()) == {("2020-06", part): whole for part in (COUNTY, *TOWNSHIPS)}


def test_a_night_under_way_goes_by_what_was_decided_before_it(ledger: Ledger) -> None:
    submission = ledger.submit()
    reading = ledger.read(submission)
    formed = ledger.form(run_id="n")
    withdraw(ledger, submission)
    assert formed is not None and ledger.form(run_id="n") == formed  # again, as after a pass of the gate
    assert speaking(ledger, formed) == {reading}
    publications.publish(ledger.conn, formed)
    assert speaking(ledger, ledger.night()) == set()


def test_what_no_publication_counted_is_withdrawn_by_a_publication_of_its_own(ledger: Ledger) -> None:
    """Its refusal is published too (fct_refused_files), so it takes a publication to have it gone."""
    ledger.read()
    refused = ledger.submit()
    ledger.read(refused, outcome="refused")
    ledger.night()
    assert ledger.form() is None
    withdraw(ledger, refused)
    assert ledger.form() is not None


def hold(ledger: Ledger, publication: int, rule: str = "GL16") -> None:
    publications.hold_readings(ledger.conn, publication, [(COUNTY, "village_income", rule, "各期重叠")], GATE)
    ledger.conn.commit()


def still_held(ledger: Ledger, settings: Settings) -> list[int]:
    found = holds.still_open(ledger.conn, GATE, settings.data_docs)
    ledger.conn.commit()
    return [row["submission_id"] for row in found]


def test_the_hold_of_what_is_withdrawn_is_resolved(ledger: Ledger, settings: Settings) -> None:
    first, second = ledger.submit(), ledger.submit()
    good = ledger.read(first)
    ledger.night()
    ledger.read(second)
    candidate = ledger.form(run_id="n")
    assert candidate is not None
    hold(ledger, candidate, "GL06")
    assert ledger.form(run_id="n") == candidate
    publications.publish(ledger.conn, candidate)
    assert still_held(ledger, settings) == [second]
    withdraw(ledger, second)
    assert still_held(ledger, settings) == []
    assert speaking(ledger, ledger.night()) == {good}


def test_what_was_held_beside_a_withdrawn_one_is_judged_anew(ledger: Ledger, settings: Settings) -> None:
    """Two periods that overlap: the later file was held; once the earlier one is withdrawn, nothing is wrong with it."""
    half, year = ledger.submit(), ledger.submit()
    ledger.read(half, period="2020-06")
    ledger.night()
    whole = ledger.read(year, period="2020-12")
    candidate = ledger.form(run_id="n")
    assert candidate is not None
    withdraw(ledger, half)  # while that night runs: it does not know of it
    hold(ledger, candidate)
    assert ledger.form(run_id="n") == candidate
    publications.publish(ledger.conn, candidate)
    then = ledger.now()
    assert still_held(ledger, settings) == [year], "open until a night has judged it anew"
    assert speaking(ledger, ledger.night()) == {whole}
    assert still_held(ledger, settings) == []
    shown = history.of_county(ledger.conn, COUNTY, GATE)[-1]["readings"][-1]
    assert [h["is_in_force"] for h in shown["holds"]] == [False]
    ledger.conn.commit()
    known = ledger.conn.execute("select known_until from ops.publications where publication_id = %s", (candidate,))
    ((cut,),) = known.fetchall()
    assert whole not in speaking(ledger, ledger.restate(cut)) and whole in speaking(ledger, ledger.restate(then))


@pytest.mark.parametrize(
    ("decide", "sentence"),
    [
        (lambda conn, n: decisions.withdraw(conn, [n, 99], **BY), "There is no submission 99"),
        (lambda conn, n: decisions.reinstate(conn, [n], **BY), "is not withdrawn"),
        (
            lambda conn, n: (decisions.withdraw(conn, [n], **BY), decisions.withdraw(conn, [n], **BY)),
            f"was withdrawn by {BY['by']} on .* already",
        ),
        (
            lambda conn, n: (decisions.withdraw(conn, [n], **BY), decisions.reread(conn, submissions=[n], **BY)),
            "`longcang reinstate` it first",
        ),
    ],
)
def test_what_cannot_be_decided_is_a_sentence(ledger: Ledger, decide: Any, sentence: str) -> None:
    submission = ledger.submit()
    ledger.read(submission)
    with pytest.raises(LongcangError, match=sentence):
        decide(ledger.conn, submission)


def longcang(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["longcang", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code))


def words(text: str) -> str:
    """Without the frames and line ends of a terminal."""
    return re.sub(r"[\s│┃]+", "", text)


def test_the_report_and_the_commands_say_who_and_why(
    ledger: Ledger, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.read(form="cold_stores", period="2020-05")
    submission = ledger.submit()
    ledger.read(submission)
    ledger.night()
    number = str(submission)
    assert longcang(monkeypatch, "withdraw", number, "--by", " ", "--reason", "x") == 2
    assert longcang(monkeypatch, "withdraw", number, "--by", BY["by"], "--reason", BY["reason"]) == 0
    assert "没有可以代替的" in capsys.readouterr().out
    nightly.begin("n", "nightly", publications.get(ledger.conn, 1).as_of_date, settings)
    ledger.conn.commit()
    shown = ledger.form(run_id="n")
    assert shown is not None
    publications.publish(ledger.conn, shown)
    ledger.conn.commit()
    out = StringIO()
    report_text.render(report.collect(ledger.conn, "n", settings), Console(file=out, width=300))
    ledger.conn.commit()
    text = words(out.getvalue())
    assert words("上次有、这次没有的县表 1 个") in text, text
    assert (
        text.count(words(f"提交 {number} x，{BY['by']} 于")) == 2 and text.count(BY["reason"]) == 2
    )  # there, and as a list
    for command in (("why",), ("history", COUNTY)):
        assert longcang(monkeypatch, *command) == 0
        told = words(capsys.readouterr().out)
        assert BY["by"] in told and BY["reason"] in told, command
    assert longcang(monkeypatch, "reinstate", number, "--by", BY["by"], "--reason", "看错了") == 0
    assert words("计入这一份") in words(capsys.readouterr().out)
    assert speaking(ledger, ledger.night()) > speaking(ledger, shown)
    assert longcang(monkeypatch, "history", COUNTY) == 0
    assert words("恢复计入，原因：看错了") in words(capsys.readouterr().out)


def due(nights: Nights) -> list[int]:
    with connect("owner", settings=nights.settings) as conn:
        found = feedback_orders.due(conn, load(reference_folder()), GATE)
    return [r.submission.submission_id for r in found]


def sent(nights: Nights, name: str) -> bytes:
    (path,) = nights.settings.landing.rglob(name)
    return path.read_bytes()


def june(nights: Nights) -> int:
    [(number,)] = nights.query("select submission_id from ops.submissions where path like '%%六月.xlsx'")
    return int(number)


def test_a_withdrawn_file_does_not_go_back_and_the_same_bytes_sent_again_count(nights: Nights) -> None:
    nights.night()
    number = june(nights)
    assert due(nights) == [number]
    with connect("owner", settings=nights.settings) as conn:
        decisions.withdraw(conn, [number], **BY)
    assert due(nights) == []
    first, read = nights.night()
    assert first is not None and read == {}
    assert {period for _, _, period, *_ in nights.parts(first)} == {"2020-05"}
    nights.write("六月又报.xlsx", sent(nights, "六月.xlsx"))
    second, read = nights.night()
    assert read == {"partly": 1} and second is not None
    assert {period for _, _, period, *_ in nights.parts(second)} == {"2020-05", "2020-06"}


def test_withdrawing_a_repetition_names_what_speaks(nights: Nights) -> None:
    nights.night()
    nights.write("六月又报.xlsx", sent(nights, "六月.xlsx"))
    assert nights.night()[1] == {"unchanged": 1}
    [(again,)] = nights.query("select max(submission_id) from ops.submissions")
    with connect("owner", settings=nights.settings) as conn, pytest.raises(LongcangError, match="withdraw") as raised:
        decisions.withdraw(conn, [again], **BY)
    assert f"the same as {june(nights)}" in str(raised.value)
    assert nights.query("select count(*) from ops.decisions") == [(0,)]


def test_what_is_withdrawn_is_not_read_and_is_once_it_is_reinstated(nights: Nights) -> None:
    nights.night()
    number = june(nights)
    with connect("owner", settings=nights.settings) as conn:
        decisions.reread(conn, counties=[COUNTY], forms=["village_income"], **BY)
        decisions.withdraw(conn, [number], **BY)
    assert nights.night()[1] == {"loaded": 1}
    with connect("owner", settings=nights.settings) as conn:
        decisions.reinstate(conn, [number], **BY)
    assert nights.night()[1] == {"partly": 1}
    assert nights.night() == (None, {})
