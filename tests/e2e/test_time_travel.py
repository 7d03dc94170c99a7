"""Rolling back and restating give the rows that were first published, whatever came in between."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from simulator import night as later
from tests.e2e.conftest import FirstNight
from tests.e2e.nights import bi, current, rows_of, steps_night, steps_restate
from warehouse import publications, reference, report
from warehouse.clock import ZONE
from warehouse.connect import connect
from warehouse.settings import Settings

AWARDS = "select sum(award_amount_yuan) from marts.fct_household_awards"


def alter_reference(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, change: Callable[[str], str]) -> None:
    """Put a changed copy of the reference data in place of the project's, for this process and its readers."""
    copy = folder / f"reference-{name}-{len(list(folder.iterdir()))}"
    shutil.copytree(reference.folder(), copy)
    path = copy / f"{name}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setenv("LONGCANG_REFERENCE", str(copy))


@pytest.mark.ci_only
def test_the_past_stays_as_it_was_published(
    first_night: FirstNight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, landing, truth = first_night.settings, first_night.landing, first_night.truth
    first = current(settings)
    first_rows, first_sum = rows_of(settings, first.publication_id), bi(settings, AWARDS)
    instant = datetime.now(ZONE).isoformat()

    # A correction, the correction of it back to the first bytes, a township's own correction, an alias, a target.
    corrected = later.write_next(landing, truth, 1, "correction", form="household_awards")
    correction = corrected["nights"][-1]
    original = next(
        file["path"] for file in truth["files"]
        if file["form"] == "household_awards" and file["county_code"] == correction["county_code"]
    )  # fmt: skip
    assert steps_night(settings, landing) == "done"
    assert bi(settings, AWARDS) != first_sum
    second_rows = rows_of(settings, current(settings).publication_id)

    shutil.copy(landing / original, landing / Path(original).with_stem("更正之更正"))
    assert steps_night(settings, landing) == "done"
    assert bi(settings, AWARDS) == first_sum

    later.write_next(landing, truth, 2, "township", form="household_awards", county=correction["county_code"])
    alter_reference(monkeypatch, tmp_path, "aliases", lambda text: text + "county,62,通渭,621121,简称,接受的写法\n")
    alter_reference(monkeypatch, tmp_path, "programme_targets", lambda text: text.replace(",7262,", ",7000,"))
    assert steps_night(settings, landing) == "done"
    assert bi(settings, AWARDS) != first_sum
    last = current(settings)
    last_rows = rows_of(settings, last.publication_id)
    assert last.reference_version > first.reference_version

    # The pointer back: the very rows. Formed again from what was known: equal rows.
    with connect("owner", settings=settings) as conn:
        publications.rollback(conn, first.publication_id)
    assert bi(settings, AWARDS) == first_sum
    with connect("owner", settings=settings) as conn:
        publications.rollback(conn, last.publication_id)
    restated = steps_restate(settings, instant)
    assert rows_of(settings, restated) == first_rows
    assert rows_of(settings, steps_restate(settings, datetime.now(ZONE).isoformat())) == last_rows
    assert second_rows not in (first_rows, last_rows)
    assert current(settings).publication_id == last.publication_id

    # The restated day is the auditor's to see, not BI's.
    seen = "select distinct publication_id from marts.mart_target_progress"
    for role, expected in (("auditor", restated), ("bi", last.publication_id)):
        with connect(role, settings=settings, publication=restated) as conn:
            assert conn.execute(seen).fetchall() == [(expected,)]  # type: ignore[arg-type]


def reported(settings: Settings, publication_id: int) -> list[dict[str, Any]]:
    """The targets that the report of the run that formed this publication shows, whatever is current by now."""
    with connect("owner", settings=settings) as conn:
        row = conn.execute(
            "select run_id from ops.publications where publication_id = %s", (publication_id,)
        ).fetchone()
        assert row
        found = report.collect(conn, row[0], settings)
    assert found["targets_of"]["publication_id"] == publication_id
    compared = ("value_before", "has_before")
    return [{key: value for key, value in row.items() if key not in compared} for row in found["targets"]]


@pytest.mark.ci_only
def test_a_setting_that_is_set_back_gives_the_first_nights_figures(
    make_province: Callable[..., tuple[Path, dict[str, Any]]], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files with a mistake are refused whole for one night; after it each counts again as it was read in the first."""
    landing, _ = make_province(households=120, counties=["通渭县", "卓尼县"], seed=5, defects=0.03)
    assert steps_night(settings, landing) == "done"
    first = current(settings).publication_id
    monkeypatch.setenv("LONGCANG_REFUSED_SHARE_LIMIT", "0.001")
    strict = settings.with_changes(refused_share_limit=0.001)
    strict_state = steps_night(strict, landing)
    refused = "select count(*) from ops.readings where outcome = 'refused' and run_id = (select run_id from ops.runs " \
        "order by started_at desc limit 1)"  # fmt: skip
    with connect("owner", settings=settings) as conn:
        assert conn.execute(refused).fetchone() != (0,)  # type: ignore[arg-type]
    second = current(settings).publication_id
    assert (second == first) == (strict_state == "held")
    monkeypatch.setenv("LONGCANG_REFUSED_SHARE_LIMIT", "0.5")

    assert steps_night(settings, landing) == "done"
    third = current(settings).publication_id
    assert third not in (first, second)
    assert rows_of(settings, third) == rows_of(settings, first)
    with connect("owner", settings=settings) as conn:
        read = conn.execute("select count(*) from ops.readings where run_id = (select run_id from ops.publications "
                            "where publication_id = %s)", (third,)).fetchone()  # fmt: skip
        cuts = dict(
            conn.execute(
                "select publication_id, known_until from ops.publications where published_at is not null"
            ).fetchall()
        )
    assert read == (0,), "files were read again in vain"
    told = {number: reported(settings, number) for number in cuts}
    for number, cut in cuts.items():
        restated = steps_restate(settings, cut.isoformat())
        assert rows_of(settings, restated) == rows_of(settings, number)
        assert reported(settings, restated) == told[number] != []
