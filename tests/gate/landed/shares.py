"""Shares: what households hold and what is paid on it."""

from __future__ import annotations

from tests.gate.landed import case, put_some

CASES = [
    case("mostly shares", "household_awards", "R05",
         put_some(3, support_mode="入股配股")),
]  # fmt: skip
