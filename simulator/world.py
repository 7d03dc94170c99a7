"""A county's made-up people, villages, bodies and shares: what its forms talk about, whatever form it is.

A household has one identity (members with their ID numbers, code, size, phone, account) and a body one name and code that
every form draws on, so that registers, awards, shares, insurance and training of the same household agree.

A row that a mistake refuses is missing from its form, and other forms that name the same thing would then contradict
it without anyone having planned that. ``World.is_reserved`` says of which things a form may lose a row:

    registration   (Household)     named by the register F17 alone; all live in villages that are not poor, so that F16,
                                   which lists poor villages, counts none of them; about 15 % of the registered
    village_base   (VillageFacts)  named by F16 alone: F15 must leave it out
    register       (Entity)        no share names it: F03 and F04 may lose it
    shares         (Share)         in a body whose form states no share total: F02A may lose it
    insurance      (Household)     its policies have no claims: F09 may lose a policy, F10 leaves the household out
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal
from zlib import crc32

from simulator import entities, people, produce
from simulator.chance import stream
from simulator.entities import Entity, EntityKind, Share
from simulator.households import Founder, Household
from simulator.places import County, Village
from simulator.produce import PRODUCTS, SMALL_FIVE

EXITED_SHARE = 0.4
"""Households out of poverty per household of the award roster, in each poor village."""
QUIET_SHARE = 0.15
"""Of the registered households: those that no other form names."""
Purpose = Literal["registration", "village_base", "register", "shares", "insurance"]


@dataclass
class VillageFacts:
    """Base figures of one village; people and households as of the reporting date.

    ``households`` is the award roster (with edge households), ``exited_households`` left poverty before 2020. The counts
    of poor and of left households are those of the register, village by village.
    """

    village: Village
    is_poor: bool
    hh_total: int
    pop_total: int
    exit_year: int | None
    is_deep: bool
    farmland_mu: Decimal
    products: tuple[str, ...]
    """One to three leading products, the main one first."""
    coop_count: int
    advisor: str
    has_store_need: bool
    households: list[Household] = field(default_factory=list)
    exited_households: list[Household] = field(default_factory=list)

    @property
    def main_product(self) -> str:
        return self.products[0]

    @property
    def all_households(self) -> list[Household]:
        return self.households + self.exited_households

    @property
    def registered(self) -> list[Household]:
        """All but edge households: what the register lists."""
        return [household for household in self.all_households if not household.is_edge]

    @property
    def left(self) -> list[Household]:
        """Registered and not out of poverty at the reporting date."""
        return [household for household in self.registered if not household.is_out]

    @property
    def poor_hh(self) -> int:
        return len(self.registered)

    @property
    def poor_people(self) -> int:
        return sum(household.size for household in self.registered)

    @property
    def left_hh(self) -> int:
        return len(self.left)

    @property
    def left_people(self) -> int:
        return sum(household.size for household in self.left)


@dataclass
class World:
    """Everything known of one county; forms read it and never change it."""

    county: County
    seed: int
    villages: list[VillageFacts]
    awards: dict[str, int]
    """The county's own award list: yuan per head, mu or household by product."""
    period: str
    entities: list[Entity]
    shares: list[Share]
    pilot_level: str
    """整县推进试点: 国家级, 省级 or 否."""
    _lines: dict[int, tuple[produce.Line, ...]]

    @property
    def poor_villages(self) -> list[VillageFacts]:
        return [facts for facts in self.villages if facts.is_poor]

    @property
    def roster(self) -> list[Household]:
        """Households of the award roster, village by village."""
        return [household for facts in self.villages for household in facts.households]

    @property
    def registered(self) -> list[Household]:
        return [household for facts in self.villages for household in facts.registered]

    @property
    def all_households(self) -> list[Household]:
        return [household for facts in self.villages for household in facts.all_households]

    def stream(self, *names: str | int) -> random.Random:
        return stream(self.seed, self.county.code, *names)

    def product_lines(self, household: Household) -> tuple[produce.Line, ...]:
        """The household's products; of the award roster just those that F01 lists, with the awards."""
        return self._lines[household.no]

    def is_willing(self, household: Household) -> bool:
        """投保意愿: about 70 % of the households but edge ones; never where a product (五小) cannot be insured."""
        return household.wants_insurance and not any(
            line["_product"] in SMALL_FIVE for line in self.product_lines(household)
        )

    def prior_yuan(self, household: Household) -> int:
        """Awards of 2018-2019. Share money is not in it: awards, prior and shares together stay under the cap."""
        spent = int(produce.total(self.product_lines(household))) + int(
            sum(share.amount_yuan for share in self.shares_of(household))
        )
        room = household.cap - produce.MIN_SLACK - spent
        share = self.stream("prior", household.no).uniform(0.75, 1.0)
        return max(0, int(room * share) // 100 * 100)

    def entities_of(self, *kinds: EntityKind) -> list[Entity]:
        return [entity for entity in self.entities if entity.kind in kinds]

    def shares_of(self, household: Household) -> list[Share]:
        return self._by_household.get(household.no, [])

    def shares_in(self, entity: Entity) -> list[Share]:
        return self._by_entity.get(entity.no, [])

    def share_fund(self, entity: Entity) -> Decimal:
        """Yuan that households hold in the entity: the share total of F03 and F04."""
        return sum((share.amount_yuan for share in self.shares_in(entity)), Decimal(0))

    @cached_property
    def _by_household(self) -> dict[int, list[Share]]:
        return _grouped(self.shares, lambda share: share.household.no)

    @cached_property
    def _by_entity(self) -> dict[int, list[Share]]:
        return _grouped(self.shares, lambda share: share.entity.no)

    def is_reserved(self, thing: Any, purpose: Purpose) -> bool:
        """Whether the form of this purpose may lose its row of ``thing``: see the module's docstring."""
        if purpose == "registration":
            return bool(thing.is_quiet)
        if purpose == "village_base":
            stays = thing.exit_year is None or thing.exit_year >= 2020
            return not stays or _odds(thing.village.code, 3)
        if purpose == "register":
            return not self.shares_in(thing)
        if purpose == "shares":
            return thing.entity.kind not in ("合作社", "龙头企业")
        return _odds(thing.code, 2)


def _odds(key: str, n: int) -> bool:
    """True for one key in ``n``."""
    return crc32(key.encode()) % n == 0


def _grouped(shares: list[Share], key: Callable[[Share], int]) -> dict[int, list[Share]]:
    found: dict[int, list[Share]] = defaultdict(list)
    for share in shares:
        found[key(share)].append(share)
    return found


def share_out(total: int, weights: list[float]) -> list[int]:
    """Split a count by weights without losing one: largest remainders get what is left."""
    whole = sum(weights) or 1.0
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def households_per_county(households: int, counties: list[County], seed: int) -> dict[str, int]:
    """Households of the whole run by county code: more where more villages are poor."""
    weights = []
    for county in counties:
        rng = stream(seed, county.code, "weight")
        weights.append(_poor_village_count(county, 10**9) * rng.uniform(0.7, 1.3) + 3)
    parts = share_out(households, weights)
    return {county.code: part for county, part in zip(counties, parts, strict=True)}


def _poor_village_count(county: County, households: int) -> int:
    usable = sum(len(township.villages) for township in county.townships)
    share = 0.5 if county.is_unexited else 0.4 if county.poor_type == "片区县" else 0.2 if county.is_poor else 0.07
    return max(1, min(usable, max(3, int(usable * share)), max(6, households // 4)))


def build(county: County, households: int, seed: int, period: str) -> World:
    """The county as its forms see it, with ``households`` in its award roster; the same for the same arguments."""
    rng = stream(seed, county.code, "world")
    usable = [village for township in county.townships for village in township.villages]
    n_poor = _poor_village_count(county, households)
    poor = set(rng.sample(range(len(usable)), n_poor))
    others = [i for i in range(len(usable)) if i not in poor]
    extra = rng.sample(others, min(len(others), max(1, n_poor // 6)))
    awards = produce.award_list(county, rng)
    villages = [_village_facts(county, usable[i], i in poor, rng) for i in sorted([*poor, *extra])]
    _settle(county, villages, households, seed)
    for facts in villages:
        _census(facts, rng)
    made = stream(seed, county.code, "produce")
    lines = {
        household.no: produce.lines(county, awards, household, made)
        for facts in villages for household in facts.all_households
    }  # fmt: skip
    bodies = _bodies(county, villages, seed)
    shares = _shares(county, villages, lines, bodies, seed)
    level = rng.choices(("国家级", "省级", "否"), (6, 30, 64))[0]
    return World(county, seed, villages, awards, period, bodies, shares, level, lines)


def _village_facts(county: County, village: Village, is_poor: bool, rng: random.Random) -> VillageFacts:
    exit_year: int | None = rng.choice((2015, 2016, 2017, 2018, 2018, 2019, 2019))
    if is_poor and county.is_unexited and rng.random() < 0.3:
        exit_year = 2020 if rng.random() < 0.55 else None
    products = tuple(rng.sample(PRODUCTS, rng.choices((1, 2, 3), (45, 35, 20))[0]))
    return VillageFacts(
        village, is_poor, 0, 0, exit_year if is_poor else None,
        is_deep=is_poor and rng.random() < (0.6 if county.is_unexited else 0.15),
        farmland_mu=Decimal(rng.randrange(8000, 90000)) / 10,
        products=products, coop_count=rng.choice((2, 2, 2, 3)),
        advisor=people.name(county, rng, rng.random() < 0.7),
        has_store_need=is_poor and rng.random() < (0.35 if {"菜", "果", "薯", "药"} & set(products) else 0.08),
    )  # fmt: skip


def _settle(county: County, villages: list[VillageFacts], households: int, seed: int) -> None:
    """Roster and exited households to the poor villages, quiet ones to the others."""
    rng = stream(seed, county.code, "households")
    founder = Founder(county, rng)
    poor = [facts for facts in villages if facts.is_poor]
    others = [facts for facts in villages if not facts.is_poor]
    counts = share_out(households, [rng.uniform(0.3, 1.7) for _ in poor])
    no = 0
    for facts, count in zip(poor, counts, strict=True):
        facts.households = [founder.on_roster(facts.village, no + k) for k in range(count)]
        no += count
    for facts, count in zip(poor, counts, strict=True):
        exited = int(count * EXITED_SHARE + rng.random())
        facts.exited_households = [founder.exited(facts.village, no + k, False) for k in range(exited)]
        no += exited
    registered = sum(facts.poor_hh for facts in poor)
    quiet = int(registered * QUIET_SHARE / (1 - QUIET_SHARE)) + 1
    for facts, count in zip(others, share_out(quiet, [rng.uniform(0.3, 1.7) for _ in others]), strict=True):
        facts.exited_households = [founder.exited(facts.village, no + k, True) for k in range(count)]
        no += count


def _census(facts: VillageFacts, rng: random.Random) -> None:
    """Households and people of the village, so many that its poverty rate fits whether it has exited (below 3 %)."""
    has_exited = not facts.is_poor or (facts.exit_year or 2020) < 2020
    share = rng.uniform(0.008, 0.027) if has_exited else rng.uniform(0.04, 0.16)
    at_least = facts.poor_people + sum(household.size for household in facts.households if household.is_edge) + 150
    facts.pop_total = max(int(facts.left_people / share), at_least + rng.randint(0, 900))
    facts.hh_total = max(int(facts.pop_total / rng.uniform(3.4, 4.6)), len(facts.all_households) + 20)


def _bodies(county: County, villages: list[VillageFacts], seed: int) -> list[Entity]:
    registrar = entities.Registrar(county, stream(seed, county.code, "entities"))
    for facts in villages:
        registrar.cooperatives(facts.village, facts.main_product, facts.coop_count, facts.is_poor)
    leading = [product for product in PRODUCTS if any(product in facts.products for facts in villages)]
    registrar.enterprises(leading)
    for facts in villages:
        registrar.farms(facts.village, facts.main_product)
        if facts.is_poor:
            registrar.collective(facts.village, facts.main_product)
    registrar.sales_bodies()
    return registrar.entities


def _shares(county: County, villages: list[VillageFacts], lines: dict[int, tuple[produce.Line, ...]],
            bodies: list[Entity], seed: int) -> list[Share]:  # fmt: skip
    """Shares of about half the registered households, never more than 0.8 of the county's awards (R05: about half)."""
    rng = stream(seed, county.code, "shares")
    where = entities.bearers(bodies, rng)
    on_roster = {household.no for facts in villages for household in facts.households}
    limit = sum((produce.total(lines[no]) for no in sorted(on_roster)), Decimal(0)) * 8 / 10
    found: list[Share] = []
    holders = [h for facts in villages for h in facts.registered if not h.is_quiet and rng.random() < 0.6]
    rng.shuffle(holders)
    for household in holders:
        awarded = int(produce.total(lines[household.no])) if household.no in on_roster else 0
        signed = entities.sign(county, household, household.cap - produce.MIN_SLACK - awarded, where, rng)
        more = sum((share.amount_yuan for share in signed), Decimal(0))
        if more > limit:
            break
        limit -= more
        found += signed
    found.sort(key=lambda share: share.household.no)
    return [
        replace(share, no=no, agreement_no=f"{county.code[2:]}-{share.signed_date.year}-{no + 1:05d}")
        for no, share in enumerate(found)
    ]
