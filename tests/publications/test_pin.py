"""A pinned publication stays the current one: nights are formed and judged, and publish once somebody has unpinned it."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from tests.publications.conftest import Ledger
from tests.publications.test_rollback_lasts import current, longcang, night, shown, state, two
from warehouse import decided, nightly, publications, retention, services
from warehouse import state as whole
from warehouse.errors import LongcangError
from warehouse.settings import Settings

__all__ = ["two"]  # the fixture
BY = {"by": "王处", "reason": "部里检查期间不换数"}
PIN = ("--pin", "--by", BY["by"], "--reason", BY["reason"])
UNPIN = ("unpin", "--by", BY["by"], "--reason", "检查结束")


def pin(ledger: Ledger, number: int) -> None:
    publications.pin(ledger.conn, number, **BY)
    ledger.conn.commit()


def words(text: str) -> str:
    return re.sub(r"[\s│┃]+", "", text)


def test_nights_publish_nothing_until_it_is_unpinned(
    ledger: Ledger, settings: Settings, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(services, "broken", lambda settings: [])
    assert longcang(monkeypatch, "rollback", str(two[0]), *PIN) == 0
    assert f"现行发布：{two[0]}" in capsys.readouterr().out
    for run, number in (("n", 3), ("the next one", 4)):
        assert night(ledger, settings, run) == "held_by_person"
        assert (current(ledger), state(ledger, number)) == (two[0], "held_by_person")
        text = shown(ledger, run)
        assert "王处 于 " in text and BY["reason"] in text and "longcang unpin" in text
        judged = whole.judge(settings)
        assert judged.status == 1
        assert f"publication {two[0]} is pinned by 王处 since 2" in judged.text and "longcang unpin" in judged.text
        ledger.read()
    for command in (("why",), ("publications",)):
        assert longcang(monkeypatch, *command) == 0
        told = words(capsys.readouterr().out)
        assert BY["reason"] in told and "longcangunpin" in told, command
    for command in (("publish", "4"), ("rollback", str(two[1])), ("rollback", str(two[0]))):
        assert longcang(monkeypatch, *command) == 3
        assert f"publication {two[0]} is pinned by 王处" in capsys.readouterr().err
    assert (current(ledger), state(ledger, 4)) == (two[0], "held_by_person")

    assert longcang(monkeypatch, *UNPIN) == 0
    assert "longcang publish 4" in capsys.readouterr().out
    assert longcang(monkeypatch, *UNPIN) == 3 and "nothing is pinned" in capsys.readouterr().err
    assert longcang(monkeypatch, "publish", "4") == 0
    assert night(ledger, settings, "the last one") == "done"
    assert current(ledger) == 5 and whole.judge(settings).status == 0
    kept = ledger.conn.execute("select kind, subject, decided_by from ops.decisions order by decision_id").fetchall()
    assert kept == [(kind, {"publication": two[0]}, BY["by"]) for kind in ("pin", "unpin")]


def test_the_next_night_publishes_by_itself_after_it_is_unpinned(
    ledger: Ledger, settings: Settings, two: tuple[int, int]
) -> None:
    pin(ledger, two[0])
    assert night(ledger, settings, "n") == "held_by_person"
    decided.unpin(ledger.conn, **BY)
    ledger.conn.commit()
    assert night(ledger, settings, "the next one") == "done"
    assert current(ledger) == 4


def test_what_is_held_under_a_pin_does_not_pile_up(ledger: Ledger, settings: Settings, two: tuple[int, int]) -> None:
    pin(ledger, two[0])
    for run in ("n", "m", "o"):
        assert night(ledger, settings, run) == "held_by_person"
        ledger.read()
    assert retention.purge(ledger.conn, keep=2) == [3]
    with pytest.raises(LongcangError, match="is pinned"):
        publications.publish_held(ledger.conn, 5)
    decided.unpin(ledger.conn, **BY)
    with pytest.raises(LongcangError, match="past the retention"):
        publications.publish_held(ledger.conn, 3)
    publications.publish_held(ledger.conn, 5)
    assert current(ledger) == 5


@pytest.mark.parametrize("point", ["ingest", "form", "gate"])
def test_a_pin_that_is_set_during_a_night_holds_it_too(
    ledger: Ledger, settings: Settings, two: tuple[int, int], point: str
) -> None:
    ended = night(ledger, settings, "n", lambda step: pin(ledger, two[1]) if step == point else None)
    assert (ended, current(ledger), state(ledger, 3)) == ("held_by_person", two[1], "held_by_person")


def test_whoever_comes_second_to_the_pointer_sees_the_first(
    ledger: Ledger, settings: Settings, two: tuple[int, int]
) -> None:
    """A pin that is made and not yet committed: the night waits for it, and is held by it."""
    nightly.begin("n", "nightly", publications.get(ledger.conn, two[0]).as_of_date, settings)
    ledger.conn.commit()
    nightly.form("n", settings)
    raised: list[BaseException] = []

    def publish() -> None:
        try:
            nightly.publish("n", settings)
        except nightly.PersonHeld as held:
            raised.append(held)

    with ledger.conn.transaction():
        publications.pin(ledger.conn, two[0], **BY)
        publishing = threading.Thread(target=publish)
        publishing.start()
        publishing.join(1.5)
        assert publishing.is_alive()
    publishing.join(60)
    assert len(raised) == 1 and "is pinned by 王处" in str(raised[0])
    assert current(ledger) == two[0]


def test_a_new_pin_takes_the_place_of_the_one_before(ledger: Ledger, two: tuple[int, int]) -> None:
    pin(ledger, two[0])
    pin(ledger, two[1])
    found = decided.pin_now(ledger.conn)
    assert found is not None and found.publication_id == two[1] == current(ledger)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--pin",), "say with --by who decides"),
        (("--pin", "--by", " ", "--reason", "x"), "say with --by who decides"),
        (("--by", "x", "--reason", "y"), "give --pin too"),
    ],
)
def test_a_pin_says_who_and_why(
    ledger: Ledger, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: Any, sentence: str,
) -> None:  # fmt: skip
    assert longcang(monkeypatch, "rollback", str(two[0]), *arguments) == 2
    assert sentence in capsys.readouterr().err
    assert current(ledger) == two[1]
