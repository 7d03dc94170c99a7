"""Views that belong to no subject, and rules for every view."""

from __future__ import annotations

from tests.gate.candidate import BAD, case
from tests.gate.province import COUNTIES

TARGETS = "metrics.mart_target_progress"
QUALITY = "metrics.mart_data_quality"
CASES = [
    case("a doubled row", "core.dim_entity",
         "insert into {t} select * from {t} where publication_id = {n} and entity_key = -1", ("", "", "GC02")),
    case("rows that nobody counted", QUALITY,
         "update {t} set rows_published = rows_published + 1 where publication_id = {n} and county_code = '{bad}' and "
         "form = 'cooperatives'", (BAD, "cooperatives", "GC18")),
    case("a province that is not the sum of its counties", TARGETS,
         "update {t} set actual_value = actual_value + 1 where publication_id = {n} and region_level = 'province' and "
         "target_code = 'T05'", ("", "", "GC06")),
    case("a province's ratio is no sum of its counties'", TARGETS,
         "update {t} set actual_value = 1, has_reported = true where publication_id = {n} and "
         "region_level = 'province' and unit = '比例'"),
    case("a negative figure", TARGETS,
         "update {t} set target_value = -1 where publication_id = {n} and region_code = '{bad}' and target_code = 'T05'",
         (BAD, "", "GC07")),
    case("a figure of a county that has not reported", TARGETS,
         "update {t} set has_reported = false where publication_id = {n} and region_code = '{bad}' and "
         "target_code = 'T05'", (BAD, "", "GC08")),
    case("a part greater than its whole", TARGETS,
         "update {t} set actual_value = 0 where publication_id = {n} and target_code = 'T05' and actual_value > 0",
         *[(county, "", "GC09") for county in ("", *COUNTIES[1:])]),
    case("a target reached ten times over", TARGETS,
         "update {t} set reached_pct = 1000 where publication_id = {n} and region_code = '{bad}' and target_code = 'T08'",
         (BAD, "", "GC10")),
    case("a county and form that are missing", QUALITY,
         "delete from {t} where publication_id = {n} and county_code = '620103' and form = 'village_base'",
         ("", "village_base", "GC15")),
]  # fmt: skip
