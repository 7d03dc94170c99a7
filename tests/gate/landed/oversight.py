"""Oversight: rectifications, supervision."""

from __future__ import annotations

from tests.gate.landed import ID_18, again, case, put

CASES = [
    case("no progress of a problem", "rectifications", "GL07", put(rectification_progress=None)),
    case("a problem twice", "rectifications", "GL80", again(owner_unit="县扶贫办")),
    case("a number in the evidence", "rectifications", "GL20", put(evidence=f"证件{ID_18}")),
    case("negative money of a problem", "rectifications", "GL17", put(problem_amount_yuan=-1)),
    case("no people of a target", "supervision", "GL07", put(left_people=None)),
    case("a target twice", "supervision", "GL81", again(supervision_level="市")),
]
