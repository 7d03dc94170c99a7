"""Numbers in words and in words and digits mixed: 三百二十, 贰万, 3万5千, 零点五, 二〇二〇.

Strict: digits that say two numbers, or none for certain (二三十, 十几, 12万3), are no number.
"""

from __future__ import annotations

import re
from decimal import Decimal

_SAME = str.maketrans("〇○壹贰貳两兩叁參肆伍陆陸柒捌玖拾佰仟萬億", "零零一二二二二三三四五六六七八九十百千万亿")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_BIG = (("亿", 100_000_000), ("万", 10_000))
_TOKEN = re.compile(r"[0-9]+|[零一二三四五六七八九十百千]")
_YEAR = re.compile(
    r"(?<![零〇○一二三四五六七八九])[二一][零〇○O0九][零〇○O0一二三四五六七八九]{2}(?=年|$|[^零〇○一二三四五六七八九十])"
)
SIGNS = "零〇○一壹二贰貳两兩三叁參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟万萬亿億点點"


def number_in_words(text: str) -> Decimal | None:
    """The number that a text (without spaces) spells; None where it spells none, or leaves open which."""
    text = text.translate(_SAME).replace("點", "点")
    if "点" in text:
        return _with_decimals(text)
    if all(c in _DIGITS for c in text):
        # 二〇二〇 is a number digit by digit; 二三 may be two or three.
        if len(text) == 1 or (len(text) > 2 or "零" in text):
            return Decimal("".join(str(_DIGITS[c]) for c in text)) if text else None
        return None
    value = _whole(text)
    return None if value is None else Decimal(value)


def years_in_digits(text: str) -> str:
    """The text with years in words as digits: 二〇一九年 as 2019年, 二O二O年 as 2020年."""
    return _YEAR.sub(lambda match: "".join(_year_digit(c) for c in match[0]), text)


def _year_digit(sign: str) -> str:
    return "0" if sign in "O0" else str(_DIGITS[sign.translate(_SAME)])


def _with_decimals(text: str) -> Decimal | None:
    """三点二, 三点二万."""
    match = re.fullmatch(r"([^点]+)点([零一二三四五六七八九]+)([十百千万亿]?)", text)
    if match is None:
        return None
    whole = 0 if match[1] == "零" else _whole(match[1])
    if whole is None:
        return None
    exact = Decimal(f"{whole}." + "".join(str(_DIGITS[c]) for c in match[2]))
    return exact * ({**_POWERS, **dict(_BIG)}[match[3]] if match[3] else 1)


def _whole(text: str) -> int | None:
    """A whole number with 亿 and 万 in this order, each at most once."""
    total, last, rest = 0, 0, text
    for sign, size in _BIG:
        head, mark, tail = rest.partition(sign)
        if not mark:
            continue
        value = _section(head)
        if value is None or value == 0:
            return None
        total, last, rest = total + value * size, size, tail
    if not last:
        return _section(rest)
    if not rest:
        return total
    if rest in _DIGITS and rest != "零":  # 三万五 is 35000, 一亿二 is 120 million
        return total + _DIGITS[rest] * last // 10
    value = _section(rest)
    if value is None or re.fullmatch(r"[0-9]", rest):  # 12万3 may be 12.3万
        return None
    return total + value


def _section(text: str) -> int | None:
    """A number below ten thousand; powers of ten come in falling order."""
    tokens = _TOKEN.findall(text)
    if not tokens or "".join(tokens) != text:
        return None
    total, digit, last = 0, None, 10_000
    for place, token in enumerate(tokens):
        if token == "零":
            if digit is not None or place == len(tokens) - 1:
                return None if len(tokens) > 1 else 0
        elif token in _POWERS:
            power = _POWERS[token]
            if power >= last or (digit is None and (power != 10 or total)) or (digit or 0) > 9:
                return None
            total, digit, last = total + (1 if digit is None else digit) * power, None, power
        else:
            if digit is not None:
                return None
            digit = _DIGITS[token] if token in _DIGITS else int(token) if len(token) < 5 else 10_000
    if digit is None:
        return total
    if digit >= last:
        return None
    if last < 10_000 and tokens[-2] in _POWERS:
        if tokens[-1] not in _DIGITS:  # 3千5 may be 3500 or 3005
            return total + digit if digit > 9 else None
        return total + digit * (last // 10)  # 三百二 is 320
    return total + digit
