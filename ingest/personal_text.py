"""Personal numbers in free text, however they are spelled: found, named by kind, masked in place.

One definition for all: the reader masks what `find` gives, and the gate asks the database for the same shapes
(`expectations.personal_numbers`). A text is first translated sign by sign: digits of any script, circled or full-width ones to ASCII;
spaces, dashes, dots and brackets to one sign each; what is invisible goes. The shapes are regular expressions over that,
in the syntax that Python and PostgreSQL share. What only arithmetic decides (a check character, Luhn's sum) is asked by
the reader alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import polars as pl

from ingest.personal import EXACT_LIMIT, check_character, credit_code, mask_tail
from ingest.text import clean

ID, PHONE, ACCOUNT, LANDLINE = "证件号", "手机号", "银行账号", "固定电话"
_NO_LENGTHS = (12, 14)  # digits of codes of villages and households: no number has as many
LONGEST = 1e22  # no number has more digits than an account's 21
LEAST = 10  # digits of the shortest number, a landline with its area code


# ------------------------------------------------------------------------------------------------------------ signs
def _signs() -> dict[int, str]:
    """What each sign stands for: a digit, ' ', '-', '.', a bracket, '+', 'X', 'E'; '' for what is invisible."""
    found: dict[int, str] = {}
    for code in range(0x80, 0x20000):
        sign = chr(code)
        kind = unicodedata.category(sign)
        digit = unicodedata.digit(sign, -1)
        if digit >= 0:
            found[code] = str(digit)
        elif kind == "Cf" or 0xFE00 <= code <= 0xFE0F or code in (0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0):
            found[code] = ""
        elif kind[0] == "Z" or code == 0x85:
            found[code] = " "
        elif kind == "Pd" or sign in "·•・‧∙⋅･―－−ｰー～〜＿￣ˉ":
            found[code] = "-"
        elif sign in "．。｡․":
            found[code] = "."
        elif kind in ("Ps", "Pe"):
            found[code] = "(" if kind == "Ps" else ")"
    found |= {ord(sign): " " for sign in "\t\n\v\f\r"}
    found |= {ord(sign): "-" for sign in "_~"} | {ord(sign): "(" for sign in "[{"} | {ord(sign): ")" for sign in "]}"}
    found |= {ord(sign): "X" for sign in "xｘＸ×✕✖ΧχХх"} | {ord(sign): "E" for sign in "eｅＥ"} | {ord("＋"): "+"}
    return found


SIGNS = _signs()
_WORDS = dict(zip("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "000123456789123456789" + "12", strict=True))
_LETTERS = dict(zip("OoＯｏlIｌＩ|", "000011111", strict=True))
SPOKEN = {ord(sign): digit for sign, digit in (_WORDS | _LETTERS).items()}
_SAID = re.escape("".join(_WORDS) + "".join(_LETTERS))
_SPOKEN_SIGNS = re.compile(f"[{_SAID}]")
_NO_DECIMALS = re.escape("".join(chr(code) for code, to in SIGNS.items() if to.isdigit() and not chr(code).isdecimal()))
# As many digits as the shortest number has, however they are spelled: hardly any text has them, and no other is looked at
_RUN = re.compile(r"[\W_]{0,5}".join([rf"[\d{_SAID}{_NO_DECIMALS}]"] * LEAST))


# ----------------------------------------------------------------------------------------------------------- shapes
_ANY, _SINGLE = "[ .()-]{0,4}", "(?:[ .()-]{1,4}|(?![0-9X]))"
# Between groups: two signs or more follow, or the number ends
_GROUPS = "(?:[ .()-]{1,4}(?=[0-9X]{2}|[0-9X](?![ .()-]{0,4}[0-9])))?"
_REGION = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_BORN = f"(?:1[89][0-9]{{2}}|200[0-9]|201[0-2]){_DAY}"
_BORN_LATELY = f"20(?:1[3-9]|[2-9][0-9]){_DAY}"  # a date of the programme's own years: the check character decides
_REST = "[0-9]{3}[0-9X]?"  # of an ID number; the check character is often forgotten
_CARD_OF = "[0-9]{0,2}"  # what a disability card has behind it: kind and grade
# County, township and village as the national codes have them: codes of groups and plots begin so
_PLACE = "62(?:0[1-9]|1[0-2]|29|30)(?:0[1-5]|11|2[1-8]|8[12])(?:0[0-4]|1[0-4]|2[0-4]|[34][0-4])[0-9]"
_COUNTRY = "(?:(?:00)?86[ .()+-]{0,4})?"
_MOBILE = "1[3-9][0-9]{9}"
_UNITS = "(?! ?[元万亿亩只头羽户人株吨斤米座个套平公千K㎡])"

_ATOM = re.compile(r"(\[[^\]]*\]|[0-9])(?:\{([0-9]+)(?:,([0-9]+))?\})?(\?)?")


def _spread(pattern: str, between: str) -> str:
    """A pattern of digits with something between any two of them."""
    pieces, at = [], 0
    while at < len(pattern):
        atom = _ATOM.match(pattern, at)
        if atom is None:
            pieces.append(pattern[at])
            at += 1
            continue
        least, most = int(atom[2] or 1), int(atom[3] or atom[2] or 1)
        times = f"{{{least},{most}}}" if (least, most) != (1, 1) else ""
        one = f"{atom[1]}{between}"
        pieces.append(f"(?:{one}){times}{atom[4] or ''}" if times or atom[4] else one)
        at = atom.end()
    return "".join(pieces)


def _groups(sizes: tuple[int, ...], between: str) -> str:
    """A mobile number in groups of digits."""
    first, *rest = sizes
    head = "1" + "[3-9]" * (first > 1) + f"[0-9]{{{first - 2}}}" * (first > 2)
    tail = [f"[0-9]{{{size}}}" for size in rest]
    if first == 1:
        tail[0] = "[3-9]" + f"[0-9]{{{rest[0] - 1}}}" * (rest[0] > 1)
    return between.join((head, *tail))


def _parts(total: int, least: int, most: int) -> Iterator[tuple[int, ...]]:
    if total == 0:
        yield ()
    for size in range(least, min(most, total) + 1):
        for rest in _parts(total - size, least, most):
            yield (size, *rest)


def _phones() -> Iterator[str]:
    """Mobile numbers: whole, in groups between spaces, dashes, brackets or dots, digit by digit."""
    yield f"{_COUNTRY}{_MOBILE}|1[.][3-9][0-9]{{9}}E[+]?10"
    grouped = [(first, *rest) for first in (3, 4, 5) for rest in _parts(11 - first, 2, 5) if len(rest) > 1]
    grouped += [(2, 2, 2, 2, 2, 1), (1, 2, 2, 2, 2, 2), (2, 2, 2, 2, 3), (2, 3, 3, 3), (3, 3, 3, 2), (4, 4, 2, 1)]
    no_date = "(?![0-9]{2,5}[ ()-]+(?:19|20)[0-9]{2}[ ()-]+[01]?[0-9][ ()-])"
    gap = "[ ()-]{1,4}"
    several = "|".join(_groups(sizes, gap) for sizes in sorted(set(grouped)))
    pair = "|".join(_groups(sizes, gap) for sizes in ((3, 8), (7, 4)))
    dotted = "|".join(_groups(sizes, " ?[.] ?") for sizes in ((3, 4, 4), (3, 3, 5), (3, 5, 3), (4, 4, 3), (4, 3, 4)))
    alone = "(?<![0-9][-.])"
    yield f"{alone}{_COUNTRY}(?:{no_date}(?:{several}|{pair})|{dotted})(?![-.][0-9]){_UNITS}"
    cut = "|".join(_groups((at, 11 - at), " {1,3}") for at in range(1, 11))
    yield f"{_COUNTRY}(?:{cut}){_UNITS}"
    yield _COUNTRY + "1[ .()-]{1,3}[3-9](?:[ .()-]{1,3}[0-9]){9}"


def _cards() -> Iterator[str]:
    """Cards of UnionPay (62 and 14 to 17 more digits) and the long ones of ICBC; codes of places are none."""
    no_place = f"(?!{_spread(_PLACE, '[ -]{0,3}')})"
    whole = "62[0-9]{14,17}"
    fours = "62[0-9]{2}(?:[ .()-]{1,3}[0-9]{4}){3}(?:[ .()-]{0,3}[0-9]{1,3})?"
    gap = "[ ()-]{1,3}(?=[0-9]{3}|[0-9]{1,2}(?![ ()-]{0,3}[0-9]))"  # what follows is a group, or the number's end
    pieces = f"62(?:(?:{gap})?[0-9]){{14,17}}"
    single = "6[ .()-]{1,3}2(?:[ .()-]{1,3}[0-9]){14,17}"
    yield f"{no_place}(?:{whole}|{fours}|{single}|{pieces})"
    yield _spread("9558[0-9]{15}", "[ .()-]{0,3}") + "|6[.]2[0-9]{8,17}E[+]?1[5-8]"


def _ids() -> Iterator[str]:
    """ID numbers of 18 characters, one of them perhaps missing, of 15 digits, and as a spreadsheet shows a long number."""
    for pattern, behind in (
        (f"{_REGION}(?:{_BORN}|19[0-9]{{6}}){_REST}", _CARD_OF),
        (f"{_REGION}[0-9]{{2}}{_DAY}[0-9]{{3}}", ""),
    ):
        yield _spread(pattern, _GROUPS) + behind
        yield _spread(pattern, _SINGLE)
    yield f"[1-8][.][0-9]{{5}}(?:19|20)[0-9]{{2}}{_DAY}[0-9]{{0,4}}E[+]?17"


_ID_PLAIN = f"{_REGION}(?:{_BORN}|{_BORN_LATELY})[0-9]{{3}}[0-9X]"
_BEHIND = "(?:证件|身份证|公民身份)[^0-9;\n]{0,10}"
_BANK = "(?:账号|帐号|账户|帐户|卡号|银行卡|存折|折号|一卡通|一折统|一折通|社保卡|惠农卡|农信卡|信用社|农商行|开户行)[^0-9;\n]{0,16}"
_CALLED = "(?:电话|座机|手机|联系)[^0-9;\n]{0,12}"


@dataclass(frozen=True)
class Shape:
    """A way in which a kind of number is written: what stands before it, itself, and what arithmetic has to say."""

    kind: str
    pattern: str
    before: str = ""
    check: Callable[[str], bool] | None = None

    def whole(self) -> str:
        """The regular expression; the number is its first group."""
        return f"{self.before}(?<![0-9])({self.pattern})(?![0-9])"


def _is_citizen(digits: str) -> bool:
    return len(digits) >= 18 and digits[:17].isdigit() and check_character(digits[:17]) == digits[17]


def _is_card(digits: str) -> bool:
    """Whether 16 to 19 digits have Luhn's sum."""
    if not 16 <= len(digits) <= 19:
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


SHAPES = (
    Shape(ID, f"(?:{_ID_PLAIN}|{_MOBILE}){{2,9}}"),
    *(Shape(ID, pattern) for pattern in _ids()),
    Shape(ID, "[0-9](?:[ .()-]{0,3}[0-9]){13,16}[ .()-]{0,3}[0-9X]", _BEHIND),
    Shape(ID, _spread(f"{_REGION}{_BORN_LATELY}[0-9]{{3}}[0-9X]", _ANY) + _CARD_OF, check=_is_citizen),
    *(Shape(ACCOUNT, pattern) for pattern in _cards()),
    Shape(ACCOUNT, f"(?!{_PLACE}[0-9]{{3}}(?![0-9]))[0-9](?:[ ()-]{{0,3}}[0-9]){{11,20}}", _BANK),
    Shape(ACCOUNT, _spread("(?:4|5|60|68|69|9[458]|62122[567])[0-9]{10,18}", "[ ()-]{0,3}"), check=_is_card),
    *(Shape(PHONE, pattern) for pattern in _phones()),
    Shape(LANDLINE, "0[1-9][0-9]{1,2}[ ()-]{0,3}[0-9]{3,4}[ -]?[0-9]{4}", _CALLED),
)


@cache
def _compiled() -> tuple[tuple[Shape, re.Pattern[str]], ...]:
    return tuple((shape, re.compile(shape.whole())) for shape in SHAPES)


# ---------------------------------------------------------------------------------------------------------- finding
@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text: where it begins and ends, its kind (Chinese), its digits."""

    start: int
    end: int
    kind: str
    digits: str


def find(text: str) -> tuple[Found, ...]:
    """The personal numbers of a text, in order."""
    if len(text) < LEAST or (len(text) in _NO_LENGTHS and text.isascii() and text.isdigit()):
        return ()
    return _find(text) if _RUN.search(text) else ()


@lru_cache(maxsize=4_000)
def _find(text: str) -> tuple[Found, ...]:
    signs, places = _translated(text)
    found = list(_matches(signs, places))
    if _SPOKEN_SIGNS.search(text):
        for one in found:  # what has been found is no part of another number
            signs = _without(signs, one, places)
        found += _matches(signs.translate(SPOKEN), places)
    return tuple(sorted(found, key=lambda one: one.start))


def _translated(text: str) -> tuple[str, list[int]]:
    """The text sign by sign, and where each sign stands in the text."""
    signs = text.translate(SIGNS)
    if len(signs) == len(text):
        return signs, list(range(len(text) + 1))
    places = [i for i, sign in enumerate(text) if SIGNS.get(ord(sign)) != ""]
    return signs, [*places, len(text)]


def _without(signs: str, one: Found, places: list[int]) -> str:
    return "".join("#" if one.start <= places[i] < one.end else sign for i, sign in enumerate(signs))


def _matches(signs: str, places: list[int]) -> Iterator[Found]:
    for shape, pattern in _compiled():
        taken: list[tuple[int, int]] = []
        for match in pattern.finditer(signs):
            written = match[1]
            digits = re.sub("[^0-9X]", "", written)
            start = match.start(1) + len(written) - len(written.lstrip(" .()-+"))
            end = match.end(1) - (len(written) - len(written.rstrip(" .()-+")))
            if shape.check is not None and not shape.check(digits):
                continue
            if shape.kind == ID and len(digits) == 18 and _is_company(digits):
                continue
            taken.append((start, end))
            yield Found(places[start], places[end - 1] + 1, shape.kind, digits)
        for start, end in taken:
            signs = signs[:start] + "#" * (end - start) + signs[end:]


def _is_company(digits: str) -> bool:
    """Whether 18 signs are a unified social credit code and no ID number."""
    try:
        return not _is_citizen(digits) and credit_code(digits, None) is not None
    except ValueError:
        return False


# ---------------------------------------------------------------------------------------------------------- masking
def scrub(text: str) -> str:
    """Free text with every personal number in it replaced by a mask: four stars and its last two signs."""
    text = clean(text)
    return masked(text, find(text))


def masked(text: str, found: tuple[Found, ...]) -> str:
    """The text with what was found in it masked."""
    for one in reversed(found):
        text = text[: one.start] + mask_tail(one.digits, 2) + text[one.end :]
    return text


def kinds(text: str) -> str:
    """The kinds of numbers in a text, as a sentence lists them; '' where there are none."""
    return _kinds(find(clean(text)))


def _kinds(found: tuple[Found, ...]) -> str:
    return "、".join(dict.fromkeys(one.kind for one in found))


def mask_cells(cells: list[Any], *, is_code: bool = False) -> dict[int, str]:
    """Mask the personal numbers in the cells of one column, in place.

    Of a column of codes a number alone is no account, however long: as a code it may be right.

    Returns:
        The positions of cells that held one, and of what kinds.
    """
    texts = {cell for cell in cells if type(cell) is str and len(cell) >= LEAST}
    series = pl.Series(list(texts), dtype=pl.String)
    likely = series.filter(series.str.contains(_RUN.pattern)).to_list() if texts else []
    known: dict[Any, tuple[str, str]] = {}
    for text in likely:
        written = clean(text)
        found = find(written)
        if is_code and written.isascii() and written.isalnum():
            found = tuple(one for one in found if one.kind != ACCOUNT)
        if found:
            known[text] = masked(written, found), _kinds(found)
    most = EXACT_LIMIT if is_code else LONGEST
    for number in {cell for cell in cells if type(cell) in (int, float) and 10 ** (LEAST - 1) <= abs(cell) < most}:
        written = f"{number:.0f}"
        if found := find(written):
            known[number] = masked(written, found), _kinds(found)
    if not known:
        return {}
    said = {i: known[cell][1] for i, cell in enumerate(cells) if type(cell) in (str, int, float) and cell in known}
    for i in said:
        cells[i] = known[cells[i]][0]
    return said


def shown_names(names: Sequence[str]) -> list[str]:
    """Names of sheets as they may be seen, each still another: those that are the same masked are numbered."""
    shown: list[str] = []
    for name in names:
        seen, number = scrub(name) if find(name) else name, 1
        while seen in shown and seen != name:
            number += 1
            seen = f"{scrub(name)}（{number}）"
        shown.append(seen)
    return shown


_HIDDEN = re.compile(r"[*]{4}[a-p]{8}")


def mask_path(path: str, token: Callable[[str], bytes]) -> str:
    """A path in which a keyed token of eight letters stands for each personal number, so that two paths stay two.

    `token` makes bytes of what was written; no digit of it is left, which might be taken for a year.
    """
    return "/".join(_mask_part(part, token) for part in path.split("/"))


def _mask_part(part: str, token: Callable[[str], bytes]) -> str:
    for one in reversed(find(part)):
        letters = "".join(chr(97 + half) for byte in token(part[one.start : one.end])[:4] for half in divmod(byte, 16))
        part = f"{part[: one.start]}****{letters}{part[one.end :]}"
    return part


def hides_numbers(path: str) -> bool:
    """Whether a path holds a personal number, or what `mask_path` has put in its place."""
    return bool(_HIDDEN.search(path)) or any(map(find, path.split("/")))
