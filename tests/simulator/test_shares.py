"""Shares in the simulated province: dividends to the cent and in time, mistakes of every kind, nothing lost by chance."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.forms import f02a_household_shares, f02b_dividend_payments
from simulator.forms.f02b_dividend_payments import MONTHS
from simulator.places import choose
from simulator.world import World, build
from tests.simulator.conftest import Province

ENDS = {"2019": (2019, 12, 31), "2019H2": (2019, 12, 31), "2020H1": (2020, 6, 30)}
RULES = {
    "household_shares": "C01 C02 C03 C04 C05 R11 R14 R15 R16 R64 R67 R70 R85 R86",
    "dividend_payments": "C01 C02 C03 C04 C05 C07 R10 R11 R19 R64 R67 R70 R86 R87",
}


@pytest.fixture(scope="module", params=["通渭县", "卓尼县", "金塔县"])
def world(request: pytest.FixtureRequest) -> World:
    return build(choose([request.param])[0], 400, 3, "2020-06")


def test_each_share_stands_once(world: World) -> None:
    rows = f02a_household_shares.FORM.fill(world, world.stream("a"))
    assert sorted(row.values["_about"].no for row in rows) == sorted(share.no for share in world.shares)


def test_dividends_are_due_to_the_cent_and_paid_in_full(world: World) -> None:
    rows = f02b_dividend_payments.FORM.fill(world, world.stream("b"))
    assert {row.values["_about"].no for row in rows} == {share.no for share in world.shares}
    for row in rows:
        values = row.values
        exact = values["share_amount_yuan"] * values["dividend_rate_pct"] * MONTHS[values["dividend_period"]] / 1200
        assert abs(values["dividend_due_yuan"] - exact) <= Decimal("0.005")
        assert values["dividend_paid_yuan"] == values["dividend_due_yuan"]
        assert values["dividend_paid_yuan"] == values["household_part_yuan"] + values["village_part_yuan"]
        assert values["_about"].signed_date < values["paid_date"]
        year, month, day = ENDS[values["dividend_period"]]
        assert (values["paid_date"] - values["paid_date"].replace(year=year, month=month, day=day)).days <= 30


@pytest.mark.parametrize("form", RULES)
def test_every_rule_is_broken_somewhere(large: Province, form: str) -> None:
    found = {mistake["rule"] for mistake in large.truth["mistakes"] if mistake["form"] == form}
    assert not set(RULES[form].split()) - found


def test_every_contradiction_is_there(large: Province) -> None:
    found = [check for check in large.truth["cross_checks"] if check["form"] in RULES]
    assert {check["rule"] for check in found} == {"R12", "R13", "R17", "R18", "X03"}
