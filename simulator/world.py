"""A county's made-up people, villages and cooperatives: what its forms talk about, whatever form it is.

A household has one identity (ID number, code, size, phone, account) that every form of it draws on, so that registers,
awards, shares, insurance and training of the same household agree.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

from simulator import people
from simulator.chance import stream
from simulator.places import County, Village

PRODUCTS = ("牛", "羊", "菜", "果", "薯", "药", "地方特色")
SMALL_FIVE = ("小庭院", "小家禽", "小手工", "小买卖", "小作坊")

PASTORAL_STANDARD = {"牛": 1000, "羊": 400, "药": 800, "地方特色": 200}
"""Yuan per head or mu for edge households in 卓尼县, as the county published in June 2020."""
PASTORAL_CAP = 5000
STANDARD_COUNTY = "623022"

_AWARDS = {
    "牛": (2000, 4000, 500), "羊": (300, 600, 50), "菜": (600, 1500, 100), "果": (300, 1000, 50), "薯": (150, 400, 50),
    "药": (400, 1000, 100), "地方特色": (200, 800, 50), "小家禽": (20, 60, 5),
}  # fmt: skip


@dataclass(frozen=True)
class Household:
    """One registered poor household or edge household (边缘户)."""

    no: int
    village: Village
    group_name: str
    head_name: str
    head_id: str
    code: str
    size: int
    poor_type: str
    status: str
    phone: str
    bank_account: str

    @property
    def cap(self) -> int:
        """Yuan of industry money that the household may get in 2018-2020: 5000 a person, at most 30000."""
        return min(5000 * self.size, 30000)

    @property
    def is_edge(self) -> bool:
        return self.status == "边缘户"


@dataclass
class VillageFacts:
    """Base figures of one village; people and households as of the reporting date."""

    village: Village
    is_poor: bool
    hh_total: int
    pop_total: int
    poor_hh: int
    poor_people: int
    left_hh: int
    left_people: int
    exit_year: int | None
    is_deep: bool
    farmland_mu: Decimal
    main_product: str
    coop_count: int
    advisor: str
    households: list[Household] = field(default_factory=list)


@dataclass
class World:
    """Everything known of one county; forms read it and never change it."""

    county: County
    seed: int
    villages: list[VillageFacts]
    awards: dict[str, int]
    """The county's own award list: yuan per head, mu or household by product."""
    period: str

    @property
    def poor_villages(self) -> list[VillageFacts]:
        return [facts for facts in self.villages if facts.is_poor]

    def stream(self, *names: str | int) -> random.Random:
        return stream(self.seed, self.county.code, *names)


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
    """The county's villages and households; the same for the same county, number and seed."""
    rng = stream(seed, county.code, "world")
    usable = [village for township in county.townships for village in township.villages]
    n_poor = _poor_village_count(county, households)
    poor = set(rng.sample(range(len(usable)), n_poor))
    others = [i for i in range(len(usable)) if i not in poor]
    poor_order = sorted(poor)
    extra = sorted(rng.sample(others, min(len(others), max(1, n_poor // 6))))
    counts = share_out(households, [rng.uniform(0.3, 1.7) for _ in poor_order])
    by_village = dict(zip(poor_order, counts, strict=True))
    awards = _award_list(county, rng)
    villages = []
    first = 0
    for i in sorted(poor_order + extra):
        n_households = by_village.get(i, 0)
        facts = _village_facts(county, usable[i], i in by_village, n_households, rng)
        facts.households = [_household(county, usable[i], first + k, rng) for k in range(n_households)]
        first += n_households
        villages.append(facts)
    return World(county, seed, villages, awards, period)


def _award_list(county: County, rng: random.Random) -> dict[str, int]:
    awards = {product: rng.randrange(low, high + 1, step) for product, (low, high, step) in _AWARDS.items()}
    if county.code == STANDARD_COUNTY:
        awards.update(PASTORAL_STANDARD)
    return awards


def _village_facts(
    county: County, village: Village, is_poor: bool, n_households: int, rng: random.Random
) -> VillageFacts:
    poor_hh = n_households + rng.randint(8, 60)
    poor_people = int(poor_hh * rng.uniform(3.2, 4.4))
    hh_total = int(poor_hh / rng.uniform(0.18, 0.6)) + 20
    pop_total = max(int(hh_total * rng.uniform(3.4, 4.6)), poor_people + 50)
    exit_year: int | None = rng.choice((2015, 2016, 2017, 2018, 2018, 2019, 2019))
    left_hh = rng.randint(0, min(4, poor_hh))
    if is_poor and county.is_unexited and rng.random() < 0.3:
        exit_year = 2020 if rng.random() < 0.55 else None
        left_hh = rng.randint(min(5, poor_hh), max(6, min(poor_hh, 25)))
        left_hh = min(left_hh, poor_hh)
    left_people = min(poor_people, left_hh * rng.randint(2, 5))
    return VillageFacts(
        village, is_poor, hh_total, pop_total, poor_hh, poor_people, left_hh, left_people, exit_year if is_poor else None,
        is_deep=is_poor and rng.random() < (0.6 if county.is_unexited else 0.15),
        farmland_mu=Decimal(rng.randrange(8000, 90000)) / 10,
        main_product=rng.choice(PRODUCTS), coop_count=rng.choice((2, 2, 2, 3)),
        advisor=people.name(county, rng, rng.random() < 0.7),
    )  # fmt: skip


def _household(county: County, village: Village, no: int, rng: random.Random) -> Household:
    number = people.id_number(county, no * people.PEOPLE_PER_HOUSEHOLD)
    status = rng.choices(("未脱贫", "新识别", "返贫", "边缘户"), (70, 9, 5, 16))[0]
    return Household(
        no=no,
        village=village,
        group_name=f"{'一二三四五六七八'[rng.randrange(8)]}{'社' if no % 2 else '组'}",
        head_name=people.name(county, rng, people.is_male(number)),
        head_id=number,
        code=f"{county.code}{no + 1:06d}",
        size=rng.choices((1, 2, 3, 4, 5, 6, 7, 8), (3, 9, 17, 28, 22, 13, 5, 3))[0],
        poor_type=rng.choices(("一般贫困户", "低保贫困户", "五保(特困)贫困户"), (62, 33, 5))[0],
        status=status,
        phone=people.phone(rng),
        bank_account=people.bank_account(rng),
    )
