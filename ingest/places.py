"""Names of counties, townships and villages, to the codes of the national list of June 2020.

A township's name is unique only within its county (城关镇 occurs twenty times), a village's first within its township,
then within its county. Three townships that the list books under 兰州新区 (620171) belong to 永登 and 皋兰.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from ingest.place_spellings import (
    LONGEST,
    TOWNSHIP_KIND,
    VILLAGE_KIND,
    VILLAGE_TAIL,
    simplified,
    spellings,
    township_keys,
    village_keys,
)
from ingest.text import narrow
from warehouse.reference_files import FileState, rows, state

# Townships that the national list books under the development zone 620171 lie in these counties.
NEW_AREA = {"620171101": "620121", "620171102": "620121", "620171103": "620122"}
# What contracts may ask of a county, and its column in counties.csv
ATTRIBUTES = {"paired_city": "paired_east_city"}
_TOWNSHIP_ENDS = ("镇", "乡", "街道", "办事处")
_BETWEEN = re.compile(r"[、,，;；/\s]+")
_AND = re.compile(r"[和及与]")
RUN_TOGETHER = 200  # characters: several names without a mark between them are no more
# Places that are no county of the 86, and where what they send belongs.
OUTSIDE = {
    "嘉峪关": "嘉峪关市不设县（市、区），不在本系统的 86 个县（市、区）之内，其报表不能读入",
    "兰州新区": "兰州新区不是县级行政区，其中川镇、秦川镇请按永登县报送，西岔镇请按皋兰县报送",
}
# Ways to say that the whole county is meant
_WHOLE = re.compile(r"全[县区市](?:范围|各乡镇|共?\d*个?(?:乡镇|乡|镇))?|各乡镇")
_COUNTED = re.compile(r"等?(?:\d+|[两二三四五六七八九十]+)个?(?:行政村|村|乡镇|镇|乡)$|等$")  # 中林、瓦石等3个村


@dataclass(frozen=True)
class Township:
    code: str
    name: str
    county_code: str


@dataclass(frozen=True)
class Village:
    code: str
    name: str
    full_name: str
    township_code: str
    is_community: bool


class VillageIndex:
    """Villages by name: as the list gives it first, then without 村委会, then without 村 or 社区."""

    def __init__(self, villages: Iterable[Village]) -> None:
        self.ranks: tuple[dict[str, list[Village]], ...] = (defaultdict(list), defaultdict(list), defaultdict(list))
        for village in villages:
            shorter = VILLAGE_TAIL.sub("", village.full_name)
            spellings = ({village.name, village.full_name}, {shorter}, {VILLAGE_KIND.sub("", shorter)})
            for names, rank in zip(spellings, self.ranks, strict=True):
                for name in names:
                    rank[narrow(name)].append(village)

    def accept(self, key: str, village: Village) -> None:
        """An alias: it names this village, whatever else its text could mean."""
        self.ranks[0][key] = [village]

    def find(self, text: str) -> Village | None:
        """The one village of this name; where a community has the same name, the village, unless 社区 is said."""
        for key in village_keys(text):
            for rank in self.ranks:
                found = rank.get(key)
                if not found:
                    continue
                if len(found) > 1:
                    found = [v for v in found if v.is_community == ("社区" in text or "居" in text[-3:])]
                if len(found) == 1:
                    return found[0]
        return None


@dataclass
class County:
    """One county with its townships and villages, and every name under which each can be found.

    `prefecture` is the name of the one it lies in, `own_names` are all names of the county itself, and `attributes` say
    what the reference data know of it beside places (paired_city).
    """

    code: str
    name: str
    spoken: str
    townships: dict[str, Township] = field(default_factory=dict)
    villages: dict[str, Village] = field(default_factory=dict)
    village_aliases: list[tuple[str, str]] = field(default_factory=list)
    rejected: set[tuple[str, str]] = field(default_factory=set)
    township_names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    prefecture: str = ""
    own_names: set[str] = field(default_factory=set)
    attributes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _whole(self) -> VillageIndex:
        index = VillageIndex(self.villages.values())
        for key, code in self._known_aliases:
            if index.find(key) is None:  # a village of another township may bear this very name
                index.accept(key, self.villages[code])
        return index

    @property
    def _known_aliases(self) -> list[tuple[str, str]]:
        return [(key, code) for key, code in self.village_aliases if code in self.villages]

    @cached_property
    def _by_township(self) -> dict[str, VillageIndex]:
        groups: dict[str, list[Village]] = defaultdict(list)
        for village in self.villages.values():
            groups[village.township_code].append(village)
        indexes = {code: VillageIndex(villages) for code, villages in groups.items()}
        for key, code in self._known_aliases:
            indexes[self.villages[code].township_code].accept(key, self.villages[code])
        return indexes

    def township(self, text: str) -> Township | None:
        """The township of a name as written, with or without its kind, with larger places in front, or in traditional
        characters."""
        found = self._township(text)
        for other in () if found else spellings(text, self._larger):
            found = found or self._township(other)
        return found

    def _township(self, text: str) -> Township | None:
        for key in township_keys(text, (self.name, self.spoken)):
            codes = self.township_names.get(key)
            if codes and len(codes) == 1:
                return self.townships[next(iter(codes))]
        return None

    def village(self, text: str, township_code: str | None) -> Village | None:
        """The village of a name within a township, or within the county where no township is given.

        Larger places may stand in front of it: its own township, the county and what the county lies in.
        """
        index = self._whole if township_code is None else self._by_township.get(township_code)
        if index is None:
            return None
        found = index.find(text)
        for other in () if found else spellings(text, (*self._larger, *self._fronts(township_code))):
            found = found or index.find(other)
            if found is None and township_code is None:
                found = self._behind_its_township(other)
        return found or (self._behind_its_township(text) if township_code is None else None)

    def _behind_its_township(self, text: str) -> Village | None:
        """平襄镇中林村 where no township is given elsewhere."""
        township, rest = self._leading_township(narrow(text))
        return (
            self._by_township[township.code].find(rest)
            if township and rest and township.code in self._by_township
            else None
        )

    @cached_property
    def _larger(self) -> tuple[str, ...]:
        """The places that the county lies in and the county, by the names that stand in front of smaller ones."""
        short = self.spoken[:-1] if len(self.spoken) > 2 else self.spoken
        return ("甘肃省", "甘肃", narrow(self.prefecture), narrow(self.name), narrow(self.spoken), narrow(short))

    def places_in(self, text: str) -> tuple[list[Village], list[Township], list[str]]:
        """The villages and townships that a text names, and the pieces that name neither.

        Pieces are parted by 、 and the like; a township in front holds for the pieces after it (小丘镇芋河、白瓜). A piece
        that is the county itself names nothing in it.
        """
        villages: list[Village] = []
        townships: list[Township] = []
        unknown: list[str] = []
        current: Township | None = None
        if self._is_itself(narrow(text)):
            return [], [], []
        for piece in _BETWEEN.split(narrow_piece(text)):
            piece = piece.strip("()（）。.:：")
            if not piece or piece in (self.name, self.spoken) or self._is_itself(piece):
                continue
            found, rest = self._leading_township(piece)
            current = found or current
            here = self._villages_of(rest, current) if rest else []
            if rest and not here and len(rest) <= RUN_TOGETHER and _COUNTED.search(rest):
                rest = _COUNTED.sub("", rest)
                own, rest = (None, rest) if found else self._leading_township(rest)
                found, current = found or own, own or current
                here = self._villages_of(rest, current) if rest else []
            villages += here
            if found is not None and not here:
                townships.append(found)
            if rest and not here and (found is None or rest.endswith(("村", "社区"))):
                unknown.append(rest)
        return list(dict.fromkeys(villages)), list(dict.fromkeys(townships)), unknown

    def _is_itself(self, piece: str) -> bool:
        """Whether a text names the whole county: by any name of it, without 县, with province or prefecture before it;
        not where a township or village has that name."""
        if _WHOLE.fullmatch(piece):
            return True
        shorter = re.sub(rf"^(?:甘肃省?)?(?:{re.escape(self.prefecture)})?", "", piece) or piece
        names = self.own_names | {n[:-1] for n in self.own_names if n[-1] in "县市区" and len(n) > 2}
        return shorter in names and self.township(shorter) is None and self.village(shorter, None) is None

    def _villages_of(self, text: str, township: Township | None) -> list[Village]:
        """One village, or several that were run together without a mark: 尖山村鲁家村. A longer text is a sentence."""
        if len(text) > RUN_TOGETHER:
            return []
        whole = self.village(text, township.code if township else None)
        if whole is None and township is not None:
            whole = self.village(text, None)
        if whole is not None:
            return [whole]
        parts = re.findall(r".+?(?:村民委员会|村委会|社区|村)", text)
        cuts = [parts] if "".join(parts) == text else []
        cuts += [[text[: m.start()], text[m.end() :]] for m in _AND.finditer(text)]
        for pieces in cuts:
            found = [self._leading_village(p, township) for p in pieces if p]
            if len(found) > 1 and all(found):
                return [v for v in found if v is not None]
        return []

    def _leading_village(self, piece: str, township: Township | None) -> Village | None:
        own, rest = self._leading_township(piece)
        township = own or township
        return self.village(rest, township.code if township else None) or (
            self.village(rest, None) if own is None else None
        )

    def _leading_township(self, piece: str) -> tuple[Township | None, str]:
        for front in (self.name, self.spoken):
            if piece.startswith(front) and len(piece) > len(front):
                piece = piece[len(front) :]
                break
        exact = self.township(piece)
        if exact is not None:
            return exact, ""
        heads = []
        for cut in range(min(len(piece) - 1, LONGEST), 1, -1):
            found = self.township(piece[:cut])
            if found is not None and (piece[:cut] == narrow(found.name) or piece[:cut].endswith(_TOWNSHIP_ENDS)):
                heads.append((found, piece[cut:]))
        # 崖城镇街道村 is 街道村 of 崖城镇: of several ways to cut, one that leaves a village is meant.
        whole = [(t, rest) for t, rest in heads if self.village(rest, t.code) is not None]
        return next(iter(whole or heads), (None, piece))

    def _fronts(self, township_code: str | None) -> list[str]:
        township = self.townships.get(township_code or "")
        return [township.name, TOWNSHIP_KIND.sub("", township.name)] if township else []

    def digest(self) -> str:
        """Changes where any name under which something of this county can be found changes.

        Rejected proposals change sentences only: they are no reason to read files again.
        """
        parts = [self.code, self.name, self.spoken, self.prefecture, *sorted(self.own_names)]
        parts += [f"{key}:{value}" for key, value in sorted(self.attributes.items())]
        parts += [f"{key}={sorted(codes)}" for key, codes in sorted(self.township_names.items())]
        parts += [f"{v.code}{v.name}{v.full_name}{v.township_code}" for _, v in sorted(self.villages.items())]
        parts += [f"{key}>{code}" for key, code in sorted(self.village_aliases)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass
class Gazetteer:
    """All counties, and the names under which each can be found in a title."""

    counties: dict[str, County]
    county_names: dict[str, str]

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self.county_names, key=len, reverse=True))))

    def county(self, text: str) -> County | None:
        """The county of a name or six-digit code as a folder gives it: 621121, 通渭县, 621121-通渭县."""
        key = narrow(text)
        code = re.match(r"\d{6}", key)
        if code and code[0] in self.counties:
            return self.counties[code[0]]
        key = re.sub(r"^[\d\-_.]+|[\d\-_.]+$", "", key)
        found = self.county_names.get(key) or (self.county_names.get(simplified(key)) if key else None)
        return self.counties[found] if found else None

    def outside(self, texts: Iterable[str]) -> str | None:
        """Why a place that the texts name is no county; None where they name no such place."""
        keys = [narrow(text) for text in texts]
        return next((why for name, why in OUTSIDE.items() if any(name in key for key in keys)), None)

    def counties_in(self, text: str) -> list[County]:
        """Counties that a text names, in their order; a longer name hides a shorter one inside it."""
        found = []
        key = narrow(text)
        if "縣" in key or "區" in key:
            key = simplified(key)
        for match in self._names.finditer(key):
            name = match[0]
            if name.endswith("市") and match.string[match.end() : match.end() + 1] == "场":  # 合作市场 is no 合作市
                continue
            found.append(self.counties[self.county_names[name]])
        return list({county.code: county for county in found}.values())


def load(folder: Path, local: Path | None = None) -> Gazetteer:
    """Read counties, townships, villages and aliases from the reference folder's CSV files, and from those of one's own
    (`reference_files`); files are read again once they change."""
    return _load(folder, local, state(folder, local))


@lru_cache(maxsize=2)
def _load(folder: Path, local: Path | None, _: tuple[FileState, ...]) -> Gazetteer:
    counties: dict[str, County] = {}
    names: dict[str, str] = {}
    for row in rows("counties", folder, local):
        county = County(row["adcode"], row["county_name"], row["county_short"] or row["county_name"])
        counties[county.code] = county
        county.prefecture = row["prefecture_name"]
        county.attributes = {name: row[column] for name, column in ATTRIBUTES.items() if row[column]}
        for name in (county.name, county.spoken, *filter(None, (row["former_name"] or "").split("|"))):
            names.setdefault(narrow(name), county.code)
            county.own_names.add(narrow(name))
    for row in rows("townships", folder, local):
        code = row["township_code"]
        owner = counties.get(NEW_AREA.get(code, row["county_code"]))
        if owner is not None:
            owner.townships[code] = Township(code, row["township_name"], owner.code)
            for key in township_keys(row["township_name"], ()):
                owner.township_names[key].add(code)
    owners = {t.code: county for county in counties.values() for t in county.townships.values()}
    for row in rows("villages", folder, local):
        owner = owners.get(row["township_code"])
        if owner is not None:
            _add_village(owner, row)
    for row in rows("aliases", folder, local):
        _add_alias(row, counties, owners, names)
    for row in rows("alias_rejections", folder, local):
        owner = owners.get(row["region_code"][:9])
        if owner is not None:
            owner.rejected.add((narrow(row["variant"]), row["region_code"]))
    return Gazetteer(counties, names)


def _add_village(county: County, row: dict[str, str]) -> None:
    code = row["village_code"]
    community = row["village_kind"] == "居委会"
    county.villages[code] = Village(code, row["village_name"], row["village_name_raw"], row["township_code"], community)


def _add_alias(
    row: dict[str, str], counties: dict[str, County], owners: dict[str, County], names: dict[str, str]
) -> None:
    """An alias names one place outright, whatever else its text could mean."""
    key, code = narrow(row["variant"]), row["region_code"]
    if row["region_level"] == "county" and code in counties:
        names[key] = code
        counties[code].own_names.add(key)
    elif row["region_level"] == "township" and code in owners:
        owners[code].township_names[key] = {code}
    elif row["region_level"] == "village" and code[:9] in owners:
        owners[code[:9]].village_aliases.append((key, code))


@lru_cache(maxsize=10_000)
def narrow_piece(text: str) -> str:
    """Narrow, but a space still parts two names."""
    return "、".join(filter(None, (narrow(p) for p in re.split(r"[\s\u3000]+", text))))
