"""Entities: cooperatives, lead enterprises, farms and growers."""

from __future__ import annotations

from tests.gate.landed import ID_15, PHONE, again, case, put

CASES = [
    case("no credit code", "cooperatives", "GL07", put(uscc=None)),
    case("a cooperative twice", "cooperatives", "GL12", again(coop_name="同一个社")),
    case("two pilot levels in one county", "cooperatives", "GL52", put(pilot_level="国家级")),
    case("no name of an enterprise", "lead_enterprises", "GL07", put(entity_name=None)),
    case("an enterprise twice", "lead_enterprises", "GL50", again(entity_name="同一家企业")),
    case("a phone in an enterprise's remark", "lead_enterprises", "GL20", put(remark=PHONE)),
    case("no kind of a farm", "farms_growers", "GL07", put(entity_type=None)),
    case("a farm twice", "farms_growers", "GL51", again(area_mu=7)),
    case("an old ID number in a remark", "cooperatives", "GL20", put(remark=ID_15)),
    case("a mask that hides too little", "cooperatives", "GL21", put(phone_mask="*5400000001")),
]  # fmt: skip

ELSEWHERE = {"GL13"}
