"""The bulkhead: what the night does with a verdict. Steps of the real night, without the models: what landed is
inserted, the landed gate judges, the pointer moves or does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from expectations import gate
from tests.conftest import prepared_copy
from tests.gate.looking import looking_at
from tests.gate.province import COUNTIES, Province, Row
from warehouse import nightly, publications
from warehouse.settings import Settings

BAD, OTHER = COUNTIES[0], COUNTIES[1]
DAY = date(2020, 12, 31)
FORM = "village_base"


def publish_clean_figures(settings: Settings) -> None:
    made = Province(settings)
    made.prepare()
    for reading in made.clean():
        made.land(reading)
    assert night(made, "first") == "published"


@pytest.fixture
def province(server_settings: Settings, tmp_path: Path) -> Iterator[Province]:
    """A published province: every county's clean figures."""
    with (
        looking_at({FORM}),
        prepared_copy(server_settings, tmp_path / "home", "bulkhead", publish_clean_figures) as settings,
    ):
        made = Province(settings)
        made.prepare()
        yield made


def night(province: Province, run_id: str) -> str:
    """One night from the forming on; gives the state of its publication."""
    nightly.begin(run_id, "nightly", DAY, province.settings)
    nightly.form(run_id, province.settings)
    try:
        nightly.gate_landed(run_id, province.settings)
        nightly.publish(run_id, province.settings)
    except nightly.GateHeld:
        pass
    return str(province.run("select state from ops.publications where run_id = %s", (run_id,))[0][0])


def send(province: Province, county: str, change: Callable[[list[Row]], list[Row] | None]) -> int:
    """A county sends its village base again. Returns the reading's number."""
    reading = next(r for r in province.clean((county,)) if r.form == FORM)
    reading.rows = change(reading.rows) or reading.rows
    return province.land(reading)


def twice(rows: list[Row]) -> list[Row]:
    return [*rows, rows[0]]


def mended(rows: list[Row]) -> None:
    rows[0].update(hh_total=201)


def published_readings(province: Province) -> dict[str, set[int]]:
    """County -> the readings of its village base that BI sees."""
    rows = province.run(
        "select county_code, reading_id from ops.publication_parts join ops.pointer using (publication_id) "
        "where form = %s",
        (FORM,),
    )
    return {county: {reading for other, reading in rows if other == county} for county in {row[0] for row in rows}}


def test_one_bad_county_keeps_its_last_good_figures_and_the_others_go_on(province: Province) -> None:
    before = published_readings(province)
    bad, good = send(province, BAD, twice), send(province, OTHER, mended)
    assert night(province, "second") == "published"

    now = published_readings(province)
    assert now[BAD] == before[BAD] and bad not in now[BAD]
    assert now[OTHER] == {good}
    assert province.run("select reading_id, rule_id, gate_digest from ops.gate_holds") == [(bad, "GL10", gate.digest())]
    assert province.run(
        "select pass_no, bool_and(success or severity = 'warning') from ops.gate_results r "
        "join ops.publications p using (publication_id) where p.run_id = 'second' group by 1 order by 1"
    ) == [(1, False), (2, True)]


def test_what_is_held_stays_out_until_the_county_mends_it(province: Province) -> None:
    send(province, BAD, twice)
    night(province, "second")
    other = send(province, OTHER, mended)
    assert night(province, "third") == "published"
    assert published_readings(province)[OTHER] == {other}
    assert province.run(
        "select count(*) from ops.gate_results join ops.publications using (publication_id) where run_id = 'third' "
        "and not success"
    ) == [(0,)]  # what is held is not even looked at again

    good = send(province, BAD, mended)
    assert night(province, "fourth") == "published"
    assert published_readings(province)[BAD] == {good}


def test_a_defect_in_every_county_publishes_nothing(province: Province) -> None:
    before = published_readings(province)
    for county in COUNTIES:
        send(province, county, twice)
    assert night(province, "second") == "held"
    assert published_readings(province) == before
    assert province.run("select count(*) from ops.gate_holds") == [(0,)]  # no county is to blame


def test_a_failure_without_a_county_publishes_nothing(province: Province) -> None:
    before = published_readings(province)
    newest = [send(province, county, mended) for county in COUNTIES]
    province.run(f"delete from raw.{FORM} where reading_id = any(%s)", (newest,))
    assert night(province, "second") == "held"
    assert published_readings(province) == before


def test_rows_that_went_missing_under_what_is_published_hold_everything(province: Province) -> None:
    # No new reading is to blame, so there is no last good one to go back to.
    province.run(f"delete from raw.{FORM} where county_code = %s and row_no = 4", (BAD,))
    send(province, OTHER, mended)
    assert night(province, "second") == "held"


@pytest.mark.ci_only
def test_a_first_night_leaves_a_bad_county_out(settings: Settings) -> None:
    province = Province(settings)
    province.prepare()
    for reading in province.clean():
        if (reading.form, reading.county) == (FORM, BAD):
            reading.rows = twice(reading.rows)
        province.land(reading)
    assert night(province, "first") == "published"
    assert set(published_readings(province)) == {*COUNTIES[1:]}


def test_a_mended_rule_lets_what_was_held_in(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = send(province, BAD, twice)
    night(province, "second")
    assert bad not in published_readings(province)[BAD]

    from expectations import rules

    suite = rules.load("landed")
    without = rules.Suite(
        suite.name, suite.title, tuple(rule for rule in suite.rules if rule.rule_id != "GL10"), suite.datasets
    )
    monkeypatch.setattr(rules, "load", lambda name: without)
    monkeypatch.setattr(gate, "digest", lambda: "another")
    assert night(province, "third") == "published"
    assert published_readings(province)[BAD] == {bad}


def test_a_night_that_is_repeated_after_the_gate_says_the_same(province: Province) -> None:
    send(province, BAD, twice)
    nightly.begin("second", "nightly", DAY, province.settings)
    nightly.form("second", province.settings)
    nightly.gate_landed("second", province.settings)
    query = "select pass_no, rule_id, success, violations from ops.gate_results order by 1, 2"
    first = province.run(query)
    nightly.gate_landed("second", province.settings)  # the task was killed after its work, and runs again
    again = province.run(query)
    assert {row for row in again if row[0] == 2} == {row for row in first if row[0] == 2}
    nightly.publish("second", province.settings)
    with province.connect() as conn:
        found = publications.current(conn)
    assert found is not None and found.run_id == "second"
