"""Training: rosters of courses."""

from __future__ import annotations

from tests.gate.landed import PHONE, again, case, put

CASES = [
    case("no kind of a course", "training_attendance", "GL07", put(course_type=None)),
    case("a person twice in a course", "training_attendance", "GL70", again(result="不合格")),
    case("a phone for a place of training", "training_attendance", "GL20", put(venue=PHONE)),
]

# What takes readings of two periods: tests/gate/test_two_periods.py
ELSEWHERE = {"GL71", "GL82"}
