"""Number formats of workbooks: which of them show a number as a day."""

from __future__ import annotations

import re

# Numbers of built-in formats that show days, the Chinese ones (27 to 36, 50 to 58) among them; 18 to 21 and 45 to 47
# show hours alone.
_DAYS = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)


def is_day_number(number: int) -> bool:
    """Whether a built-in format shows a day."""
    return number in _DAYS


def is_day(code: str) -> bool:
    """Whether a format's code shows a day: it has a year, a month with a year or day, or a day of the month, outside of
    texts and conditions. yyyy"年"m"月"d"日" does, 0"年" and h:mm do not."""
    first = _LITERAL.sub("", code.split(";")[0]).lower()
    if "general" in first:
        return False
    return bool(re.search(r"y|d|(?<![h:])m(?![:s])|e(?![+\-0])", first)) and "0" not in first and "#" not in first
