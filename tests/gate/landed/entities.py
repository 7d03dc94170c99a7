"""Entities: cooperatives."""

from __future__ import annotations

from tests.gate.landed import ID_15, again, case, put

CASES = [
    case("no credit code", "cooperatives", "GL07", put(uscc=None)),
    case("a cooperative twice", "cooperatives", "GL12", again(coop_name="同一个社")),
    case("an old ID number in a remark", "cooperatives", "GL20", put(remark=ID_15)),
    case("a mask that hides too little", "cooperatives", "GL21", put(phone_mask="*5400000001")),
]  # fmt: skip

ELSEWHERE = {"GL13"}
