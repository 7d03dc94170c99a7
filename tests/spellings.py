"""Made-up personal numbers in every spelling that people use, and a search that sees through all of them.

Shares nothing with the reader's own recogniser: it folds signs by Unicode's tables, and looks for the digits themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_HAN = str.maketrans("0123456789", "〇一二三四五六七八九")
_FULL = {ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"}
_ARABIC = {ord(d): chr(0x0660 + int(d)) for d in "0123456789"}
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_LIKE = str.maketrans("01", "Ol")


def grouped(number: str, between: str) -> str:
    """3-4-4 of a phone, 6-8-4 of an ID number, 6-6-3 of an old one, fours of a card."""
    sizes = {11: (3, 4, 4), 18: (6, 8, 4), 15: (6, 6, 3)}.get(len(number), (4,) * 5)
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return between.join(filter(None, parts))


def spellings(number: str, *, is_card: bool = False) -> dict[str, str]:
    """A number of 11 to 19 digits (the last one perhaps X) as people write it, by the name of the spelling."""
    by = (lambda between: between.join(re.findall(".{1,4}", number))) if is_card else lambda b: grouped(number, b)
    found = {
        "plain": number,
        "spaces": by(" "),
        "digit by digit": " ".join(number),
        "hyphens": by("-"),
        "long dashes": by("—"),
        "minus signs": by("−"),
        "full width": number.translate(_FULL),
        "full width and spaces": by("\u3000").translate(_FULL),
        "middle dots": by("·"),
        "no-break spaces": by("\u00a0"),
        "zero width": "\u200b".join(number),
        "joiners in groups": by("\u2060"),
        "Arabic-Indic": number.translate(_ARABIC),
        "circled": number.translate(_CIRCLED),
        "lines": by("\n"),
        "wide dashes": by(" － "),
        "underscores": by("_"),
        "full width cut in two": f"{number[:5]} {number[5:]}".translate(_FULL),
    }
    if number.isdigit():
        found |= {"numerals": number.translate(_HAN), "letters": number.translate(_LIKE)}
        found |= {"numerals and spaces": by(" ").translate(_HAN)}
    if len(number) == 11:
        found |= {
            "+86": f"+86{number}", "(+86)": f"（+86）{by(' ')}", "86-": f"86-{by('-')}", "0086": f"0086 {number}",
            "brackets": f"({number[:3]}){number[3:7]}-{number[7:]}", "3-3-5": f"{number[:3]}-{number[3:6]}-{number[6:]}",
            "dots": by("."), "3-8": f"{number[:3]}-{number[3:]}", "as a number": f"{float(number):.10E}",
        }  # fmt: skip
    if number.endswith("X"):
        found |= {"small x": number.lower(), "times": number[:-1] + "×", "wide X": number[:-1] + "Ｘ"}
    return found


_DIGIT = "[\\d①-⑨⓪⑴-⑼⒈-⒐〇零一二三四五六七八九OoIl]"
_RUN = re.compile(rf"{_DIGIT}(?:(?:[^\w*]|_){{0,6}}{_DIGIT}){{10,}}")
_STRETCH = re.compile(
    rf"{_DIGIT[:-1]}\W_]{{11,}}+"
)  # all that a run may consist of; finding it first is three times faster
_NUMERALS = str.maketrans("〇零一二三四五六七八九OoIl", "00123456789" + "0011")
_KEYS = re.compile(r"[{\[(]\d{1,7}(?:, ?\d{1,7}){4,}[}\])]")  # a list of keys in a statement is no number


def runs(text: str) -> list[str]:
    """The digits that follow each other, eleven or more, with nothing but spaces and marks between them."""
    found = []
    stretches = _STRETCH.findall(_KEYS.sub("keys", text))
    for stretch in stretches:
        for run in _RUN.findall(stretch):
            plain = (
                run if run.isascii() else "".join(str(d) if (d := unicodedata.digit(c, -1)) >= 0 else c for c in run)
            )
            found.append(re.sub(r"\D", "", plain.translate(_NUMERALS)))
    return found


def in_clear(text: str, numbers: Iterable[str]) -> set[str]:
    """Those of the numbers of which eleven digits in a row stand in a text."""
    found = runs(text)
    middles = {number: number if len(number) == 11 else number[3:14] for number in numbers}
    return {number for number, middle in middles.items() if any(middle in run for run in found)}
