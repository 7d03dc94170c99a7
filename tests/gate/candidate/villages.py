"""Villages: base register and collective income."""

from __future__ import annotations

from tests.gate.candidate import BAD, case

TARGETS = "metrics.mart_target_progress"
CASES = [
    case("a fact that lost a row", "core.fct_village_income",
         "delete from {t} where county_code = '{bad}' and row_no = 4", (BAD, "village_income", "GC04")),
    case("more villages over the line than there are", TARGETS,
         "update {t} set target_value = target_value - 1 where publication_id = {n} and region_code = '{bad}' and "
         "target_code = 'T08'", (BAD, "village_income", "GC11")),
]  # fmt: skip
