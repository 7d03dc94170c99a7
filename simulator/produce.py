"""What a household grows, keeps or makes, and what the county awards for it: F01 lists it, F09 insures it."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from simulator.households import Household
from simulator.places import County

PRODUCTS = ("牛", "羊", "菜", "果", "薯", "药", "地方特色")
SMALL_FIVE = ("小庭院", "小家禽", "小手工", "小买卖", "小作坊")
LIVESTOCK = ("牛", "羊", "小家禽")
CROPS = ("菜", "果", "薯", "药", "地方特色")

PASTORAL_STANDARD = {"牛": 1000, "羊": 400, "药": 800, "地方特色": 200}
"""Yuan per head or mu for edge households in 卓尼县, as the county published in June 2020."""
PASTORAL_CAP = 5000
STANDARD_COUNTY = "623022"
MIN_SLACK = 1200
"""Yuan left under the cap in each clean household, so that a small injected change of one row stays below it."""

_AWARDS = {
    "牛": (2000, 4000, 500), "羊": (300, 600, 50), "菜": (600, 1500, 100), "果": (300, 1000, 50), "薯": (150, 400, 50),
    "药": (400, 1000, 100), "地方特色": (200, 800, 50), "小家禽": (20, 60, 5),
}  # fmt: skip
_NAMES = {
    "牛": ("牛", "肉牛"), "羊": ("羊", "肉羊"), "菜": ("菜", "蔬菜"), "果": ("果", "苹果"), "薯": ("薯", "马铃薯"),
    "药": ("药", "中药材"), "地方特色": ("地方特色",),
}  # fmt: skip
_PASTORAL_NAMES = {"牛": ("牛",), "羊": ("藏羊",), "药": ("当归", "黄芪", "党参"), "地方特色": ("青稞", "油菜")}

Line = dict[str, Any]
"""One product of a household: ``_product`` (牛, 羊, …), and F01's product_code, area_mu, head_count, unit_award_yuan,
accepted_qty and award_amount_yuan."""


def award_list(county: County, rng: random.Random) -> dict[str, int]:
    """The county's own list: yuan per head, mu or household by product."""
    awards = {product: rng.randrange(low, high + 1, step) for product, (low, high, step) in _AWARDS.items()}
    if county.code == STANDARD_COUNTY:
        awards.update(PASTORAL_STANDARD)
    return awards


def unit(product: str) -> str:
    """What a product is counted in: 头, 只, 亩 or 户."""
    return {"牛": "头", "羊": "只", "小家禽": "只"}.get(product, "亩" if product in CROPS else "户")


def product_names(county: County, product: str) -> tuple[str, ...]:
    """How the county names a product; 卓尼县 names its standard's own kinds."""
    if county.code == STANDARD_COUNTY and product in _PASTORAL_NAMES:
        return _PASTORAL_NAMES[product]
    if product in SMALL_FIVE:
        return (product, f"五小({product})", f"五小产业（{product}）")
    return _NAMES[product]


def _choose(county: County, household: Household, rng: random.Random) -> list[str]:
    """One to three product lines; 五小 only where no other product supports the household."""
    if county.code == STANDARD_COUNTY and household.is_edge:
        return rng.sample(tuple(PASTORAL_STANDARD), rng.choices((1, 2), (70, 30))[0])
    if rng.random() < 0.12:
        return [rng.choice(SMALL_FIVE)]
    return rng.sample(PRODUCTS, rng.choices((1, 2, 3), (62, 30, 8))[0])


def quantity(product: str, unit_yuan: int, budget: int) -> Decimal:
    """Heads, mu (0.1 steps) or one household, for at most ``budget`` yuan and at least one step."""
    if product in LIVESTOCK:
        return Decimal(max(1, min(400, budget // unit_yuan)))
    if product in CROPS:
        return Decimal(max(5, min(1500, budget * 10 // unit_yuan))) / 10
    return Decimal(1)


def _line(county: County, awards: dict[str, int], product: str, budget: int, rng: random.Random) -> Line:
    """Product, scale, award unit and amount, exact to the cent."""
    unit_yuan = awards.get(product) or max(500, budget // 100 * 100)
    qty = quantity(product, unit_yuan, budget)
    return {
        "_product": product,
        "product_code": rng.choice(product_names(county, product)),
        "area_mu": qty if product in CROPS else None,
        "head_count": int(qty) if product in LIVESTOCK else None,
        "unit_award_yuan": Decimal(unit_yuan),
        "accepted_qty": qty,
        "award_amount_yuan": qty * unit_yuan,
    }


def lines(county: County, awards: dict[str, int], household: Household, rng: random.Random) -> tuple[Line, ...]:
    """A household's products, their awards together well below its cap."""
    cap = household.cap
    is_standard = county.code == STANDARD_COUNTY and household.is_edge
    limit = PASTORAL_CAP if is_standard else 9000
    products = _choose(county, household, rng)
    budget = min(limit, int(cap * rng.uniform(0.15, 0.4)), cap - MIN_SLACK)
    found = [_line(county, awards, product, max(200, budget // len(products)), rng) for product in products]
    while len(found) > 1 and total(found) > min(limit, cap - MIN_SLACK):
        found.pop()
    return tuple(found)


def total(found: list[Line] | tuple[Line, ...]) -> Decimal:
    """Yuan of awards of the lines."""
    return sum((line["award_amount_yuan"] for line in found), Decimal(0))
