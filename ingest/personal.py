"""Personal values: checked, then turned into keyed tokens and masks. Nothing else of them leaves the reader.

GB 11643 is the standard of the 18-digit citizen number (17 digits and a check character), GB 32100 that of the unified
social credit code of organisations.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from ingest.text import as_text, clean, narrow, seen

TOKEN_VERSION = "k1"
_BLOCK = 64  # bytes of a block of SHA-256
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {sign: value for value, sign in enumerate(_USCC_SIGNS)}
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_CITIZEN = re.compile(r"^[0-9]{17}[0-9X]\Z")
_POWER = re.compile(r"^\d(\.\d+)?[eE]\+?\d{2}\Z")
_MOBILE = re.compile(r"^1[3-9][0-9]{9}\Z")
_LANDLINE = re.compile(r"^0[0-9]{2,3}[0-9]{7,8}\Z|^[0-9]{7,8}\Z|^[48]00[0-9]{7}\Z")
_PHONES = re.compile(r"1[3-9][0-9]{9}|(?<![0-9-])0?[0-9]{2,3}-?[0-9]{7,8}(?![0-9])")
_ACCOUNT = re.compile(r"^[0-9]{12,21}\Z")
_IN_TEXT = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]|62\d{14,17})(?!\d)")
_BASE32 = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype=np.uint8)
_EPOCH = date(1970, 1, 1).toordinal()
_BLANK_CODES = frozenset({"", "-", "--", "/", "无", "無", "暂无"})
_CROSSES = str.maketrans("×✕ΧХ", "XXXX")  # what people write for the check character X
_ID_IN_TEXT = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])")
_ROUNDED = re.compile(r"^[0-9]{15}000\Z")
_ROUNDED_ACCOUNT = re.compile(r"^[0-9]{15}0{4,6}\Z")
_DIGIT_RUN = re.compile(r"[0-9]+(?:[ -][0-9]+)*")
_NOTE = re.compile(r"[(（][^()（）0-9]*[)）]")
_LOST = "长数字存成了数值，末几位已丢失，无法找回，请按文本重新填写"
EXACT_LIMIT = 1e15  # from here on a number in a workbook has lost digits


class PrecisionLost(ValueError):
    """The cell held a number so long that the spreadsheet rounded it."""


class TokenMaker:
    """HMAC-SHA256 under one key: equal values give equal tokens, and nobody without the key can go back or guess."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("the token key is shorter than 16 bytes")
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def __repr__(self) -> str:
        return "TokenMaker(…)"

    @property
    def fingerprint(self) -> str:
        """Equal for equal keys; says nothing of the key. Readings under another key have other tokens."""
        return self.digest("id", "fingerprint").hex()

    def __reduce__(self) -> Any:
        raise TypeError("a token maker does not travel; send the key by a private channel")

    def token(self, kind: str, value: str) -> str:
        """'k1:' and 26 letters of base32; kinds ('id', 'phone', 'bank') have separate key spaces."""
        return f"{TOKEN_VERSION}:{base64.b32encode(self.digest(kind, value)).decode().rstrip('=')}"

    def digest(self, kind: str, value: str) -> bytes:
        """The 16 bytes that a token spells: the head of an HMAC (RFC 2104), whose two blocks of the key are hashed once
        and not for each of millions of values."""
        inner = self._inner.copy()
        inner.update(f"{kind}:{value}".encode())
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()[:16]

    def digests(self, kind: str, values: Sequence[str]) -> np.ndarray:
        """The digests of many values, as rows of 16 bytes."""
        base = self._inner.copy()
        base.update(f"{kind}:".encode())
        found = bytearray()
        for value in values:
            inner, outer = base.copy(), self._outer.copy()
            inner.update(value.encode())
            outer.update(inner.digest())
            found += outer.digest()
        return np.frombuffer(bytes(found), dtype=np.uint8).reshape(-1, 32)[:, :16]

    @staticmethod
    def spelled(digests: np.ndarray) -> np.ndarray:
        """The tokens of digests (rows of 16 bytes) as rows of letters: what `token` gives for each."""
        bits = np.zeros((len(digests), 130), dtype=np.uint8)
        bits[:, :128] = np.unpackbits(digests, axis=1)
        letters = np.empty((len(digests), len(TOKEN_VERSION) + 27), dtype=np.uint8)
        letters[:, :-26] = np.frombuffer(f"{TOKEN_VERSION}:".encode(), dtype=np.uint8)
        letters[:, -26:] = _BASE32[bits.reshape(-1, 26, 5) @ np.array([16, 8, 4, 2, 1], dtype=np.uint8)]
        return letters

    @staticmethod
    def spell(digests: Sequence[bytes | None]) -> list[str | None]:
        """The tokens of digests, some of which may be missing."""
        present = b"".join(d for d in digests if d is not None)
        rows = TokenMaker.spelled(np.frombuffer(present, dtype=np.uint8).reshape(-1, 16))
        texts = iter(row.tobytes().decode() for row in rows)
        return [None if d is None else next(texts) for d in digests]


def digits_of(value: Any) -> str:
    """A code cell as text, half-width and without spaces; '' for a blank one.

    Raises:
        PrecisionLost: a number of 15 digits or more, or text in exponent form.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if abs(value) >= EXACT_LIMIT:
            raise PrecisionLost(_LOST)
        return f"{value:.0f}" if float(value).is_integer() else repr(value)
    if type(value) is str and value.isascii() and value.isalnum() and not _POWER.match(value):
        return value.upper()
    text = narrow(seen(value) if isinstance(value, str) else as_text(value)).strip("'‘’`").upper()
    if _POWER.match(text):
        raise PrecisionLost(_LOST)
    return re.sub(r"(?<=\d)\.0$", "", text)


def check_character(first17: str) -> str:
    """The check character of GB 11643 over 17 digits."""
    return CHECKS[(_weighed(first17[:6], 0) + _weighed(first17[6:14], 6) + _weighed(first17[14:], 14)) % 11]


@cache
def _weighed(digits: str, at: int) -> int:
    """The weighted sum of some digits of the number; parts recur (areas, birthdays), so each is summed once."""
    return sum(int(d) * w for d, w in zip(digits, WEIGHTS[at:], strict=False))


@cache
def born_wrongly(day: str) -> str | None:
    """What is wrong with a birth date of eight digits; None where it can be."""
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return "证件号中的出生日期不存在"
    return None if 1900 <= born.year <= 2099 else "证件号中的出生日期不对"


def citizen_id(value: Any) -> str | None:
    """The 18-character citizen number in a cell; None for a blank one.

    15-digit numbers of the old kind are extended; disability cards (20 or 22 characters) begin with the number.

    Raises:
        ValueError: length, birth date or check character is wrong. PrecisionLost: stored as a rounded number.
    """
    if type(value) is str and _CITIZEN.match(value):
        text = value
    else:
        text = _citizen_text(value)
    if not text:
        return None
    wrong = born_wrongly(text[6:14])
    if wrong:
        raise ValueError(wrong)
    if check_character(text[:17]) != text[17]:
        if _ROUNDED.match(text):
            raise PrecisionLost(_LOST)
        raise ValueError("证件号最后一位（校验位）不对，可能有数字写错")
    return text


def birth_and_sex(citizen: str) -> int:
    """Of an 18-character number that `citizen_id` has let pass: twice the birth date in days since 1970, and one more
    for a man (whose 17th character is odd). One whole number, so that a hundred thousand are soon taken apart."""
    return _birth_days(citizen[6:14]) * 2 + (citizen[16] in "13579")


@cache
def _birth_days(day: str) -> int:
    return date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal() - _EPOCH


def _citizen_text(value: Any) -> str:
    """17 digits and a digit or X, from everything that a cell may hold beside them; '' for a blank cell."""
    text = digits_of(value)
    if text in _BLANK_CODES:
        return ""
    text = text.translate(_CROSSES)
    if re.fullmatch(r"[0-9]{15}", text):
        text = text[:6] + "19" + text[6:]
        text += check_character(text)
    elif re.fullmatch(r"[0-9]{17}[0-9X][0-9][0-9A-Z](?:[0-9A-Z]{2})?", text):
        text = text[:18]
    elif len(text) != 18:
        text = _single_id(text)
    if len(text) != 18:
        raise ValueError(f"应为 18 位证件号，现在是 {len(text)} 位")
    if not _CITIZEN.match(text):
        raise ValueError("证件号应为 17 位数字加 1 位数字或 X")
    return text


def _single_id(text: str) -> str:
    """The one number in a text that says more (身份证号:…, …(户主), with dashes); the text where there is none."""
    whole = text.replace("-", "")
    found = _ID_IN_TEXT.findall(whole)
    if len(found) > 1:
        raise ValueError("一格里有几个证件号，请一格只填一个")
    return found[0] if found and not re.search("[0-9]", whole.replace(found[0], "")) else text


def phone_number(value: Any) -> str | None:
    """A mobile number of 11 digits, or a landline; None for a blank cell. ValueError for anything else.

    Of several numbers in one cell none is taken: which is the person's is not for the reader to say.
    """
    if type(value) is str and _MOBILE.match(value):
        return value
    text = digits_of(value) if value is not None else ""
    if text in _BLANK_CODES:
        return None
    if len(_PHONES.findall(text)) > 1:
        raise ValueError("一格里有几个号码，请一格只填一个")
    text = re.sub(r"^(?:\+|00)?86(?=1[3-9][0-9]{9}$)", "", re.sub("[-()]", "", _NOTE.sub("", text)))
    if _MOBILE.match(text) or _LANDLINE.match(text):
        return text
    raise ValueError("应为 11 位手机号，或带区号的固定电话")


def account_number(value: Any) -> str | None:
    """A bank account of 12 to 21 digits, a bank's name beside it or not; None for a blank cell.

    Raises:
        ValueError: length or signs are wrong, or there are several. PrecisionLost: stored as a rounded number.
    """
    if type(value) is str and _ACCOUNT.match(value) and not _ROUNDED_ACCOUNT.match(value):
        return value
    text = digits_of(value) if value is not None else ""
    if text in _BLANK_CODES:
        return None
    found = _DIGIT_RUN.findall(text)
    if len(found) > 1:
        raise ValueError("一格里有几个账号，请一格只填一个")
    number = found[0].replace("-", "") if found else ""
    if not _ACCOUNT.match(number) or re.search("[A-Z*]", text):
        raise ValueError("应为 12 至 21 位数字，按文本填写")
    if _ROUNDED_ACCOUNT.match(number):
        raise PrecisionLost(_LOST)
    return number


def credit_code(value: Any, prefix: str | None) -> str | None:
    """A unified social credit code (GB 32100), upper case; None for a blank cell.

    Raises:
        ValueError: length, signs, check character or the beginning are wrong.
    """
    text = digits_of(value)
    if text in _BLANK_CODES:
        return None
    if len(text) != 18:
        raise ValueError(f"统一社会信用代码应为 18 位，现在是 {len(text)} 位")
    if any(sign not in _USCC_VALUES for sign in text):
        raise ValueError("统一社会信用代码里有不允许的字符（不用字母 I、O、S、V、Z）")
    total = sum(_USCC_VALUES[s] * w for s, w in zip(text[:17], _USCC_WEIGHTS, strict=True))
    if _USCC_SIGNS[(31 - total % 31) % 31] != text[17]:
        raise ValueError("统一社会信用代码最后一位（校验位）不对，可能有字符写错")
    if prefix and not text.startswith(prefix):
        raise ValueError(f"统一社会信用代码应以 {prefix} 开头")
    return text


def mask_name(value: Any) -> str | None:
    """A person's surname and two stars, whatever the name's length; None for a blank cell."""
    text = as_text(value).lstrip()
    return f"{text[0]}**" if text else None


def mask_tail(text: str, shown: int = 4) -> str:
    """Stars and the last characters: ****1234."""
    return "****" + text[-shown:]


def mask_phone(text: str) -> str:
    return f"{text[:3]}****{text[-4:]}" if len(text) == 11 else "****" + text[-2:]


def mask_any(value: Any) -> str:
    """What an issue shows of a wrong personal value: its first and last character and its length."""
    text = narrow(as_text(value))
    if len(text) <= 4:
        return "*" * len(text)
    return f"{text[0]}{'*' * min(len(text) - 2, 30)}{text[-1]}（{len(text)} 位）"


def scrub(text: str) -> str:
    """Free text with what looks like an ID number, a mobile phone or a bank card replaced by a mask."""
    text = clean(text)
    if len(text) < 11:
        return text
    return _IN_TEXT.sub(lambda match: mask_tail(match[0], 2), text)


def scrub_code(text: str) -> str:
    """A code with a mask in the place of what cannot be one: a mobile phone, a valid ID number, or either within words.
    A long number that might be an account might be a code as well, and stays."""
    if not (text.isascii() and text.isalnum()):
        return scrub(text)
    if _MOBILE.match(text):
        return mask_tail(text, 2)
    try:
        is_citizen = len(text) == 18 and citizen_id(text) is not None
    except ValueError:
        is_citizen = False
    return mask_tail(text, 2) if is_citizen else text
