"""Households: awards."""

from __future__ import annotations

from tests.gate.candidate import BAD, ID_18, case

AWARDS = "metrics.mart_household_support"
CASES = [
    case("a doubled row of a county", AWARDS, "insert into {t} select * from {t} where publication_id = {n} and ctid = "
         "(select min(ctid) from {t} where publication_id = {n} and county_code = '{bad}')",
         (BAD, "household_awards", "GC02"), (BAD, "household_awards", "GC05")),
    case("a null key", AWARDS, "update {t} set product_key = null where publication_id = {n} and county_code = '{bad}'",
         (BAD, "household_awards", "GC03")),
    case("a fact that changed an amount by a cent", "core.fct_household_awards",
         "update {t} set award_amount_yuan = award_amount_yuan + 0.01 where county_code = '{bad}' and row_no = 4",
         (BAD, "household_awards", "GC04"), (BAD, "household_awards", "GC05")),
    case("a mart that changed an amount by a cent", AWARDS,
         "update {t} set award_amount_yuan = award_amount_yuan - 0.01 where publication_id = {n} and "
         "county_code = '{bad}'", (BAD, "household_awards", "GC05")),
    case("an ID number in a mart", AWARDS,
         f"update {{t}} set village_name = '{ID_18}' where publication_id = {{n}} and county_code = '{{bad}}'",
         (BAD, "household_awards", "GC17")),
]  # fmt: skip
