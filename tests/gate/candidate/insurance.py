"""Insurance: policies and claims."""

from __future__ import annotations

from tests.gate.candidate import BAD, ID_18, case

INSURANCE = "metrics.mart_insurance"
CASES = [
    case("a premium that changed by a cent", INSURANCE,
         "update {t} set premium_yuan = premium_yuan + 0.01 where publication_id = {n} and county_code = '{bad}'",
         (BAD, "insurance_policies", "GC05")),
    case("a claim that was lost", "core.fct_insurance_claims",
         "delete from {t} where county_code = '{bad}' and row_no = 4",
         (BAD, "insurance_claims", "GC04"), (BAD, "insurance_claims", "GC05")),
    case("an ID number for a policy number", "core.fct_insurance_policies",
         f"update {{t}} set policy_no = '{ID_18}' where county_code = '{{bad}}' and row_no = 4",
         (BAD, "insurance_policies", "GC17")),
]  # fmt: skip
