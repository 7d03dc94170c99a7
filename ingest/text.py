"""Text as people type it: narrowed, without the spaces and brackets that carry no meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

# What takes no room on paper: zero-width spaces and joiners, and marks that turn the direction of what follows
_INVISIBLE = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_SPACE = re.compile(rf"[\s\u3000\u00a0\u2028\u2029{_INVISIBLE}]+")
_CONTROL = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff{_INVISIBLE}]")
_UNSEEN = re.compile(rf"[{_INVISIBLE}]")
_TRIMMED = (
    "\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff \t\r\n\u00a0\u3000'‘’`"  # at the ends they change nothing that is seen
)
_BRACKETS = str.maketrans(
    {"【": "(", "】": ")", "[": "(", "]": ")", "〔": "(", "〕": ")", "{": "(", "}": ")", "﹙": "(", "﹚": ")"}
)
_SHORT = 64
DEEPEST = 8  # brackets within brackets
_YEAR = re.compile(r"(?:19|20)\d{2}")
_DASHES = str.maketrans({"—": "-", "–": "-", "―": "-", "－": "-", "−": "-", "‐": "-", "~": "-", "～": "-", "﹣": "-"})


def clean(value: str) -> str:
    """The text without control characters, lone surrogates (PostgreSQL takes no NUL) and characters that nobody sees,
    outer spaces cut off."""
    if value.isprintable():
        return value.strip()
    return _CONTROL.sub("", value).strip()


def seen(value: str) -> str:
    """A number, day or code as it is written, nothing invisible around it.

    Raises:
        ValueError: something invisible stands within: what is shown may be another number than what is stored.
    """
    if value.isascii():
        return value
    text = value.strip(_TRIMMED)
    found = _UNSEEN.search(text)
    if found:
        raise ValueError(f"里面有看不见的字符（U+{ord(found[0]):04X}），显示的与存下的可能不同，请重新填写")
    return text


@lru_cache(maxsize=20_000)
def narrow(value: str) -> str:
    """Half-width, without any space: the form in which texts are compared."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", _CONTROL.sub("", value)))


@lru_cache(maxsize=20_000)
def header_key(value: str) -> str:
    """A header as it is compared: narrow, round brackets, plain dashes, any year as #, no closing colon."""
    key = narrow(value).translate(_BRACKETS).translate(_DASHES).replace("“", "").replace("”", "").replace('"', "")
    return _YEAR.sub("#", key).strip(":：,，.、;；*").lower()


def split_brackets(key: str) -> tuple[str, list[str]]:
    """The text outside its round brackets, and what stands inside them (innermost pairs, in order); what is nested deeper
    than anybody writes stays as it is."""
    inside: list[str] = []

    def take(match: re.Match[str]) -> str:
        inside.append(match.group(1))
        return ""

    outside = key
    for _ in range(DEEPEST):
        shorter = re.sub(r"\(([^()]*)\)", take, outside)
        if shorter == outside:
            break
        outside = shorter
    return outside, inside


def show(value: Any, limit: int = 80) -> str:
    """A cell as an issue shows it: whole numbers without .0, long texts cut."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e17 else repr(value)
    text = clean(str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def as_text(value: Any) -> str:
    """A cell as text: numbers without a trailing .0, dates as ISO days, nothing as ''."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e17 else repr(value)
    if hasattr(value, "isoformat"):
        text = str(value.isoformat())
        return text[:10] if text.endswith("T00:00:00") else text.replace("T", " ")
    return clean(str(value))


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing: no value, or only spaces."""
    if value is None or value == "":
        return True
    if not isinstance(value, str) or narrow(value[:_SHORT]):
        return False
    return len(value) <= _SHORT or not narrow.__wrapped__(value)  # a long text is not kept among the narrowed ones


def cell_name(row: int, column: int) -> str:
    """The name of a cell by its row and column from 0: cell_name(16, 3) is 'D17'."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cell_place(name: str) -> tuple[int, int]:
    """Row and column from 0 of a cell's name: cell_place('D17') is (16, 3); ValueError for what is no cell's name."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", name)
    if match is None:
        raise ValueError("no name of a cell")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def bare_number(value: Any) -> bool:
    """Whether a cell is a number without a unit beside it."""
    return isinstance(value, (int, float)) or (
        isinstance(value, str) and len(value) <= _SHORT and bool(re.fullmatch(r"[+-]?[\d,.]+", narrow(value)))
    )
