"""Markets: sales channels."""

from __future__ import annotations

from tests.gate.landed import PHONE, again, case, put

CASES = [
    case("no amount", "sales_channels", "GL07", put(sales_amount_yuan=None)),
    case("a sale twice", "sales_channels", "GL15", again()),
    case("a phone in a name", "sales_channels", "GL20", put(operator_name=f"张**{PHONE}")),
]  # fmt: skip
