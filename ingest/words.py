"""Cells that hold one of a few words: flags, lists, a status with a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.columns import Column
from ingest.text import as_text, header_key, split_brackets

_TRUE = frozenset(
    "是 有 √ ✓ ✔ v y yes true 1 已 已发 已发放 已办 已办理 已完成 已签订 已建立 达标 已达标 达到 对 是的 已建 建立 已公示 已到户 已签 "
    "已签字 ☑ ■ ● 签 已达到 已销号 销号 已办结 1是 是(1)".split()
)
_FALSE = frozenset(
    "否 无 無 × x ✗ ✘ n no false 2 0 未 未发 未发放 未办 未办理 未完成 未签订 未建 没有 未建立 未达标 不达标 不是 未达到 未公示 未到户 "
    "错 没 不 未签 未销号 未办结 □ ☐ 2否 否(2)".split()
)
_TICKED, _UNTICKED = "√✓✔☑■●v", "□☐○"
_CHOICE = re.compile(rf"([{_TICKED}{_UNTICKED}]|是|否|有|无|/|、)")
TICKS = frozenset("√ ✓ ✔ v ☑".split())
_BETWEEN = re.compile(r"[、,，;；/／|\s\u3000]+")
_AND = re.compile(r"[和及与]")
BLANKS = frozenset({"", "-", "--", "/", "\\", "…"})


def read_flag(value: Any) -> bool | None:
    """是/否, √/×, 有/无, 1/2 (1 yes, 2 and 0 no), 已/未, and a choice with one tick (☑是 □否). None for a blank cell.

    A letter is no tick: an R or P that shows as one does so in a symbol font only.

    Raises:
        ValueError: the cell holds anything else.
    """
    text = re.sub(r"(?<=^\d)\.0+$", "", header_key(as_text(value)).rstrip("。!"))
    if text in BLANKS:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    ticked = _ticked(text)
    if ticked is None:
        raise ValueError("应填是或否")
    return ticked


def _ticked(text: str) -> bool | None:
    """What is ticked of 是 and 否; None where nothing or both are, or other words stand there.

    The marks stand before their words where the text begins with one, else after them.
    """
    parts = [p for p in _CHOICE.split(text) if p and p not in "/、"]
    if len(parts) < 2 or not all(_CHOICE.fullmatch(p) for p in parts):
        return None
    if parts[0] not in _TICKED + _UNTICKED:
        parts.reverse()
    chosen = {word in "是有" for mark, word in pairwise(parts) if mark in _TICKED and word in "是否有无"}
    return chosen.pop() if len(chosen) == 1 else None


@dataclass(frozen=True)
class WordList:
    """A column's vocabulary, ready to look words up."""

    words: dict[str, str]
    match: str
    otherwise: str | None
    values: tuple[str, ...]

    @classmethod
    def of(cls, column: Column) -> WordList:
        words: dict[str, str] = {}
        for value, synonyms in column.vocabulary:
            for word in (value, *synonyms):
                words.setdefault(header_key(word), value)
        return cls(words, column.match, column.otherwise, tuple(value for value, _ in column.vocabulary))

    def find(self, value: Any) -> str | None:
        """The list's value for a cell; None for a blank one.

        A text with brackets is looked up whole, then without them, then by what stands inside: 五小(小家禽).

        Raises:
            ValueError: it is in no list, and no `otherwise` is set.
        """
        text = header_key(as_text(value))
        if text in BLANKS:
            return None
        found = self.words.get(text)
        if found is None and "(" in text:
            outside, inside = split_brackets(text)
            found = next((self.words[t] for t in (outside, *inside) if t in self.words), None)
        if found is None and self.match == "contains":
            hits = [(text.find(word), -len(word), kept) for word, kept in self.words.items() if word in text]
            found = min(hits)[2] if hits else None
        if found is None:
            found = self.otherwise
        if found is None:
            raise ValueError("不在选项内，应为：" + "、".join(self.values))
        return found

    def find_all(self, text: str) -> list[str]:
        """The list's values for the parts of a text, in their order, each once; [] for a blank one.

        Parts stand between 、 and the like, spaces or line breaks, or 和; a part that is a word with 和 in it stays whole.

        Raises:
            ValueError: a part is in no list; the sentence names it.
        """
        if header_key(text) in BLANKS:
            return []
        if header_key(text) in self.words:
            return [self.words[header_key(text)]]
        found: list[str | None] = []
        for part in filter(None, _BETWEEN.split(text)):
            pieces = [part] if header_key(part) in self.words else _AND.split(part)
            for piece in filter(None, pieces):
                try:
                    found.append(self.find(piece))
                except ValueError as error:
                    raise ValueError(f"“{piece[:20]}”{error}") from None
        return list(dict.fromkeys(value for value in found if value is not None))

    def find_with_year(self, value: Any) -> tuple[str, int | None] | None:
        """A status that may carry a year: 已脱贫(2019), 2019年脱贫, or the bare year of those who got out.

        Raises:
            ValueError: the status is in no list.
        """
        text = header_key(as_text(value))
        if text in BLANKS:
            return None
        written = re.search(r"(?:19|20)\d{2}", as_text(value))
        year = int(written[0]) if written else None
        bare = re.sub(r"\(?#年?度?\)?", "", text)
        if year is not None and not bare:
            return self.find("已脱贫") or "", year
        status = self.find(bare)
        return None if status is None else (status, year)
