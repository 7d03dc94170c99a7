"""A night whose archive has lost an original: it fails with a sentence and publishes nothing; the next one is undisturbed."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Undisturbed
from tests.e2e.kills import published
from tests.e2e.nights import DAY, dag_night
from warehouse import nightly, publications
from warehouse.connect import connect
from warehouse.settings import Settings


@pytest.mark.ci_only
def test_a_lost_original_fails_the_night_and_no_other_file(
    undisturbed: Undisturbed, airflow_settings: Settings
) -> None:
    settings = airflow_settings
    nightly.begin("a night that went no further", "nightly", DAY, settings)
    nightly.discover("a night that went no further", undisturbed.landing, settings)
    original = next(path for path in sorted(settings.archive.rglob("*")) if path.is_file())
    away = original.with_name("moved")
    original.rename(away)

    failed = dag_night(settings, undisturbed.landing)
    assert failed.status == 3, failed.output
    with connect("owner", settings=settings) as conn:
        unread = conn.execute(
            "select sha256 from ops.submissions s where not exists "
            "(select from ops.readings r where r.submission_id = s.submission_id)"
        ).fetchall()
        assert {sha256[2:] for (sha256,) in unread} == {original.name}
        assert publications.current(conn) is None
    told = "".join(path.read_text(errors="replace") for path in settings.logs.glob("*.log"))
    assert f"there is no file at {original}" in told

    away.rename(original)
    done = dag_night(settings, undisturbed.landing)
    assert done.status == 0, done.output
    assert published(settings) == undisturbed.rows
