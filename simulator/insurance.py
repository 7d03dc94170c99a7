"""Who insures what, for how much, and what was paid on it: F09 prints the policies, F10 the claims.

Sums insured, rates and who pays which part are those of real tables (a province's potatoes, 册亨县 2015, 瓜州县 2018),
so that every premium is quantity times sum times rate to the cent.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zlib import crc32

from simulator.households import Household
from simulator.produce import LIVESTOCK, SMALL_FIVE
from simulator.world import World

PAYS_FOR_THE_POOR = "620502"
"""秦州区 pays the farmer's part of poor households."""
INSURERS = ("陇原财产保险公司", "西部农业保险公司", "丰穗财产保险公司")
_UNINSURED_SHARE, _EDGE_SHARE = 0.08, 0.4
_CENT = Decimal("0.01")
PAYERS = ("sub_central_yuan", "sub_province_yuan", "sub_city_yuan", "sub_county_yuan", "farmer_paid_yuan")
# By product: name of the insured object, unit sum in yuan, rate in per cent, parts of the five payers in per cent.
_NATIONAL, _PASTORAL, _LOCAL = (
    (40, 25, Decimal("4.5"), Decimal("10.5"), 20),
    (40, 25, 0, 25, 10),
    (0, 40, 10, 30, 20),
)  # fmt: skip
_Terms = tuple[str, int, int, tuple[Decimal | int, ...]]
_TERMS: dict[str, _Terms] = {
    "牛": ("肉牛", 5000, 5, _LOCAL), "羊": ("肉羊", 600, 6, _LOCAL), "菜": ("蔬菜", 1500, 6, _LOCAL),
    "果": ("苹果", 2000, 5, _LOCAL), "薯": ("马铃薯", 350, 6, (40, 25, 0, 20, 15)), "药": ("中药材", 1000, 6, _LOCAL),
    "地方特色": ("玉米", 500, 6, _NATIONAL),
}  # fmt: skip
_TERMS_PASTORAL: dict[str, _Terms] = {"牛": ("牦牛", 2000, 6, _PASTORAL), "羊": ("藏系羊", 300, 6, _PASTORAL)}


@dataclass(frozen=True)
class Policy:
    """One household's part of a policy, which covers a product of a whole village under one number."""

    household: Household
    product: str
    name: str
    """As the county writes it: 马铃薯, or 马铃薯种植保险."""
    insurer: str
    policy_no: str
    qty: Decimal
    unit_sum: Decimal
    rate: Decimal
    parts: tuple[Decimal | int, ...]
    start: date
    end: date
    is_poor: bool

    @property
    def premium(self) -> Decimal:
        return premium(self.qty, self.unit_sum, self.rate)

    @property
    def is_livestock(self) -> bool:
        return self.product in LIVESTOCK


@dataclass(frozen=True)
class Claim:
    policy: Policy
    claim_no: str
    loss_date: date
    reported_date: date
    closed_date: date | None
    paid_date: date | None
    peril: str
    loss_qty: Decimal
    loss_pct: Decimal
    unit_payout: Decimal

    @property
    def payout(self) -> Decimal:
        return cents(self.loss_qty * self.unit_payout)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def premium(qty: Decimal, unit_sum: Decimal, rate: Decimal) -> Decimal:
    return cents(qty * unit_sum * rate / 100)


def split(amount: Decimal, parts: tuple[Decimal | int, ...]) -> dict[str, Decimal]:
    """The premium by payer; the county's part takes the rounding, so that the five add up to it exactly."""
    paid = {payer: cents(amount * part / 100) for payer, part in zip(PAYERS, parts, strict=True)}
    paid["sub_county_yuan"] += amount - sum(paid.values(), Decimal(0))
    return paid


def policies(world: World) -> list[Policy]:
    """All policies of the county, village by village. Most willing households insure every product; some do not."""
    rng = world.stream("insurance")
    words = rng.choice(("", "", "保险"))
    numbers: dict[tuple[str, str], int] = {}
    found = []
    for household in world.all_households:
        draw, lines = rng.random(), world.product_lines(household)
        lines = tuple(line for line in lines if line["_product"] not in SMALL_FIVE)
        if household.is_quiet or not lines or not _is_insured(world, household, draw):
            continue
        if len(lines) > 1 and draw < _UNINSURED_SHARE * 2:
            lines = lines[:-1]
        for line in lines:
            product = line["_product"]
            no = numbers.setdefault((household.village.code, product), len(numbers) + 1)
            found.append(_policy(world, household, product, Decimal(line["accepted_qty"]), no, words))
    return found


def _is_insured(world: World, household: Household, draw: float) -> bool:
    """Of willing households all but a few, and some edge households, which count for no target of poor ones."""
    return draw < _EDGE_SHARE if household.is_edge else world.is_willing(household) and draw >= _UNINSURED_SHARE


def _policy(world: World, household: Household, product: str, qty: Decimal, no: int, words: str) -> Policy:
    county = world.county
    is_pastoral = county.prefecture_code == "623000"
    terms = _TERMS | _TERMS_PASTORAL if is_pastoral else _TERMS
    name, unit_sum, rate, parts = terms[product]
    if county.code == PAYS_FOR_THE_POOR and not household.is_edge:
        parts = (*parts[:3], parts[3] + parts[4], 0)
    start, end = _cover(world.stream("cover", no), product)
    kind = ("养殖" if product in LIVESTOCK else "种植") if words else ""
    insurer = INSURERS[crc32(f"{household.village.township_code}{product}".encode()) % len(INSURERS)]
    return Policy(
        household, product, f"{name}{kind}{words}", insurer, f"NX{county.code}N2020-{no:05d}", qty,
        Decimal(unit_sum), Decimal(rate), parts, start, end, is_poor=not household.is_edge,
    )  # fmt: skip


def _cover(rng: random.Random, product: str) -> tuple[date, date]:
    """A year for animals, the season for crops, early enough for frost in spring."""
    if product in LIVESTOCK:
        start = date(2020, 1, 10) + timedelta(days=rng.randrange(75))
        return start, start + timedelta(days=364)
    return date(2020, 3, 15) + timedelta(days=rng.randrange(50)), date(2020, 10, 31)


def claims(world: World) -> list[Claim]:
    """Claims on some policies, in their order: payouts come to between 25 and 90 per cent of the premium.

    Households whose policies F09 may lose (reserved for insurance) have none; nor has a county that is too small for that.
    """
    rng = world.stream("claims")
    all_policies = policies(world)
    whole = sum((policy.premium for policy in all_policies), Decimal(0))
    goal, left = whole * Decimal(rng.randrange(40, 80)) / 100, whole * 9 / 10
    open_to = [i for i, p in enumerate(all_policies) if not world.is_reserved(p.household, "insurance")]
    rng.shuffle(open_to)
    found: dict[int, Claim] = {}
    for i in open_to:
        if goal <= 0:
            break
        claim = _claim(all_policies[i], left, rng)
        if claim:
            found[i] = claim
            goal, left = goal - claim.payout, left - claim.payout
    if sum((claim.payout for claim in found.values()), Decimal(0)) * 4 < whole:
        return []
    return [found[i] for i in sorted(found)]


def _claim(policy: Policy, room: Decimal, rng: random.Random) -> Claim | None:
    """A loss that costs no more than ``room``: of part of the quantity, else none."""
    pct = Decimal(rng.randrange(30, 91, 5))
    if policy.is_livestock:
        pct = min(pct, room * 100 // policy.unit_sum)
        if pct < 5:
            return None
        unit = cents(policy.unit_sum * pct / 100)
        qty = min(policy.qty, Decimal(rng.choice((1, 1, 2))), room // unit)
    else:
        stage = rng.choice((Decimal("0.4"), Decimal("0.7"), Decimal(1)))
        unit = cents(policy.unit_sum * stage * pct / 100)
        share = Decimal(rng.randrange(3, 11)) / 10
        qty = min(policy.qty * share, room / unit).quantize(Decimal("0.1"), "ROUND_DOWN")
    if qty <= 0:
        return None
    loss = policy.start + timedelta(days=rng.randint(5, max(6, (date(2020, 6, 5) - policy.start).days)))
    reported = loss + timedelta(days=rng.randint(0, 3))
    closed = reported + timedelta(days=rng.randint(3, 12))
    paid = closed + timedelta(days=rng.randint(1, 14))
    last = date(2020, 6, 28)
    peril = rng.choice(("疫病", "疫病", "其他") if policy.is_livestock else ("旱灾", "风雹", "霜冻", "洪涝", "病虫害"))
    return Claim(
        policy, f"LP{policy.policy_no[2:]}", loss, reported, closed if closed <= last else None,
        paid if paid <= last else None, peril, qty, pct, unit,
    )  # fmt: skip
