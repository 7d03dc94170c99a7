"""Insurance: policies and claims."""

from __future__ import annotations

from tests.gate.landed import CARD, ID_18, again, case, put, put_all

CASES = [
    case("a policy without a number", "insurance_policies", "GL07", put(policy_no=None)),
    case("a claim without a date of loss", "insurance_claims", "GL07", put(loss_date=None)),
    case("a policy number that looks like a card", "insurance_policies", "", put(policy_no=CARD)),
    case("a claim number that looks like an ID number", "insurance_claims", "", put(claim_no=ID_18)),
    case("an ID number for an insurer", "insurance_policies", "GL20", put(insurer=ID_18)),
    case("a policy twice", "insurance_policies", "GL60", again()),
    case("a second product on one policy is none", "insurance_policies", "",
         again(insurance_product_name="奶牛", premium_yuan=400)),
    case("a claim twice", "insurance_claims", "GL61", again()),
    case("premiums too low", "insurance_policies", "R47", put_all(premium_yuan=99.99)),
    case("premiums at the lower bound", "insurance_policies", "", put_all(premium_yuan=100)),
    case("premiums too high", "insurance_policies", "R47", put_all(premium_yuan=3000.01)),
    case("payouts too low", "insurance_claims", "R48", put_all(payout_yuan=99.99)),
    case("payouts at the lower bound", "insurance_claims", "", put_all(payout_yuan=100)),
    case("payouts too high", "insurance_claims", "R48", put_all(payout_yuan=750.01)),
    case("payouts at the upper bound", "insurance_claims", "", put_all(payout_yuan=750)),
]  # fmt: skip
# A premium that is far off makes the loss ratio far off.
ECHOES = {("insurance_claims", "R48")}
FAMILIES = {"insurance_policies": "insurance", "insurance_claims": "insurance"}
