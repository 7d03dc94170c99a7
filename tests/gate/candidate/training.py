"""Training: rosters of courses."""

from __future__ import annotations

from tests.gate.candidate import BAD, case

HOUSEHOLDS = "metrics.mart_training_households"
CASES = [
    case("attendances that no roster has", "metrics.mart_training",
         "update {t} set attendances = attendances + 1 where publication_id = {n} and county_code = '{bad}'",
         (BAD, "training_attendance", "GC05")),
    case("households that fall into no class", HOUSEHOLDS,
         "update {t} set registered_households = registered_households + 1 where publication_id = {n} and "
         "county_code = '{bad}'", (BAD, "training_attendance", "GC80")),
]  # fmt: skip
