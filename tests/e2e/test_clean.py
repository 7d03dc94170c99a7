"""A province that made no mistake is told of none: no issue, no contradiction, no rule of the gate."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import FirstNight
from tests.e2e.rules import tally
from warehouse.connect import connect


@pytest.mark.ci_only
def test_clean_figures_raise_no_alarm(first_night: FirstNight) -> None:
    settings = first_night.settings
    nothing = {"mistakes": [], "cross_checks": [], "violations": []}
    assert {rule: of.false_alarms[:3] for rule, of in tally(settings, nothing).items()} == {}
    with connect("owner", settings=settings) as conn:
        failed = conn.execute(
            "select rule_id, sentence from ops.gate_results join ops.pointer using (publication_id) "
            "where not success and rule_id not in ('GL03', 'R25A')"
        ).fetchall()
        [(outcomes,)] = conn.execute("select array_agg(distinct outcome) from ops.readings").fetchall()
    assert failed == []
    assert outcomes == ["loaded"]
