"""Oversight: rectifications, supervision."""

from __future__ import annotations

from tests.gate.candidate import BAD, case

CASES = [
    case("problems that no ledger has", "metrics.mart_rectification_counties",
         "update {t} set problems = problems + 1 where publication_id = {n} and county_code = '{bad}'",
         (BAD, "rectifications", "GC05")),
    case("supervision without its people", "metrics.mart_supervision",
         "update {t} set left_people = 0 where publication_id = {n} and county_code = '{bad}'",
         (BAD, "supervision", "GC05")),
]  # fmt: skip
