"""How text leaves for workbooks and CSV: the one place that keeps a spreadsheet from taking it for a formula.

A workbook says of each cell what it is, so there a text stays as it is, and is marked as one where a program would make
a formula of it as soon as somebody edits the cell. CSV says nothing of its cells, so there such a text gets an
apostrophe in front. Numbers are no texts: -3 stays -3 in both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

LONGEST_TEXT = 32_767  # characters of a cell, by the file format
_STARTS = frozenset("=+-@")
# What XML cannot hold: most control characters, and halves of characters beyond the first 65,536.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_formula_like(text: str) -> bool:
    """Whether a program that guesses may take a text for a formula: it begins with = + - @, full-width ones with them,
    whatever invisible characters stand before; or with a tab or a line break, which some programs skip."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for character in text:
        if unicodedata.category(character)[0] in "ZC":
            continue
        return unicodedata.normalize("NFKC", character)[:1] in _STARTS
    return False


def for_workbook(text: str) -> str:
    """A text for a string cell: without what XML cannot hold, and not longer than a cell may be."""
    text = _NOT_XML.sub("", text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def for_csv(value: Any) -> Any:
    """A value for `csv.writer`: a text that looks like a formula gets an apostrophe in front, all else stays."""
    if not isinstance(value, str):
        return value
    text = _NOT_XML.sub("", value)
    return f"'{text}" if is_formula_like(text) else text


def csv_row(values: Iterable[Any]) -> list[Any]:
    """A row for `csv.writer`."""
    return [for_csv(value) for value in values]


def for_file_name(text: str, limit: int = 60) -> str:
    """What of a text may stand in the name of a file: letters, digits, -_. and round brackets; '' where nothing does."""
    kept = re.sub(r"[^\w\-()（）·.]+", "_", unicodedata.normalize("NFC", text)).strip("_.")
    return kept[:limit].rstrip("_.")
