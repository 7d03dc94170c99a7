"""The ways to look a place's name up, and other spellings for names that are not found as they are written.

All of them say the same place with more around it, or in traditional characters. A name that is merely alike is none:
it is proposed to people (`ingest.proposals`), never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ingest.text import narrow, split_brackets

TOWNSHIP_TAIL = re.compile(r"(人民政府|政府|办事处|办|党委)$")
TOWNSHIP_KIND = re.compile(r"(?<=..)(街道|镇|乡)$")
VILLAGE_TAIL = re.compile(r"(?<=.)(村民委员会|居民委员会|村委会|居委会|委员会)$")
VILLAGE_KIND = re.compile(r"(?<=.)(社区|村|嘎查)$")
_NUMBERING = re.compile(r"^(?:\d{1,3}[.、,]|\(\d{1,3}\)|[①-⑳])")
_MARKS = " ()（）.。,，;；、:：*·-—“”\"'"
_GROUP = re.compile(r"(?<=[村区])第?[\d一二三四五六七八九十]{1,3}(?:村民)?(?:小组|组|社|队)$")
LONGEST = 40  # characters; what is longer is no name


def township_keys(text: str, fronts: tuple[str, ...]) -> Iterator[str]:
    """Ways to look a township up: as written, without 人民政府 and the like, without its kind."""
    key = narrow(text)
    yield key
    for front in fronts:
        if key.startswith(front) and len(key) > len(front) + 1:
            key = key[len(front) :]
            yield key
            break
    shorter = TOWNSHIP_TAIL.sub("", key)
    if shorter != key:
        yield shorter
    yield TOWNSHIP_KIND.sub("", shorter)


def village_keys(text: str) -> Iterator[str]:
    """Ways to look a village up, the closest first: as written, without 村委会, without 村."""
    key = narrow(text)
    yield key
    shorter = VILLAGE_TAIL.sub("", key)
    if shorter != key:
        yield shorter
    bare = VILLAGE_KIND.sub("", shorter)
    if bare != shorter:
        yield bare
    elif shorter == key:
        yield key + "村"


@cache
def _converter() -> object:
    import opencc  # only where a name was not found: it takes some hundredths of a second to load

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """The text in simplified characters: 馬營鎮 as 马营镇."""
    return _converter().convert(text)  # type: ignore[attr-defined]


def spellings(text: str, fronts: Sequence[str] = ()) -> list[str]:
    """Spellings to look up in place of a name that was not found, the closest first.

    Simplified characters; without numbering, marks, brackets and a group of villagers (中林村3社); without the larger
    places in front of it, of which `fronts` names those that it may lie in, the largest first.
    """
    key = narrow(text)
    if not key or len(key) > LONGEST:
        return []
    found: dict[str, None] = {}
    for base in dict.fromkeys((key, simplified(key))):
        unnumbered = _NUMBERING.sub("", base)
        stripped, outside = unnumbered.strip(_MARKS), split_brackets(unnumbered)[0].strip(_MARKS)
        for form in (base, stripped, outside, _GROUP.sub("", outside)):
            found[form] = None
            for front in fronts:
                if form.startswith(front) and len(form) > len(front):
                    form = form[len(front) :]
                    found[form] = None
    found.pop(key, None)
    found.pop("", None)
    return list(found)
