"""Villages: base register and collective income."""

from __future__ import annotations

from tests.gate.landed import again, case, put, put_all

CASES = [
    case("a village that is not in the list", "village_base", "GL09", put(village_code="620102001999")),
    case("a village in another township", "village_income", "GL09 R25",
         lambda rows: rows[0].update(village_code=rows[0]["village_code"][:9] + "999")),
    case("no households", "village_base", "GL07", put(hh_total=None)),
    case("a village twice in the base", "village_base", "GL10", again()),
    case("a village twice in the ledger", "village_income", "GL10", again(inc_total_yuan=30000)),
    case("a negative return on investment is none", "village_income", "", put(inc_invest_yuan=-5000)),
    case("a negative subsidy", "village_income", "GL17", put(inc_subsidy_yuan=-1)),
    case("incomes written in yuan for ten thousand yuan", "village_income", "R23", put_all(inc_total_yuan=2.79)),
    case("incomes written in ten thousand yuan for yuan", "village_income", "R23", put_all(inc_total_yuan=279000000)),
    case("one village with a wrong unit is the reader's own issue", "village_income", "",
         put(inc_total_yuan=279000000)),
    case("a poor village that the base does not know", "village_income", "R25",
         lambda rows: rows[:-1]),
    case("a village that is poor in one form only", "village_income", "R25", put(is_poor_village=False)),
]  # fmt: skip

ELSEWHERE = {"R25A"}
FAMILIES = {"village_base": "villages", "village_income": "villages"}
# A village missing in one form is missing for both: R25 is told for the ledger, whichever of the two was spoiled.
ECHOES = {("village_income", "R25")}
