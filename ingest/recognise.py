"""What a file says it is: form, county, township and period, from its titles, sheet, file and folder names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ingest.contracts import Contract
from ingest.grid import Sheet
from ingest.periods import Period, batches_in, closing_period, day_stated, filing_year, period_in
from ingest.places import County, Gazetteer, Township, Village
from ingest.text import as_text, narrow
from ingest.units import WORDS, dimension

_UNIT_WORDS = "|".join(sorted((re.escape(w) for w in WORDS), key=len, reverse=True))
_SHEET_UNIT = re.compile(
    rf"单位\s*[:：]?\s*((?:{_UNIT_WORDS})(?:\s*[、,，;；/和]\s*(?:{_UNIT_WORDS}))*)(?![\u4e00-\u9fff])"
)
LONGEST = 1000  # characters of what stands above a table: of a longer text the rest is not looked at
_REPORTER = re.compile(
    r"(?:填报|报送|填表|制表|编制|上报|呈报)(?:单位|机关|部门)?\s*(?:[(（][^)）]*[)）])?\s*[:：]\s*([^\s:：]+)"
)
_LABELS = re.compile(r"(?:填报人|填表人|审核人|负责人|联系电话|填报日期|填报时间|单位|日期).*$")


@dataclass
class Heading:
    """What stands above a table: texts row by row, and what they say."""

    texts: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    reporter: str | None = None

    @property
    def title(self) -> str:
        """All texts above the table but the labelled ones (填报单位：…)."""
        return "　".join(t for t in self.texts if not re.search(r"[:：]", t)) or "　".join(self.texts[:1])

    @property
    def whole(self) -> str:
        return "　".join(self.texts)


def heading_of(sheet: Sheet, first_header_row: int) -> Heading:
    """The texts above the header, each merged cell once, rows joined where a label's value has a cell of its own."""
    texts = []
    for row in sheet.rows[:first_header_row]:
        cells = [as_text(v)[:LONGEST] for v in row if v != "" and as_text(v)]
        if len(cells) > 1 and any(re.search(r"[:：]", c) for c in cells):
            texts.append("  ".join(cells))
        else:
            texts += cells
    heading = Heading(texts)
    for text in texts:
        found = sheet_units(text)
        heading.units += [u for u in found if u not in heading.units]
        reporter = _REPORTER.search(text)
        if reporter and heading.reporter is None:
            heading.reporter = _LABELS.sub("", reporter[1]) or None
    return heading


def sheet_units(text: str) -> list[str]:
    """The units of 单位：万元、亩; nothing of 填报单位：某某局."""
    units = []
    for match in _SHEET_UNIT.finditer(text):
        if text[: match.start()].endswith(("填报", "报送", "填表", "制表", "主管", "责任")):
            continue
        units += [u for u in re.split(r"\s*[、,，;；/和]\s*", match[1]) if dimension(u)]
    return units


@lru_cache(maxsize=256)
def _title_pattern(variant: str) -> re.Pattern[str]:
    return re.compile(".*?".join(re.escape(narrow(piece)) for piece in variant.split("*")))


def title_score(contract: Contract, text: str) -> int:
    """The length of the longest title of the form that a text contains; 0 where none does."""
    key = narrow(text[:LONGEST])
    if any(_title_pattern(t).search(key) for t in contract.not_titles):
        return 0
    return max((len(v.replace("*", "")) for v in contract.titles if _title_pattern(v).search(key)), default=0)


def period_of(
    headings: list[Heading], sheet_names: list[str], path: str, marked: Period | None = None
) -> Period | None:
    """The file's period: a closing day, then titles, sub-titles, sheet names, the workbook's mark, file name, folders,
    filing date."""
    *folders, file_name = path.replace("\\", "/").split("/")
    inside = [h.title for h in headings] + [h.whole for h in headings] + sheet_names
    outside = [file_name.rpartition(".")[0] or file_name, *reversed(folders[1:])]
    for heading in headings:
        found = closing_period(heading.whole)
        if found is not None:
            return found
    for texts in (inside, outside):
        found = next(filter(None, map(period_in, texts)), None)
        if found is not None:
            return found
        if marked is not None:
            return marked
    return next(filter(None, (filing_year(h.whole) for h in headings)), None)


def day_of(headings: list[Heading]) -> date | None:
    """The day that the tables say they speak of: a closing day (截至) before a filing day (填报日期), the latest where
    several tables state one."""
    return max(filter(None, (day_stated(heading.whole) for heading in headings)), default=None)


def batch_of(headings: list[Heading], sheet_names: list[str], path: str) -> int | None:
    """The one batch (第二批) that the titles name, else the sheets' names, else the file's; None where they name several."""
    for texts in ([h.whole for h in headings], sheet_names, [path.rpartition("/")[2]]):
        found = set().union(*map(batches_in, texts))
        if found:
            return found.pop() if len(found) == 1 else None
    return None


@dataclass(frozen=True)
class Where:
    """Whose file it is: the county, and the township where the whole file is one township's."""

    county: County | None
    township: Township | None
    stated: tuple[County, ...]


def where_of(headings: list[Heading], path: str, folder: County | None, places: Gazetteer) -> Where:
    """County and township of a file.

    The workbook's own words (titles, 填报单位) are asked first and kept as `stated`; the folder decides where they
    are silent or name several; then the file's name and its folders below the county's.
    """
    stated: dict[str, County] = {}
    for heading in headings:
        for text in [t for t in heading.texts if not re.search(r"[:：]", t)] + [heading.reporter or ""]:
            stated |= {c.code: c for c in places.counties_in(text)}
    found = tuple(stated.values())
    if folder is not None:
        county: County | None = folder
    elif len(found) == 1:
        county = found[0]
    elif found:
        county = None
    else:
        named = places.counties_in(path.replace("/", "　"))
        county = named[0] if len(named) == 1 else None
    return Where(county, _township(headings, path, county) if county else None, found)


def _township(headings: list[Heading], path: str, county: County) -> Township | None:
    """The one township whose file it is: the titles and 填报单位 of all tables, or a folder below the county's, name it."""
    found: dict[str, Township] = {}
    for heading in headings:
        named = townships_in(heading.title, county) + townships_in(heading.reporter or "", county)
        if not named and heading.title:
            found = {}  # a table of the whole county stands among them
            break
        found |= {t.code: t for t in named}
    for text in path.replace("\\", "/").split("/")[1:-1]:
        found |= {t.code: t for t in townships_in(text, county)}
    return next(iter(found.values())) if len(found) == 1 else None


def place_in_title(heading: Heading, county: County) -> tuple[Township | None, Village | None]:
    """The township and the village whose table it is, where its title names them: 平襄镇中林村…统计表."""
    townships = townships_in(heading.title, county) or townships_in(heading.reporter or "", county)
    if len(townships) != 1:
        return None, None
    township, key = townships[0], narrow(heading.title)
    _, _, rest = key.partition(narrow(township.name))
    ends = [m.end() for m in re.finditer("村民委员会|村委会|社区|村", rest[:20])]
    villages = (county.village(rest[:end], township.code) for end in reversed(ends))
    return township, next((v for v in villages if v is not None), None)


def townships_in(text: str, county: County) -> list[Township]:
    """Townships whose full name (with 镇, 乡, 街道) a text contains."""
    key = narrow(text)
    for front in (county.name, county.spoken):
        key = key.replace(narrow(front), "　")
    hits = [(key.find(narrow(t.name)), t) for t in county.townships.values() if narrow(t.name) in key]
    hits += [
        (key.find(name), county.townships[next(iter(codes))])
        for name, codes in county.township_names.items()
        if len(codes) == 1 and name.endswith(("镇", "乡", "街道")) and name in key
    ]
    longest = [t for place, t in hits if not any(len(o.name) > len(t.name) and t.name in o.name for _, o in hits)]
    return list({t.code: t for t in longest}.values())
