"""The shapes of personal numbers, as the reader has them, asked of the database."""

from __future__ import annotations

from ingest.personal_text import ACCOUNT, LEAST, SHAPES, SIGNS, SPOKEN

# Translated in every text; the rest only where one of them stands.
_COMMON = "０１２３４５６７８９（）【】〔〕[]{}　\u00a0\t\n\r—–－-~～_·．。xXｘＸ×eＥ＋《》「」、"


def sql_condition(text: str, *, is_code: bool = False) -> str:
    """The SQL condition that an expression of type text holds a number of a shape that needs no arithmetic.

    In a code no account is looked for. No backslash stands in a regular expression; braces are single.
    """
    shapes = [shape for shape in SHAPES if shape.check is None and not (is_code and shape.kind == ACCOUNT)]
    patterns = "|".join(shape.whole() for shape in shapes)
    rare = {code: to for code, to in SIGNS.items() if chr(code) not in _COMMON}
    common = {code: to for code, to in SIGNS.items() if code not in rare}
    signs = f"translate({text}, {_literal(_from(common))}, {_literal(_to(common))})"
    all_signs = f"translate({signs}, {_literal(_from(rare))}, {_literal(_to(rare))})"
    signs = f"case when {text} ~ {_literal_class(rare)} then {all_signs} else {signs} end"
    spoken = {code: to for code, to in SPOKEN.items() if code not in SIGNS}
    words = f"translate({signs}, {_literal(_from(spoken))}, {_literal(_to(spoken))})"
    # Codes of places and households are in every row: without them hardly any has digits enough to be looked at closely
    digits = _literal_class({code: "" for code, to in SIGNS.items() if to.isdigit()} | spoken, "0-9")
    codes = f"regexp_replace({text}, '(^|[^0-9.])6[0-9]{{11}}([0-9]{{2}})?($|[^0-9E])', ' Z ', 'g')"
    gap = "[^0-9A-Za-z\u4e00-\u9fff]{0,5}"
    has_run = f"{codes} ~ ({digits} || repeat('{gap}' || {digits}, {LEAST - 1}))"
    full = f"({signs}) ~ '{patterns}' or ({text} ~ {_literal_class(spoken)} and ({words}) ~ '{patterns}')"
    return f"(case when {has_run} then {full} else false end)"


def _literal_class(signs: dict[int, str], more: str = "") -> str:
    """A bracket expression of signs, none of which means something in one."""
    return f"('[{more}' || {_literal(''.join(map(chr, sorted(signs))))} || ']')"


def _in_order(signs: dict[int, str]) -> list[int]:
    """Those that become nothing stand last: `translate` drops what has no counterpart."""
    return sorted(signs, key=lambda code: (signs[code] == "", code))


def _from(signs: dict[int, str]) -> str:
    return "".join(map(chr, _in_order(signs)))


def _to(signs: dict[int, str]) -> str:
    return "".join(signs[code] for code in _in_order(signs))


def _literal(text: str) -> str:
    return "U&'" + "".join(c if c.isascii() and c.isalnum() else f"\\+{ord(c):06X}" for c in text) + "'"
