"""What a place's name that was not found may mean: told to the county and kept for people to decide, never taken.

Likeness is the share of characters that agree (optimal string alignment), of names without 镇 or 村. One candidate has to
be clearly the best: within the township first, then, with a higher bound, within the county.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz.distance import OSA

from ingest.place_spellings import TOWNSHIP_KIND, VILLAGE_KIND, VILLAGE_TAIL, spellings
from ingest.places import County, Township, Village
from ingest.text import narrow

IN_TOWNSHIP, IN_COUNTY = 0.5, 0.6
CLEARLY = 0.15  # how far the best is before the next
LONGEST = 12  # characters: no name of a township or village is longer
MOST = 500  # names looked at per sheet: a sheet with more is no ledger of one county


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that a name may mean.

    `region_level` is township or village, `within_code` the county's or the township's code, `variant` the name as
    written (narrow), `region_code` and `region_name` the place proposed, `score` its likeness from 0 to 1.
    """

    region_level: str
    within_code: str
    variant: str
    region_code: str
    region_name: str
    score: float


@dataclass
class Proposer:
    """Proposes places of one county, for at most `left` names."""

    county: County
    left: int = MOST

    def township(self, text: str) -> Proposal | None:
        """The one township of the county whose name is clearly the likest."""
        names = [(TOWNSHIP_KIND.sub("", narrow(t.name)), t) for t in self.county.townships.values()]
        found = self._likest(text, names, IN_TOWNSHIP)
        return found and self._allowed("township", self.county.code, text, found[0].code, found[0].name, found[1])

    def village(self, text: str, township: Township | None) -> Proposal | None:
        """The one village of the township, or of the county where none is given, whose name is clearly the likest."""
        inside = [v for v in self.county.villages.values() if township is None or v.township_code == township.code]
        names = [(bare_village(v.name), v) for v in inside]
        found = self._likest(text, names, IN_COUNTY if township is None else IN_TOWNSHIP)
        if found is None:
            return None
        village, score = found
        return self._allowed("village", village.township_code, text, village.code, village.name, score)

    def elsewhere(self, text: str, township: Township) -> Village | None:
        """The village of this very name in another township of the county: the township may be the wrong word."""
        found = self.county.village(text, None)
        return found if found is not None and found.township_code != township.code else None

    def _likest(self, text: str, names: Iterable[tuple[str, Any]], least: float) -> tuple[Any, float] | None:
        if self.left <= 0 or not 2 <= len(narrow(text)) <= LONGEST:
            return None
        self.left -= 1
        wanted = {TOWNSHIP_KIND.sub("", bare_village(t)) for t in (narrow(text), *spellings(text))}
        wanted = {w for w in wanted if len(w) > 1}
        best, second = (None, 0.0), 0.0
        for name, place in names:
            score = max((OSA.normalized_similarity(w, name) for w in wanted), default=0.0) if len(name) > 1 else 0.0
            if score > best[1]:
                best, second = (place, score), best[1]
            else:
                second = max(second, score)
        place, score = best
        return (place, score) if place is not None and score >= least and score - second >= CLEARLY else None

    def _allowed(self, level: str, within: str, text: str, code: str, name: str, score: float) -> Proposal | None:
        key = narrow(text)
        return (
            None if (key, code) in self.county.rejected else Proposal(level, within, key, code, name, round(score, 3))
        )


def bare_village(name: str) -> str:
    """A village's name without 村委会, 村 and 社区."""
    return VILLAGE_KIND.sub("", VILLAGE_TAIL.sub("", narrow(name)))


def as_rows(proposals: Counter[Proposal]) -> list[dict[str, Any]]:
    """Proposals with the number of rows that each would mend (`n_rows`), in a fixed order."""
    return [
        {**asdict(proposal), "n_rows": count}
        for proposal, count in sorted(proposals.items(), key=lambda item: tuple(map(str, asdict(item[0]).values())))
    ]
