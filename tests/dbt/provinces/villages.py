"""Villages: what the base register said a year before, sent twice because the first file had mistakes."""

from __future__ import annotations

from tests.dbt.world import TONGWEI, World


def land(world: World) -> None:
    village = [world.village(TONGWEI, number) for number in range(3)]
    rows = [
        {"village_code": village[0], "is_exited": True, "exit_year": 2018},
        {"village_code": village[1], "is_exited": False},
        {"village_code": village[2], "is_exited": False, "is_deep_poverty": True},
    ]
    mistakes = [
        {"rule_id": "C01", "severity": "error", "effect": "row_refused", "field": "poor_hh"},
        {"rule_id": "R74", "severity": "warn", "effect": "none", "field": "poverty_rate_pct"},
        {"rule_id": "S08", "severity": "info", "effect": "none"},
    ]
    world.land("village_base", TONGWEI, "2019", rows[:2], issues=mistakes)
    world.land("village_base", TONGWEI, "2019", rows, issues=mistakes[1:2])
