"""Shares: what households hold and what is paid on it."""

from __future__ import annotations

from tests.gate.landed import PHONE, again, case, put, put_all

CASES = [
    case("nobody holds a share", "household_shares", "GL07", put(head_id_token=None)),
    case("an agreement twice", "household_shares", "GL40", again(share_amount_yuan=900)),
    case("more in shares than in awards", "household_shares", "R05", put_all(share_amount_yuan=6000)),
    case("no due dividend", "dividend_payments", "GL07", put(dividend_due_yuan=None)),
    case("a dividend beyond any share", "dividend_payments", "GL18", put(dividend_paid_yuan=30001)),
    case("a dividend twice", "dividend_payments", "GL41", again(dividend_paid_yuan=30)),
    case("a phone in a dividend's remark", "dividend_payments", "GL20", put(remark=PHONE)),
]  # fmt: skip

ELSEWHERE = {"GL42"}
# R04 adds the shares that households hold to what they were awarded.
FAMILIES = {"household_awards": "household money", "household_shares": "household money"}
# Awards that are spoiled can be less than the shares: R05 is told for the shares.
ECHOES = {("household_shares", "R05")}
