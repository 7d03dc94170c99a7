"""Townships and villages of the rows: names as written to codes, within the county and the file's scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingest import issues
from ingest.personal import scrub
from ingest.places import County, Township, Village
from ingest.text import as_text, is_blank, narrow

Problem = tuple[str, str]


@dataclass
class Located:
    """Per row: names and codes (None where unknown), and problems as (row, 'township' or 'village', problem)."""

    township_name: list[str | None] = field(default_factory=list)
    township_code: list[str | None] = field(default_factory=list)
    village_name: list[str | None] = field(default_factory=list)
    village_code: list[str | None] = field(default_factory=list)
    problems: list[tuple[int, str, Problem]] = field(default_factory=list)


@dataclass(frozen=True)
class Defaults:
    """Places that stand outside the rows: the sheet's name, the section above, the township whose file it is."""

    township: Township | None = None
    village: Village | None = None


def locate(
    townships: list[Any], villages: list[Any], defaults: list[Defaults], county: County | None, scope: Township | None
) -> Located:
    """Resolve each row's township and village; equal rows are looked up once."""
    located = Located()
    known: dict[Any, tuple[tuple[str | None, ...], tuple[str, Problem] | None]] = {}
    for row, key in enumerate(zip(townships, villages, defaults, strict=True)):
        found = known.get(key)
        if found is None:
            found = known[key] = _resolve(scrub(as_text(key[0])), scrub(as_text(key[1])), key[2], county, scope)
        names, problem = found
        located.township_name.append(names[0])
        located.township_code.append(names[1])
        located.village_name.append(names[2])
        located.village_code.append(names[3])
        if problem is not None:
            located.problems.append((row, problem[0], problem[1]))
    return located


def _resolve(
    township_text: str, village_text: str, default: Defaults, county: County | None, scope: Township | None
) -> tuple[tuple[str | None, ...], tuple[str, Problem] | None]:
    if county is None:
        names = (township_text or None, None, village_text or None, None)
        blank = is_blank(village_text) and default.village is None
        return names, ("village", (issues.BLANK, "行政村没有填写")) if blank else None
    township = county.township(township_text) if narrow(township_text) else default.township or scope
    if narrow(township_text) and township is None:
        problem = (issues.PLACE_UNKNOWN, f"{county.spoken}没有叫“{township_text}”的乡镇，请按区划名称填写")
        return (township_text, None, village_text or None, None), ("township", problem)
    if is_blank(village_text):
        village = default.village
        if village is None:
            return (*_named(township), None, None), ("village", (issues.BLANK, "行政村没有填写"))
    else:
        village = county.village(village_text, township.code if township else None)
    if village is None:
        where = township.name if township else county.spoken
        problem = (issues.PLACE_UNKNOWN, f"{where}没有叫“{village_text}”的行政村，请按区划名称填写")
        return (*_named(township), village_text, None), ("village", problem)
    township = county.townships[village.township_code]
    whole = (*_named(township), village.name, village.code)
    if scope is not None and township.code != scope.code:
        problem = (issues.PLACE_UNKNOWN, f"本表是{scope.name}报送的，不应有{township.name}的行")
        return whole, ("township", problem)
    return whole, None


def _named(township: Township | None) -> tuple[str | None, str | None]:
    return (township.name, township.code) if township else (None, None)


def places_of(
    texts: list[Any], county: County | None
) -> tuple[list[str | None], list[str | None], list[tuple[int, Problem]]]:
    """Codes of the villages and of the townships that each text names, joined by ';', and texts that name none."""
    villages: list[str | None] = []
    townships: list[str | None] = []
    problems: list[tuple[int, Problem]] = []
    known: dict[str, tuple[str | None, str | None, Problem | None]] = {}
    for row, value in enumerate(texts):
        text = scrub(as_text(value))
        if text not in known:
            known[text] = _places_of(text, county)
        found = known[text]
        villages.append(found[0])
        townships.append(found[1])
        if found[2] is not None:
            problems.append((row, found[2]))
    return villages, townships, problems


def _places_of(text: str, county: County | None) -> tuple[str | None, str | None, Problem | None]:
    if county is None or not narrow(text):
        return None, None, None
    villages, townships, unknown = county.places_in(text)
    codes = list(dict.fromkeys([v.township_code for v in villages] + [t.code for t in townships]))
    lost = [piece for piece in unknown if piece.endswith(("村", "社区"))] or ([] if codes else unknown)
    problem = None
    if lost:
        problem = (issues.PLACE_UNKNOWN, f"{county.spoken}的区划中找不到“{lost[0]}”，未能归到村")
    return ";".join(v.code for v in villages) or None, ";".join(codes) or None, problem
