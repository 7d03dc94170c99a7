"""Insurance in the simulated province: premiums to the cent, claims within their policies, mistakes of every kind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator import insurance, province
from simulator.places import choose
from simulator.produce import SMALL_FIVE
from simulator.world import World, build

COUNTIES = "通渭县", "卓尼县", "金塔县", "秦州区"
RULES = {
    "insurance_policies": "C01 C02 C03 C04 C05 C07 C08 R40 R41 R42 R43 R44 R49 R67 R70 R64",
    "insurance_claims": "C01 C02 C03 C04 C05 R44 R46 R49 R67 R70",
}


@pytest.fixture(scope="module", params=COUNTIES)
def world(request: pytest.FixtureRequest) -> World:
    return build(choose([request.param])[0], 400, 3, "2020-06")


def test_premiums_are_exact_and_split_to_the_cent(world: World) -> None:
    found = insurance.policies(world)
    assert found
    for policy in found:
        assert policy.premium * 100 == policy.qty * policy.unit_sum * policy.rate
        assert sum(insurance.split(policy.premium, policy.parts).values()) == policy.premium
        assert policy.product not in SMALL_FIVE and not policy.household.is_quiet
        assert not policy.is_livestock or policy.qty == int(policy.qty)
    assert len({(p.household.no, p.policy_no, p.name) for p in found}) == len(found)


def test_poor_households_pay_nothing_where_the_county_pays(world: World) -> None:
    shares = {policy.parts[4] for policy in insurance.policies(world) if policy.is_poor}
    assert (shares == {0}) is (world.county.code == insurance.PAYS_FOR_THE_POOR)


def test_most_that_want_insurance_have_it(world: World) -> None:
    insured = {policy.household.no for policy in insurance.policies(world)}
    willing = [
        household.no for household in world.all_households if world.is_willing(household) and not household.is_quiet
    ]
    assert 0.8 * len(willing) < len(insured & set(willing)) < len(willing)


@pytest.mark.parametrize("households", [5, 12, 60, 400])
@pytest.mark.parametrize("county", COUNTIES)
def test_a_county_of_any_size_stays_within_the_bounds_of_its_ratios(county: str, households: int) -> None:
    world = build(choose([county])[0], households, 2, "2020-06")
    policies, claims = insurance.policies(world), insurance.claims(world)
    premium = sum((policy.premium for policy in policies), Decimal(0))
    assert 100 <= premium / len({policy.household.no for policy in policies}) <= 3000
    payout = sum((claim.payout for claim in claims), Decimal(0))
    assert not claims or Decimal("0.2") <= payout / premium <= Decimal("1.5")
    for claim in claims:
        policy = claim.policy
        assert policy.start <= claim.loss_date <= policy.end and 0 < claim.loss_qty <= policy.qty
        assert 0 < claim.payout <= claim.loss_qty * policy.unit_sum
        assert not world.is_reserved(policy.household, "insurance")
        assert claim.paid_date is None or (claim.paid_date - claim.reported_date).days <= 30


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out: Path = tmp_path_factory.mktemp("insured")
    return province.write(out, households=2000, counties=COUNTIES, seed=4, defects=0.2, county_defects=True, least=20)


@pytest.mark.parametrize("form", RULES)
def test_every_rule_is_broken_somewhere(truth: dict[str, Any], form: str) -> None:
    found = {mistake["rule"] for mistake in truth["mistakes"] if mistake["form"] == form}
    assert not set(RULES[form].split()) - found


def test_contradictions_and_violations(truth: dict[str, Any]) -> None:
    found = [(c["form"], c["rule"], c["note"]) for c in truth["cross_checks"]]
    assert len({note for form, rule, note in found if (form, rule) == ("insurance_claims", "R45")}) == 4
    assert ("insurance_policies", "X02") in {(form, rule) for form, rule, _ in found}
    # What makes a county's premiums too low makes its loss ratio too high: both are its violations, or neither.
    low, ratio = ({v["county_code"] for v in truth["violations"] if v["rule"] == rule} for rule in ("R47", "R48"))
    assert low and low == ratio
    assert {m["rule"] for m in truth["mistakes"] if m["rule"] == "R43"} == {"R43"}
    assert {m["county_code"] for m in truth["mistakes"] if m["rule"] == "R43"} == {insurance.PAYS_FOR_THE_POOR}
