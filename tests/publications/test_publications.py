"""Forming, moving, rolling back, restating and purging publications, on hand-made readings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.publications.conftest import COUNTY, DAY, GATE, TOWNSHIPS, Ledger
from warehouse import nightly, publications, reference, retention, trials
from warehouse.clock import ZONE
from warehouse.settings import Settings


def test_the_newest_submission_speaks_for_its_scope(ledger: Ledger) -> None:
    ledger.read()
    second = ledger.read()
    assert set(ledger.parts(ledger.night()).values()) == {second}


def test_reading_an_older_submission_again_does_not_bring_it_back(ledger: Ledger) -> None:
    first = ledger.submit()
    ledger.read(first)
    second = ledger.read()
    ledger.read(first, digest="d2")
    assert set(ledger.parts(ledger.night()).values()) == {second}


def test_a_mended_contract_replaces_the_reading_of_its_submission(ledger: Ledger) -> None:
    submission = ledger.submit()
    ledger.read(submission)
    mended = ledger.read(submission, digest="d2")
    assert set(ledger.parts(ledger.night()).values()) == {mended}


JULY = "2020-07-15 10:00+08"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        # A year in the title and no day: the day on which it was received, not the end of the year.
        ({"period": "2020", "received": JULY}, {"period": "2020-07"}),
        ({"period": "2020-07"}, {"period": "2020", "received": "2020-08-15 10:00+08"}),
        # No later than that year's end, however late it comes; and no earlier than the year.
        ({"period": "2020", "received": "2021-02-20 10:00+08"}, {"period": "2021-01"}),
        ({"period": "2020-12", "received": JULY}, {"period": "2021", "received": "2020-12-20 10:00+08"}),
        # The day that it states goes before its title and the day on which it came.
        (
            {"period": "2020", "received": "2020-09-01 10:00+08", "snapshot_day": date(2020, 6, 30)},
            {"period": "2020-07"},
        ),
        ({"period": "2020-06"}, {"period": "2020-06", "snapshot_day": date(2020, 7, 5), "parts": (COUNTY,)}),
        # Shanghai's day, not that of the server.
        (
            {"period": "2020-07", "snapshot_day": date(2020, 7, 31)},
            {"period": "2020", "received": "2020-07-31 16:30+00"},
        ),
    ],
)
@pytest.mark.parametrize("is_sent_in_order", [True, False])
def test_the_snapshot_of_the_latest_day_is_in_force(
    ledger: Ledger, earlier: dict[str, Any], later: dict[str, Any], is_sent_in_order: bool
) -> None:
    if earlier["period"] == later["period"]:  # one period: what was sent last replaces the other
        is_sent_in_order = True
    sent = [earlier, later] if is_sent_in_order else [later, earlier]
    read = {id(each): ledger.read(**{"parts": (COUNTY,), **each}) for each in sent}
    night = ledger.night()
    latest = ledger.conn.execute(
        "select reading_id from ops.publication_parts where publication_id = %s and is_latest_period", (night,)
    ).fetchall()
    assert latest == [(read[id(later)],)]


def test_another_rule_of_what_is_latest_is_published(ledger: Ledger) -> None:
    """As after an upgrade: nothing new was sent, and what the current publication takes for the latest is not any more."""
    ledger.read(period="2020", received=JULY, parts=(COUNTY,))
    ledger.read(period="2020-07", parts=(COUNTY,))
    night = ledger.night()
    assert ledger.form() is None
    ledger.conn.execute(
        "update ops.publication_parts set is_latest_period = not is_latest_period where publication_id = %s", (night,)
    )
    ledger.conn.commit()
    assert ledger.form() is not None


def test_a_township_replaces_itself_alone(ledger: Ledger) -> None:
    county = ledger.read()
    township = ledger.read(parts=TOWNSHIPS[:1])
    assert ledger.parts(ledger.night()) == {
        ("2020-06", COUNTY): county,
        ("2020-06", TOWNSHIPS[0]): township,
        ("2020-06", TOWNSHIPS[1]): county,
    }
    again = ledger.read()
    assert set(ledger.parts(ledger.night()).values()) == {again}


def test_only_the_latest_period_of_each_part_is_marked(ledger: Ledger) -> None:
    ledger.read(period="2020-06")
    ledger.read(period="2020-09", parts=TOWNSHIPS[:1])
    number = ledger.night()
    rows = ledger.conn.execute(
        "select period, part_code from ops.publication_parts where publication_id = %s and is_latest_period", (number,)
    ).fetchall()
    assert set(rows) == {("2020-06", COUNTY), ("2020-09", TOWNSHIPS[0]), ("2020-06", TOWNSHIPS[1])}


def test_nothing_new_forms_nothing(ledger: Ledger) -> None:
    ledger.read()
    ledger.night()
    assert ledger.form() is None
    assert ledger.form(as_of_date=DAY + timedelta(days=1)) is not None


def test_a_refused_file_alone_is_news_for_data_quality(ledger: Ledger) -> None:
    ledger.read()
    ledger.night()
    ledger.read(outcome="refused")
    assert ledger.form() is not None


def test_a_retried_run_keeps_its_candidate_and_its_cut(ledger: Ledger) -> None:
    first = ledger.read()
    number = ledger.form(run_id="same")
    ledger.read()
    assert ledger.form(run_id="same") == number
    assert number is not None and set(ledger.parts(number).values()) == {first}


def test_a_held_reading_falls_back_to_the_last_good_one(ledger: Ledger) -> None:
    good = ledger.read()
    ledger.night()
    bad = ledger.read()
    other = ledger.read(county="621126", parts=("621126", "621126100"))
    number = ledger.form(run_id="night")
    assert number is not None
    failing = [(COUNTY, "village_income", "G01", "不合格")]
    assert publications.hold_readings(ledger.conn, number, failing, GATE) == 1
    ledger.conn.commit()
    ledger.form(run_id="night")
    assert set(ledger.parts(number).values()) == {good, other}
    publications.publish(ledger.conn, number)
    # The hold lasts while the gate is the same, and ends with it.
    kept = ledger.form(as_of_date=DAY + timedelta(days=1))
    assert kept is not None and set(ledger.parts(kept).values()) == {good, other}
    freed = ledger.form(as_of_date=DAY + timedelta(days=2), gate_digest="gate-2")
    assert freed is not None and set(ledger.parts(freed).values()) == {bad, other}


def test_where_no_new_reading_is_to_blame_nothing_is_held(ledger: Ledger) -> None:
    ledger.read()
    ledger.night()
    number = ledger.form(as_of_date=DAY + timedelta(days=1))
    assert number is not None
    failing = [(COUNTY, "village_income", "G01", "不合格")]
    assert publications.hold_readings(ledger.conn, number, failing, GATE) == 0


def test_a_night_that_held_a_reading_is_restated_without_it(ledger: Ledger) -> None:
    """As it was published, under whatever gate there is by now; a gate that is changed and set back holds it again."""
    good = ledger.read()
    ledger.night()
    bad = ledger.read()
    first = ledger.form(run_id="night")
    assert first is not None
    failing = [(COUNTY, "village_income", "G01", "不合格")]
    publications.hold_readings(ledger.conn, first, failing, GATE)
    ledger.form(run_id="night")
    publications.publish(ledger.conn, first)
    second = ledger.form(as_of_date=DAY + timedelta(days=1), gate_digest="gate-2")
    assert second is not None and set(ledger.parts(second).values()) == {bad}
    publications.publish(ledger.conn, second)
    third = ledger.form(as_of_date=DAY + timedelta(days=2))
    assert third is not None and set(ledger.parts(third).values()) == {good}
    publications.publish(ledger.conn, third)
    for number in (first, second, third):
        cut = publications.get(ledger.conn, number).known_until
        for gate in (GATE, "gate-2", "gate-3"):
            again = ledger.form(kind="restatement", known_until=cut, force=True, gate_digest=gate)
            assert again is not None and ledger.parts(again) == ledger.parts(number)


def test_a_restatement_may_hold_what_a_night_held_before_it(ledger: Ledger) -> None:
    """Each holds for itself: the second hold of one reading under one gate is no repetition of the first."""
    good = ledger.read()
    ledger.night()
    instant = ledger.now()
    bad = ledger.read()
    later = ledger.now()
    number = ledger.form(run_id="night")
    assert number is not None
    failing = [(COUNTY, "village_income", "G01", "不合格")]
    publications.hold_readings(ledger.conn, number, failing, GATE)
    assert instant < later
    past = {"run_id": "past", "kind": "restatement", "known_until": later, "force": True}
    restated = ledger.form(**past)
    assert restated is not None and set(ledger.parts(restated).values()) == {bad}
    assert publications.hold_readings(ledger.conn, restated, failing, GATE) == 1
    ledger.form(**past)
    assert set(ledger.parts(restated).values()) == {good}


def test_restating_knows_what_was_known_then(ledger: Ledger) -> None:
    first = ledger.read()
    ledger.night()
    then = ledger.now()
    ledger.read()
    ledger.night()
    assert set(ledger.parts(ledger.restate(then)).values()) == {first}


def test_restating_takes_the_reference_version_of_then(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.read()
    ledger.night()
    then = ledger.now()
    monkeypatch.setattr(reference, "digest", lambda: "changed")
    ledger.night()
    newer, older = (
        publications.get(ledger.conn, number).reference_version
        for number in (publications.current(ledger.conn).publication_id, ledger.restate(then))  # type: ignore[union-attr]
    )
    assert (newer, older) == (2, 1)


def test_a_candidate_that_a_later_night_has_overtaken_is_retired(ledger: Ledger, settings: Settings) -> None:
    """Whichever task of the old run runs again, and however often; it can be shown by nobody, a rollback included."""
    ledger.read()
    nightly.begin("old", "nightly", DAY, settings)
    old = ledger.form(run_id="old")
    ledger.read()
    new = ledger.night()
    assert old is not None
    for _ in range(2):
        nightly.build("old", "core", settings)
        with pytest.raises(nightly.Overtaken, match=f"较新的发布 {new} 已经发布过，发布 {old} 不再发布"):
            nightly.publish("old", settings)
    found = publications.get(ledger.conn, old)
    assert (found.state, publications.current(ledger.conn).publication_id) == ("retired", new)  # type: ignore[union-attr]
    with pytest.raises(publications.PublicationError, match="was never published"):
        publications.rollback(ledger.conn, old)
    ledger.conn.commit()
    assert nightly.finish("old", settings) == "done"


def test_a_candidate_overtaken_while_its_gate_judges_is_retired(ledger: Ledger) -> None:
    ledger.read()
    old = ledger.form()
    ledger.read()
    new = ledger.night()
    older = ledger.conn.execute("select count(*) from ops.pointer_moves").fetchone()
    assert old is not None
    publications.publish(ledger.conn, old)
    assert publications.get(ledger.conn, old).state == "retired"
    assert publications.current(ledger.conn).publication_id == new  # type: ignore[union-attr]
    assert ledger.conn.execute("select count(*) from ops.pointer_moves").fetchone() == older


def test_after_a_rollback_the_next_night_is_shown(ledger: Ledger) -> None:
    ledger.read()
    first = ledger.night()
    ledger.read()
    ledger.night()
    publications.rollback(ledger.conn, first)
    ledger.read()
    third = ledger.night()
    assert publications.current(ledger.conn).publication_id == third  # type: ignore[union-attr]


def test_rolling_back_moves_the_pointer_and_nothing_else(ledger: Ledger) -> None:
    ledger.read()
    first = ledger.night()
    ledger.read()
    second = ledger.night()
    publications.rollback(ledger.conn, first)
    states = {p.publication_id: p.state for p in publications.listing(ledger.conn)}
    assert states == {first: "published", second: "retired"}
    publications.rollback(ledger.conn, second)
    assert publications.current(ledger.conn).publication_id == second  # type: ignore[union-attr]


def test_a_candidate_or_a_held_one_cannot_be_rolled_back_to(ledger: Ledger) -> None:
    ledger.read()
    ledger.night()
    ledger.read()
    number = ledger.form()
    assert number is not None
    with pytest.raises(publications.PublicationError, match="candidate"):
        publications.rollback(ledger.conn, number)
    publications.settle(ledger.conn, number, "held")
    with pytest.raises(publications.PublicationError, match="held"):
        publications.publish(ledger.conn, number)
    with pytest.raises(publications.PublicationError, match="no publication 999"):
        publications.rollback(ledger.conn, 999)


def test_past_the_retention_a_publication_is_gone_but_said_to_be(ledger: Ledger) -> None:
    numbers = []
    for _ in range(4):
        ledger.read()
        numbers.append(ledger.night())
    assert retention.purge(ledger.conn, keep=2) == numbers[:2]
    with pytest.raises(publications.PublicationError, match="restate"):
        publications.rollback(ledger.conn, numbers[0])
    publications.rollback(ledger.conn, numbers[2])


def test_the_pointer_of_an_older_publication_survives_the_retention(ledger: Ledger) -> None:
    numbers = []
    for _ in range(3):
        ledger.read()
        numbers.append(ledger.night())
    publications.rollback(ledger.conn, numbers[0])
    assert retention.purge(ledger.conn, keep=1) == []


def test_what_lies_ahead_cannot_be_restated(ledger: Ledger, settings: Settings) -> None:
    today = ledger.now().astimezone(ZONE)
    for ahead in (today + timedelta(days=1), today + timedelta(minutes=5)):
        with pytest.raises(ValueError, match="lies ahead of now"):
            nightly.known_until(ahead.isoformat(), settings)
    with pytest.raises(ValueError, match="lies ahead of now"):
        nightly.known_until(f"{today + timedelta(days=1):%Y-%m-%d}", settings)
    day, instant = nightly.known_until(f"{today:%Y-%m-%d}", settings)
    assert day == today.date() and instant <= ledger.now()


@pytest.mark.parametrize("text", ["2020-06-30", "20200630"])
def test_a_date_in_either_spelling_means_its_night(ledger: Ledger, settings: Settings, text: str) -> None:
    ledger.read()
    night = publications.get(ledger.conn, ledger.night())
    assert nightly.known_until(text, settings) == (DAY, night.known_until)


def test_a_trial_leaves_nothing_that_the_next_night_meets(ledger: Ledger, settings: Settings) -> None:
    """Its holds are gone with it, and the observations that it alone appended; what others count on stays."""
    old = ledger.read()
    current = ledger.night()
    new = ledger.read()
    number = ledger.form(kind="trial", force=True, run_id="trial")
    assert number is not None and set(ledger.parts(number).values()) == {new}
    failing = [(COUNTY, "village_income", "G01", "不合格")]
    assert publications.hold_readings(ledger.conn, number, failing, GATE) == 1, "compared with the current one"
    ledger.conn.execute("create table core.fct_tried as select unnest(%s::bigint []) as reading_id", ([old, new],))
    for reading in (old, new):
        ledger.conn.execute("insert into ops.core_loads values ('fct_tried', %s, %s)", (reading, number))
    # A night that was formed meanwhile counts on one of them.
    ledger.conn.execute("delete from ops.publication_parts where publication_id = %s", (current,))
    meanwhile = ledger.form(run_id="meanwhile", as_of_date=DAY + timedelta(days=1))
    ledger.conn.execute(
        "update ops.publication_parts set reading_id = %s where publication_id = %s and part_code = %s",
        (old, meanwhile, COUNTY),
    )
    ledger.conn.execute(
        "delete from ops.publication_parts where publication_id = %s and reading_id = %s", (meanwhile, new)
    )
    ledger.conn.commit()

    assert trials.remove_left(settings) == [number] and trials.remove_left(settings) == []
    assert ledger.conn.execute("select reading_id from core.fct_tried").fetchall() == [(old,)]
    assert ledger.conn.execute("select reading_id from ops.core_loads").fetchall() == [(old,)]
    assert publications.current(ledger.conn).publication_id == current  # type: ignore[union-attr]
    with pytest.raises(publications.PublicationError, match="was a trial"):
        publications.rollback(ledger.conn, number)
    night = ledger.form(as_of_date=DAY + timedelta(days=2))
    assert night is not None and set(ledger.parts(night).values()) == {new}
