"""The real regions of Gansu in which the made-up province lies: counties, townships and villages.

Source: ``reference/*.csv`` (GB/T 2260 codes; NBS townships and villages of 2020-06-30). Townships coded 620171
(Lanzhou New Area) already carry the county they belong to; 620201 is a prefecture's directly run area and no county.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

REFERENCE = Path(__file__).resolve().parent.parent / "reference"

_VILLAGE_ENDING = re.compile(r"(?:社区|村)*(?:村民委员会|村委会|居民委员会|居委会)?$")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True)
class Village:
    """One administrative village; ``core`` is its name without 村 and committee endings."""

    code: str
    raw_name: str
    core: str
    township_code: str
    township_name: str


@dataclass(frozen=True)
class Township:
    code: str
    name: str
    villages: tuple[Village, ...]


@dataclass(frozen=True)
class County:
    """One county-level unit with the attributes that shape its figures."""

    code: str
    name: str
    short: str
    prefecture_code: str
    prefecture_name: str
    is_poor: bool
    poor_type: str
    is_unexited: bool
    partner_city: str
    ordinal: int
    """Place of the county in its prefecture, 0-8: makes the unused area codes of ``people`` distinct."""
    townships: tuple[Township, ...] = field(repr=False, default=())

    @property
    def folder(self) -> str:
        return f"{self.code}-{self.name}"

    @property
    def spoken(self) -> str:
        """The name that clerks write: 东乡县 for 东乡族自治县."""
        return self.short or self.name


def core_name(raw: str) -> str:
    """A village name without 村, 社区 and committee endings; the bare name where nothing would be left."""
    return _VILLAGE_ENDING.sub("", raw) or raw


def _read(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _villages() -> dict[str, list[Village]]:
    """Villages per township that a careful reader can tell apart by core name alone, kind 村委会 only."""
    townships = {row["township_code"]: row["township_name"] for row in _read("townships.csv")}
    rows = _read("villages.csv")
    seen = Counter((row["township_code"], core_name(row["village_name_raw"])) for row in rows)
    found: dict[str, list[Village]] = {}
    for row in rows:
        core = core_name(row["village_name_raw"])
        code = row["township_code"]
        if row["village_kind"] != "村委会" or seen[(code, core)] > 1 or not _PLAIN_NAME.fullmatch(core):
            continue
        if not row["village_name_raw"].endswith(("村委会", "村民委员会", "村")):
            continue
        found.setdefault(code, []).append(
            Village(row["village_code"], row["village_name_raw"], core, code, townships[code])
        )
    return found


@lru_cache(maxsize=1)
def counties() -> dict[str, County]:
    """All counties by code. A township with fewer than two usable villages is left out."""
    villages = _villages()
    by_county: dict[str, list[Township]] = {}
    for row in _read("townships.csv"):
        usable = villages.get(row["township_code"], [])
        if len(usable) >= 2:
            township = Township(row["township_code"], row["township_name"], tuple(usable))
            by_county.setdefault(row["county_code"], []).append(township)
    ordinals: Counter[str] = Counter()
    found: dict[str, County] = {}
    for row in _read("counties.csv"):
        prefecture = row["prefecture_code"]
        found[row["adcode"]] = County(
            code=row["adcode"],
            name=row["county_name"],
            short=row["county_short"],
            prefecture_code=prefecture,
            prefecture_name=row["prefecture_name"],
            is_poor=row["is_poor_county_75"] == "1",
            poor_type=row["poor_county_type"],
            is_unexited=row["not_exited_start_2020"] == "1",
            partner_city=row["paired_east_city"],
            ordinal=ordinals[prefecture],
            townships=tuple(by_county.get(row["adcode"], ())),
        )
        ordinals[prefecture] += 1
    return found


DEFAULT_ORDER = (
    "621121", "623022", "622926", "620922", "620921", "621027", "621126", "621225", "620826", "622921", "620522",
    "621223", "620122", "621226", "620623", "620422", "621123", "622924", "621202", "620621", "621022", "620825",
)  # fmt: skip
"""Unexited, pastoral, pilot and rich counties mixed, so that any number of them from the front is a fair sample."""


def choose(wanted: list[str] | int) -> list[County]:
    """The counties of a run: the first n of the default order (then by code), or those named by code or name.

    Raises:
        ValueError: an unknown name or code, a county without usable villages, or a number outside 1-86.
    """
    known = counties()
    if isinstance(wanted, int):
        usable = [code for code, county in known.items() if county.townships]
        order = [*DEFAULT_ORDER, *(code for code in usable if code not in DEFAULT_ORDER)]
        if not 1 <= wanted <= len(order):
            raise ValueError(f"the number of counties must lie in 1-{len(order)}, not {wanted}")
        return [known[code] for code in order[:wanted]]
    by_name = {
        name: county for county in known.values() for name in (county.code, county.name, county.short, county.folder)
    }
    missing = [name for name in wanted if name not in by_name]
    if missing:
        raise ValueError(f"no such county: {', '.join(missing)}")
    chosen = list(dict.fromkeys(by_name[name] for name in wanted))
    empty = [county.name for county in chosen if not county.townships]
    if empty:
        raise ValueError(f"no usable villages in: {', '.join(empty)}")
    return chosen
