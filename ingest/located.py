"""Townships and villages of the rows: names as written to codes, within the county and the file's scope."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ingest import issues
from ingest.personal import scrub
from ingest.places import County, Township, Village
from ingest.proposals import Proposal, Proposer
from ingest.series import too_long
from ingest.text import as_text, is_blank, narrow, show

LONGEST_LIST = 2000  # characters of a cell that names places
Problem = tuple[str, str]
_Row = tuple[tuple[str | None, ...], tuple[str, Problem] | None, Proposal | None]


@dataclass
class Located:
    """Per row: names and codes (None where unknown), and problems as (row, 'township' or 'village', problem).

    `proposals` says what names that are unknown may mean, and in how many rows.
    """

    township_name: list[str | None] = field(default_factory=list)
    township_code: list[str | None] = field(default_factory=list)
    village_name: list[str | None] = field(default_factory=list)
    village_code: list[str | None] = field(default_factory=list)
    problems: list[tuple[int, str, Problem]] = field(default_factory=list)
    proposals: Counter[Proposal] = field(default_factory=Counter)


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
    known: dict[Any, _Row] = {}
    proposer = Proposer(county) if county else None
    for row, key in enumerate(zip(townships, villages, defaults, strict=True)):
        found = known.get(key)
        if found is None:
            found = known[key] = _resolve(scrub(as_text(key[0])), scrub(as_text(key[1])), key[2], proposer, scope)
        names, problem, proposal = found
        located.township_name.append(names[0])
        located.township_code.append(names[1])
        located.village_name.append(names[2])
        located.village_code.append(names[3])
        if problem is not None:
            located.problems.append((row, problem[0], problem[1]))
        if proposal is not None:
            located.proposals[proposal] += 1
    return located


def _resolve(
    township_text: str, village_text: str, default: Defaults, proposer: Proposer | None, scope: Township | None
) -> _Row:
    for text, what in ((township_text, "township"), (village_text, "village")):
        long = too_long(text)
        if long is not None:
            return (None, None, None, None), (what, long), None
    if proposer is None:
        names = (township_text or None, None, village_text or None, None)
        blank = is_blank(village_text) and default.village is None
        return names, ("village", (issues.BLANK, "行政村没有填写")) if blank else None, None
    county = proposer.county
    township = county.township(township_text) if narrow(township_text) else default.township or scope
    if narrow(township_text) and township is None:
        proposal = proposer.township(township_text)
        sentence = f"{county.spoken}没有叫“{show(township_text, 30)}”的乡镇，{_perhaps(proposal)}请按区划名称填写"
        return (
            (township_text, None, village_text or None, None),
            ("township", (issues.PLACE_UNKNOWN, sentence)),
            proposal,
        )
    if is_blank(village_text):
        village = default.village
        if village is None:
            return (*_named(township), None, None), ("village", (issues.BLANK, "行政村没有填写")), None
    else:
        village = county.village(village_text, township.code if township else None)
    if village is None:
        sentence, proposal = _unknown_village(village_text, township, proposer)
        return (*_named(township), village_text, None), ("village", (issues.PLACE_UNKNOWN, sentence)), proposal
    township = county.townships[village.township_code]
    whole = (*_named(township), village.name, village.code)
    if scope is not None and township.code != scope.code:
        problem = (issues.PLACE_UNKNOWN, f"本表是{scope.name}报送的，不应有{township.name}的行")
        return whole, ("township", problem), None
    return whole, None, None


def _unknown_village(text: str, township: Township | None, proposer: Proposer) -> tuple[str, Proposal | None]:
    """The sentence, and what is proposed. A village of another township is told, and proposed to nobody: the row would
    have to move there."""
    county = proposer.county
    where = township.name if township else county.spoken
    unknown = f"{where}没有叫“{show(text, 30)}”的行政村，"
    elsewhere = proposer.elsewhere(text, township) if township else None
    if elsewhere is not None:
        other = county.townships[elsewhere.township_code].name
        return f"{unknown}{other}有“{elsewhere.name}”，是否乡镇写错？请按区划名称填写", None
    proposal = proposer.village(text, township)
    if proposal is None and township is not None:
        far = proposer.village(text, None)
        if far is not None:
            other = county.townships[far.within_code].name
            return f"{unknown}是否应为{other}的“{far.region_name}”？请按区划名称填写", None
    return f"{unknown}{_perhaps(proposal)}请按区划名称填写", proposal


def _perhaps(proposal: Proposal | None) -> str:
    return f"是否应为“{proposal.region_name}”？" if proposal else ""


def _named(township: Township | None) -> tuple[str | None, str | None]:
    return (township.name, township.code) if township else (None, None)


@dataclass
class Places:
    """Per text the codes of the villages and of the townships that it names, joined by ';' (None where it names none).

    `problems` are (row, problem) of texts with a name that is unknown, `proposals` what such names may mean.
    """

    village_codes: list[str | None] = field(default_factory=list)
    township_codes: list[str | None] = field(default_factory=list)
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    proposals: Counter[Proposal] = field(default_factory=Counter)


def places_of(texts: list[Any], county: County | None) -> Places:
    """Find the villages and townships that each text names; equal texts are looked up once."""
    places = Places()
    known: dict[str, tuple[str | None, str | None, Problem | None, Proposal | None]] = {}
    proposer = Proposer(county) if county else None
    for row, value in enumerate(texts):
        text = scrub(as_text(value))
        found = known.get(text)
        if found is None:
            found = known[text] = _places_of(text, proposer)
        places.village_codes.append(found[0])
        places.township_codes.append(found[1])
        if found[2] is not None:
            places.problems.append((row, found[2]))
        if found[3] is not None:
            places.proposals[found[3]] += 1
    return places


def _places_of(text: str, proposer: Proposer | None) -> tuple[str | None, str | None, Problem | None, Proposal | None]:
    long = too_long(text, LONGEST_LIST)
    if long is not None:
        return None, None, long, None
    if proposer is None or not narrow(text):
        return None, None, None, None
    county = proposer.county
    villages, townships, unknown = county.places_in(text)
    codes = list(dict.fromkeys([v.township_code for v in villages] + [t.code for t in townships]))
    lost = [piece for piece in unknown if piece.endswith(("村", "社区"))] or ([] if codes else unknown)
    problem, proposal = None, None
    if lost:
        proposal = proposer.village(lost[0], None)
        sentence = f"{county.spoken}的区划中找不到“{show(lost[0], 30)}”，{_perhaps(proposal)}未能归到村"
        problem = (issues.PLACE_UNKNOWN, sentence)
    return ";".join(v.code for v in villages) or None, ";".join(codes) or None, problem, proposal
