"""The world behind the forms: who lives there, who left poverty, who holds what, and what may be lost."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from simulator import people, places, produce
from simulator.forms.f16_village_base import FORM as VILLAGE_BASE
from simulator.households import Household
from simulator.world import World, build

DAY = date(2020, 6, 30)
COUNTIES = ("通渭县", "卓尼县", "金塔县", "城关区")
SIZES = {"通渭县": 1500, "卓尼县": 300, "金塔县": 40, "城关区": 12}


@pytest.fixture(scope="module", params=COUNTIES)
def world(request: pytest.FixtureRequest) -> World:
    return build(places.choose([request.param])[0], SIZES[request.param], 5, "2020-06")


def money(world: World, household: Household) -> Decimal:
    """Awards, prior money and shares of a household of the award roster."""
    shares = sum((share.amount_yuan for share in world.shares_of(household)), Decimal(0))
    return produce.total(world.product_lines(household)) + world.prior_yuan(household) + shares


def test_no_person_has_anothers_number_and_every_number_is_valid(world: World) -> None:
    persons = [person for household in world.all_households for person in household.members]
    assert len({person.id_number for person in persons}) == len(persons)
    assert len({person.key for person in persons}) == len(persons)
    for person in persons:
        number = person.id_number
        assert len(number) == 18
        assert number[:6] == people.unused_area(world.county)
        assert people.id_check_char(number[:17]) == number[17]
        assert people.born_on(number) == person.born < DAY
        assert (person.sex == "男") == people.is_male(number)


def test_members_numbers_keep_clear_of_all_heads() -> None:
    """Also of heads that come later: whatever is drawn, the formula of the heads gives none of it."""
    county = places.choose(["通渭县"])[0]
    heads = {people.id_number(county, no * people.PEOPLE_PER_HOUSEHOLD) for no in range(60_000)}
    rng = random.Random(3)
    numbers = people.MemberNumbers(county)
    # A narrow range of birth dates, so that many draws meet a number that is taken.
    drawn = [numbers.draw(date(1970, 1, 1), date(1970, 1, 20), i % 2 == 0, rng)[0] for i in range(12_000)]
    assert len(set(drawn)) == len(drawn)
    assert not heads & set(drawn)


def test_families_are_plausible(world: World) -> None:
    for household in world.all_households:
        head, members = household.head, household.members
        assert head.relation == "户主"
        assert 1 <= household.size == len(members) <= 15
        assert Counter(person.relation for person in members)["户主"] == 1
        assert 24 <= head.age(DAY) <= 75
        assert any(16 <= person.age(DAY) <= 70 for person in members)
        for person in members[1:]:
            gap = person.born.year - head.born.year
            if person.relation in ("之子", "之女"):
                assert gap >= 20
            elif person.relation == "配偶":
                assert abs(gap) <= 5
                assert person.sex != head.sex
            elif person.relation in ("之父", "之母"):
                assert gap <= -20
    if len(world.registered) > 100:
        ages = [person.age(DAY) for household in world.registered for person in household.members]
        assert sum(age < 16 for age in ages) > len(ages) / 20


def test_the_village_base_counts_the_register(world: World) -> None:
    rows = VILLAGE_BASE.fill(world, world.stream("rows", VILLAGE_BASE.name))
    persons: Counter[str] = Counter()
    households: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for household in world.registered:
        persons[household.village.code] += household.size
        households[household.village.code] += 1
        left[household.village.code] += household.size if household.registered_status != "已脱贫" else 0
    assert rows
    for row in rows:
        code = row.values["_village"].code
        stated = [row.values[field] for field in ("poor_hh", "poor_people", "left_people")]
        assert stated == [households[code], persons[code], left[code]]
        assert row.values["hh_total"] > row.values["poor_hh"]
        assert row.values["pop_total"] > row.values["poor_people"]


def test_the_register_knows_who_left(world: World) -> None:
    for household in world.registered:
        year = household.registered_exit_year
        assert (household.registered_status == "已脱贫") == (year is not None)
        assert household.status != "已脱贫" or (year is not None and 2014 <= year <= 2019)
        assert not household.leaves_2020 or household.status in ("未脱贫", "新识别", "返贫")
        assert household.leaves_2020 or not household.leaves_by_industry
    if len(world.registered) > 100:
        assert {household.registered_status for household in world.registered} == {"未脱贫", "已脱贫", "返贫"}
        assert any(household.leaves_by_industry for household in world.registered)


def test_money_stays_under_the_caps(world: World) -> None:
    for household in world.roster:
        assert money(world, household) <= household.cap - produce.MIN_SLACK or household.size == 1
        assert money(world, household) <= household.cap
    for household in world.all_households:
        held = sum(share.amount_yuan for share in world.shares_of(household))
        assert held <= household.cap
        assert not held or not household.is_edge
    whole = sum(money(world, household) for household in world.roster)
    assert 10_000 < whole / len(world.roster) < 25_000
    shares = sum((share.amount_yuan for share in world.shares), Decimal(0))
    awards = sum((produce.total(world.product_lines(household)) for household in world.roster), Decimal(0))
    assert 0 < shares < (shares + awards) / 2


def test_shares_are_sound(world: World) -> None:
    assert len({share.agreement_no for share in world.shares}) == len(world.shares)
    for share in world.shares:
        assert share.entity.is_operating
        assert share.entity.founded_date < share.signed_date <= date(2019, 12, 31)
        assert share.signed_date.year + share.term_years > 2020
        assert 5 <= share.rate_pct <= 8
        assert share.is_member == (share.entity.kind == "合作社")
        assert share.amount_yuan >= 500
    by_entity = sum((world.share_fund(entity) for entity in world.entities), Decimal(0))
    assert by_entity == sum((share.amount_yuan for share in world.shares), Decimal(0))
    if len(world.registered) > 100:
        holders = {share.household.no for share in world.shares}
        assert 0.35 < len(holders) / len(world.registered) < 0.65


def test_bodies_have_names_and_codes_of_their_own(world: World) -> None:
    prefixes = {
        "合作社": {"93"},
        "龙头企业": {"91"},
        "家庭农场": {"92"},
        "村集体经济组织": {"N2"},
        "产销组织": {"51", "91"},
    }
    assert {entity.kind for entity in world.entities} >= {"合作社", "龙头企业", "村集体经济组织", "产销组织"}
    assert len({entity.name for entity in world.entities}) == len(world.entities)
    codes = [entity.uscc for entity in world.entities if entity.kind != "种养大户"]
    assert len(set(codes)) == len(codes)
    for entity in world.entities:
        if entity.kind == "种养大户":
            assert entity.uscc == ""
            continue
        assert entity.uscc[:2] in prefixes[entity.kind]
        assert people.uscc_check_char(entity.uscc[:17]) == entity.uscc[17]


def test_what_may_be_lost_is_named_by_nothing_else(world: World) -> None:
    poor = {facts.village.code for facts in world.poor_villages}
    quiet = [household for household in world.registered if world.is_reserved(household, "registration")]
    assert quiet
    for household in quiet:
        assert household.village.code not in poor
        assert not world.shares_of(household)
    assert not {household.no for household in quiet} & {household.no for household in world.roster}
    if len(world.registered) > 100:
        assert 0.12 < len(quiet) / len(world.registered) < 0.18
    for entity in world.entities:
        assert world.is_reserved(entity, "register") == (world.share_fund(entity) == 0)
    for share in world.shares:
        assert world.is_reserved(share, "shares") == (share.entity.kind not in ("合作社", "龙头企业"))
    some = [world.is_reserved(household, "insurance") for household in world.roster]
    assert len(set(some)) == 2


def test_who_wants_insurance_can_have_it(world: World) -> None:
    willing = [household for household in world.roster if world.is_willing(household)]
    assert willing
    for household in willing:
        assert not household.is_edge
        assert not {line["_product"] for line in world.product_lines(household)} & set(produce.SMALL_FIVE)
