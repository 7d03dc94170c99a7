"""A person's move of the pointer lasts: the night under way holds its publication, and the next one publishes again."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from tests.publications.conftest import DAY, Ledger
from warehouse import nightly, publications, report, report_text, retention
from warehouse.cli import publications as commands
from warehouse.cli.main import main
from warehouse.cli.run import STATUS
from warehouse.settings import Settings


@pytest.fixture
def two(ledger: Ledger) -> tuple[int, int]:
    """Two published nights; the second is current, and there is news for a third."""
    ledger.read()
    first = ledger.night()
    ledger.read()
    second = ledger.night()
    ledger.read()
    return first, second


def current(ledger: Ledger) -> int | None:
    found = publications.current(ledger.conn)
    ledger.conn.commit()
    return found.publication_id if found else None


def state(ledger: Ledger, number: int) -> str:
    found = publications.get(ledger.conn, number).state
    ledger.conn.commit()
    return found


def rollback(ledger: Ledger, number: int) -> None:
    publications.rollback(ledger.conn, number)
    ledger.conn.commit()


def night(ledger: Ledger, settings: Settings, run_id: str, between: Callable[[str], None] = lambda step: None) -> str:
    """The steps of a night that move publications, with something in between; gives how it ended."""
    nightly.begin(run_id, "nightly", DAY, settings)
    between("ingest")
    nightly.form(run_id, settings)
    between("form")
    ledger.form(run_id=run_id)  # as after a pass of the gate that held a reading
    between("gate")
    try:
        nightly.publish(run_id, settings)
    except nightly.PersonHeld as held:
        assert "longcang publish" in str(held)
    return nightly.finish(run_id, settings)


@pytest.mark.parametrize(
    ("point", "to"),
    [("ingest", "an earlier one"), ("form", "an earlier one"), ("gate", "an earlier one"), ("form", "the current one")],
)
def test_a_rollback_during_a_night_lasts(
    ledger: Ledger, settings: Settings, two: tuple[int, int], point: str, to: str
) -> None:
    number = two[0] if to == "an earlier one" else two[1]
    ended = night(ledger, settings, "n", lambda step: rollback(ledger, number) if step == point else None)
    assert (ended, STATUS[ended]) == ("held_by_person", 1)
    assert current(ledger) == number
    assert state(ledger, 3) == "held_by_person"
    # The next night publishes as usual: it has more to say than the pointer shows.
    assert night(ledger, settings, "the next one") == "done"
    assert current(ledger) == 4


def test_two_rollbacks_during_a_night(ledger: Ledger, settings: Settings, two: tuple[int, int]) -> None:
    def back_and_forth(step: str) -> None:
        rollback(ledger, {"ingest": two[0], "form": two[1], "gate": two[0]}[step])

    assert night(ledger, settings, "n", back_and_forth) == "held_by_person"
    assert current(ledger) == two[0]
    rollback(ledger, two[1])
    assert (current(ledger), state(ledger, 3)) == (two[1], "held_by_person")


def test_a_rollback_before_a_night_holds_nothing(ledger: Ledger, settings: Settings, two: tuple[int, int]) -> None:
    rollback(ledger, two[0])
    assert night(ledger, settings, "n") == "done"
    assert current(ledger) == 3


def test_a_publish_task_that_runs_again(ledger: Ledger, settings: Settings, two: tuple[int, int]) -> None:
    """What is published stays so, and a rollback after it is not undone; what is held stays held."""
    assert night(ledger, settings, "published") == "done"
    rollback(ledger, two[0])
    assert nightly.publish("published", settings) is None
    assert (current(ledger), nightly.finish("published", settings)) == (two[0], "done")
    ledger.read()
    held = night(ledger, settings, "held", lambda step: rollback(ledger, two[1]) if step == "form" else None)
    assert held == "held_by_person"
    for _ in range(2):
        with pytest.raises(nightly.PersonHeld, match="longcang publish 4"):
            nightly.publish("held", settings)
        assert (current(ledger), nightly.finish("held", settings)) == (two[1], "held_by_person")


def test_what_was_held_is_published_by_a_person(
    ledger: Ledger, settings: Settings, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    night(ledger, settings, "n", lambda step: rollback(ledger, two[0]) if step == "gate" else None)
    assert longcang(monkeypatch, "publications") == 0
    listed = capsys.readouterr().out
    assert commands.STATES["held_by_person"] in listed and "longcang publish 3" in listed
    assert shown(ledger, "n").count("longcang publish 3") == 1
    # Rolling back to it says the way.
    assert longcang(monkeypatch, "rollback", "3") == 3
    assert "longcang publish 3" in capsys.readouterr().err
    assert longcang(monkeypatch, "publish", "3") == 0
    assert "现行发布：3" in capsys.readouterr().out
    assert (current(ledger), state(ledger, two[0]), state(ledger, 3)) == (3, "retired", "published")
    # Once more does nothing that anybody sees, and the earlier ones are reached by the way back only.
    assert longcang(monkeypatch, "publish", "3") == 0
    assert longcang(monkeypatch, "publish", str(two[1])) == 3
    assert f"longcang rollback {two[1]}" in capsys.readouterr().err


def longcang(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["longcang", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code))


def shown(ledger: Ledger, run_id: str) -> str:
    out = StringIO()
    report_text.render(report.collect(ledger.conn, run_id, Settings.load()), Console(file=out, width=200))
    ledger.conn.commit()
    assert report_text.STATES["held_by_person"] in out.getvalue()
    return out.getvalue()


def test_what_a_person_publishes_during_a_night_lasts_too(
    ledger: Ledger, settings: Settings, two: tuple[int, int]
) -> None:
    night(ledger, settings, "n", lambda step: rollback(ledger, two[0]) if step == "gate" else None)
    ledger.read()

    def publish(step: str) -> None:
        if step == "form":
            publications.publish_held(ledger.conn, 3)
            ledger.conn.commit()

    assert night(ledger, settings, "m", publish) == "held_by_person"
    assert current(ledger) == 3


def test_a_restatement_is_set_beside_whatever_a_person_does(
    ledger: Ledger, settings: Settings, two: tuple[int, int]
) -> None:
    nightly.begin("past", "restate", DAY, settings)
    nightly.form("past", settings, known_until=ledger.now())
    rollback(ledger, two[0])
    assert nightly.publish("past", settings) == 3
    assert (nightly.finish("past", settings), state(ledger, 3), current(ledger)) == ("done", "retired", two[0])


def test_a_rollback_and_a_publication_at_the_same_moment(
    ledger: Ledger, settings: Settings, two: tuple[int, int]
) -> None:
    """Whoever is first: afterwards the person's choice is shown."""
    nightly.begin("n", "nightly", DAY, settings)
    nightly.form("n", settings)

    def publish() -> None:
        try:
            nightly.publish("n", settings)
        except nightly.PersonHeld:
            pass

    threads = [threading.Thread(target=publish) for _ in range(3)]
    for thread in threads:
        thread.start()
    rollback(ledger, two[0])
    for thread in threads:
        thread.join(60)
    assert current(ledger) == two[0]
    assert state(ledger, 3) in ("held_by_person", "retired")


def test_what_a_rollback_shows_is_not_deleted_under_it(
    ledger: Ledger, settings: Settings, two: tuple[int, int]
) -> None:
    first, _ = two
    ledger.night()
    with ledger.conn.transaction():  # the rollback has been made, and is not yet committed
        publications.rollback(ledger.conn, first)
        gone: list[list[int]] = []
        purging = threading.Thread(target=lambda: gone.append(purge(settings)))
        purging.start()
        purging.join(2)
        assert purging.is_alive()
    purging.join(30)
    assert gone == [[two[1]]]
    assert publications.get(ledger.conn, first).purged_at is None


def purge(settings: Settings) -> list[int]:
    from warehouse.connect import connect

    with connect("owner", settings=settings) as conn:
        return retention.purge(conn, keep=1)
