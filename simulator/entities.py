"""Legal bodies of a county that all forms share, and the households' shares in them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from simulator import people
from simulator.households import Household
from simulator.places import County, Village

EntityKind = Literal["合作社", "龙头企业", "家庭农场", "种养大户", "村集体经济组织", "产销组织"]
FUND_SOURCES = ("中央专项", "省级专项", "市县配套", "东西部协作", "整合涉农资金")

_WORDS = "兴农 惠民 富源 金穗 绿源 鑫旺 众合 盛达 丰茂 祥和 陇上 天源 宏泰 益民 诚信 聚力 百草 沃野 田园 春晖".split()
_TRADES = {
    "牛": "养殖", "羊": "养殖", "菜": "蔬菜种植", "果": "林果", "薯": "马铃薯", "药": "中药材", "地方特色": "种植",
}  # fmt: skip
_COMPANIES = {
    "牛": "牧业", "羊": "牧业", "菜": "蔬菜", "果": "果业", "薯": "薯业", "药": "药业", "地方特色": "农业科技",
}  # fmt: skip
_OPERATORS = ("陇原", "金城", "惠农", "丰禾", "绿野")
_ACTIVE = ("规范运营", "运行一般", "正常", "一般")


@dataclass(frozen=True)
class Entity:
    """One body; fields that its kind has not are '' or None. ``no`` counts within the county."""

    no: int
    kind: EntityKind
    name: str
    uscc: str
    """'' for a big grower (种养大户), who is named by the grower's own name."""
    village: Village | None
    """None for enterprises and sales bodies, which belong to the county."""
    main_product: str
    status: str
    """合作社: 规范运营, 运行一般, 未运行, 空壳社; 龙头企业: 正常, 一般, 困难, 停产; the others: 正常."""
    leader_name: str
    phone: str
    founded_date: date
    level: str = ""
    """合作社: 示范社等级; 龙头企业: 国家级, 省级, 市级, 县级 or 未认定."""
    level_year: int | None = None
    fiscal_support_yuan: Decimal | None = None
    member_count: int = 0
    poor_member_count: int = 0

    @property
    def is_operating(self) -> bool:
        return self.status in _ACTIVE


@dataclass(frozen=True)
class Share:
    """Money of one household in one entity under one agreement, in stock at the reporting date."""

    no: int
    household: Household
    entity: Entity
    amount_yuan: Decimal
    signed_date: date
    """In 2018 or 2019; the term (3-5 years) ends after 2020."""
    term_years: int
    rate_pct: Decimal
    """Yearly dividend, 5-8 per cent."""
    fund_source: str
    agreement_no: str
    has_certificate: bool
    is_member: bool
    """True for every share in a cooperative."""


class Registrar:
    """Makes the bodies of one county; no name and no code comes twice."""

    def __init__(self, county: County, rng: random.Random) -> None:
        self._county, self._rng = county, rng
        self._names: set[str] = set()
        self.entities: list[Entity] = []

    def cooperatives(self, village: Village, product: str, count: int, is_poor: bool) -> None:
        words = self._rng.sample(_WORDS, count)
        spoken = self._county.spoken
        for word in words if is_poor else words[:1]:
            tail = f"{word}{_TRADES[product]}农民专业合作社"
            near, far = village.core, village.township_name.rstrip("镇乡") + village.core
            starts_alike = village.core[0] == village.township_name[0]
            name = f"{spoken}{far if starts_alike else near}{tail}"
            self._cooperative(village, product, name if name not in self._names else f"{spoken}{far}{tail}")

    def _cooperative(self, village: Village, product: str, name: str) -> None:
        rng = self._rng
        founded = date(2008, 1, 5) + timedelta(days=rng.randrange(4380))
        level, year = _demo(rng)
        if year is not None:
            founded = min(founded, date(year - 1, 11, 30) - timedelta(days=rng.randrange(300)))
        members = rng.randint(6, 90)
        self._add(
            "合作社", name, "93", village, product, rng.choices(("规范运营", "运行一般", "未运行", "空壳社"), (60, 30, 7, 3))[0],
            founded, level=level, level_year=year, member_count=members, poor_member_count=rng.randint(2, members - 2),
            fiscal_support_yuan=rng.choice((None, Decimal(70_000), Decimal(100_000), Decimal(150_000))),
        )  # fmt: skip

    def enterprises(self, products: Sequence[str]) -> None:
        """At least one for most leading products of the county, and some more."""
        rng = self._rng
        wanted = [product for product in products if rng.random() < 0.85] + rng.choices(products, k=rng.randint(2, 4))
        for product in wanted:
            name = self._free(f"甘肃{self._county.spoken[:2]}{{}}{_COMPANIES[product]}有限公司")
            founded = date(2004, 3, 1) + timedelta(days=rng.randrange(4900))
            level = rng.choices(("国家级", "省级", "市级", "县级", "未认定"), (3, 17, 35, 30, 15))[0]
            year = None if level == "未认定" else rng.randint(founded.year + 1, 2020)
            status = rng.choices(("正常", "一般", "困难", "停产"), (66, 22, 8, 4))[0]
            self._add("龙头企业", name, "91", None, product, status, founded, level=level, level_year=year)

    def farms(self, village: Village, product: str) -> None:
        """Family farms and big growers: a village has about one of either."""
        rng = self._rng
        if rng.random() < 0.55:
            name = self._free(f"{self._county.spoken}{village.core}{{}}家庭农场")
            self._add("家庭农场", name, "92", village, product, "正常", _some_day(rng))
        if rng.random() < 0.45:
            owner = people.name(self._county, rng, rng.random() < 0.85)
            if owner not in self._names:
                self._add("种养大户", owner, "", village, product, "正常", _some_day(rng), leader_name=owner)

    def collective(self, village: Village, product: str) -> None:
        name = f"{village.township_name}{village.core}村股份经济合作社"
        self._add("村集体经济组织", name, "N2", village, product, "正常", _some_day(self._rng))

    def sales_bodies(self) -> None:
        """Who runs counters, fairs and orders for the county's products."""
        for word in _OPERATORS:
            for ending, prefix in (("农产品产销协会", "51"), ("商贸有限责任公司", "91")):
                self._add(
                    "产销组织", f"{self._county.spoken}{word}{ending}", prefix, None, "", "正常", _some_day(self._rng)
                )

    def _free(self, pattern: str) -> str:
        """The pattern with the first of some drawn words that makes a name not yet taken."""
        for word in self._rng.sample(_WORDS, len(_WORDS)):
            if (name := pattern.format(word)) not in self._names:
                return name
        return pattern.format("".join(self._rng.sample(_WORDS, 3)))

    def _add(self, kind: EntityKind, name: str, prefix: str, village: Village | None, product: str, status: str,
             founded: date, leader_name: str = "", **more: object) -> None:  # fmt: skip
        rng = self._rng
        code = people.credit_code(self._county, rng, prefix) if prefix else ""
        leader = leader_name or people.name(self._county, rng, rng.random() < 0.8)
        self._names.add(name)
        self.entities.append(
            Entity(len(self.entities), kind, name, code, village, product, status, leader, people.phone(rng), founded,
                   **more)  # type: ignore[arg-type]
        )  # fmt: skip


def _some_day(rng: random.Random) -> date:
    return date(2014, 1, 10) + timedelta(days=rng.randrange(1400))


def _demo(rng: random.Random) -> tuple[str, int | None]:
    level = rng.choices(("无", "县级", "市级", "省级", "国家级"), (72, 14, 7, 6, 1))[0]
    if level == "无":
        return level, None
    if level == "省级":
        return level, rng.choice((2015, 2016, 2017, 2018, 2019, 2020, 2020, 2020))
    return level, rng.randint(2012, 2020)


def bearers(entities: list[Entity], rng: random.Random) -> tuple[list[Entity], list[Entity]]:
    """Bodies that hold households' money, all operating since before 2018: (in registers with a total, without one).

    About four in ten cooperatives and enterprises: the rest is named by no share, and its entry may be refused.
    """
    old = [entity for entity in entities if entity.is_operating and entity.founded_date < date(2018, 1, 1)]
    registered = [entity for entity in old if entity.kind in ("合作社", "龙头企业")]
    rng.shuffle(registered)
    others = [entity for entity in old if entity.kind in ("家庭农场", "种养大户", "村集体经济组织")]
    return registered[: max(1, len(registered) * 4 // 10)], others


def sign(county: County, household: Household, room: int, where: tuple[list[Entity], list[Entity]],
         rng: random.Random) -> list[Share]:  # fmt: skip
    """One share, of some households two in different bodies, for at most ``room`` yuan; numbered later."""
    amount = min(room, int(household.cap * rng.uniform(0.15, 0.4))) // 100 * 100
    registered, others = where
    pool = others if (others and rng.random() < 0.13) or not registered else registered
    if amount < 500 or not pool:
        return []
    parts = [amount]
    if amount >= 2000 and len(pool) > 1 and rng.random() < 0.12:
        parts = [amount // 200 * 100, amount - amount // 200 * 100]
    shares = []
    for part, entity in zip(parts, rng.sample(pool, len(parts)), strict=True):
        signed = date(2018, 3, 1) + timedelta(days=rng.randrange(600))
        shares.append(Share(
            0, household, entity, Decimal(part), signed, rng.choice((3, 3, 4, 5)), Decimal(rng.randrange(50, 81, 5)) / 10,
            rng.choice(FUND_SOURCES), "", True, entity.kind == "合作社",
        ))  # fmt: skip
    return shares
