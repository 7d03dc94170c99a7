"""Markets: cold stores, sales channels."""

from __future__ import annotations

from tests.gate.landed import PHONE, again, case, put

CASES = [
    case("no kind of a store", "cold_stores", "GL07", put(store_type=None)),
    case("a store twice", "cold_stores", "GL90", again(subsidy_yuan=1)),
    case("no amount", "sales_channels", "GL07", put(sales_amount_yuan=None)),
    case("a sale twice", "sales_channels", "GL15", again()),
    case("a phone in a name", "sales_channels", "GL20", put(operator_name=f"张**{PHONE}")),
]  # fmt: skip
