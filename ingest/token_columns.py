"""Columns of personal values to tokens and masks: the plain cells as whole arrays, everything else cell by cell.

Plain is what nearly all cells are: 17 digits and a check character, 11 digits of a mobile number, digits of an account.
What is not plain or not right is left to `personal`, which knows every other way to write them, and what to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from ingest import issues, personal
from ingest.columns import Column, birth_date_of, sex_of
from ingest.personal import PrecisionLost, TokenMaker
from ingest.series import Parsed, Problem, Values, Wrong, by_value

Bytes = np.ndarray  # of uint8: one row per value


@dataclass(frozen=True)
class _Kind:
    """A kind of personal value: its key space, how one cell is read and masked, the code of a wrong one; which cells are
    plain (texts or None), which of those are right, and their masks."""

    name: str
    read: Callable[[Any], str | None]
    mask: Callable[[str], str]
    code: str
    plain: Callable[[Any], str | None]
    right: Callable[[list[str]], np.ndarray]
    masks: Callable[[list[str]], Bytes]


def read_tokens(column: Column, cells: list[Any], tokens: TokenMaker, derives: bool) -> Parsed:
    """Token and mask of each cell; with `derives`, of an ID number also sex and birth date."""
    kind = _KINDS[column.type]
    texts = list(map(kind.plain, cells))
    plain = np.array([text is not None for text in texts], dtype=bool)
    written = [text for text in texts if text is not None]
    plain[plain] = kind.right(written)
    good = [text for text, is_good in zip(texts, plain, strict=True) if is_good and text is not None]
    token = _series(f"{column.field}_token", plain, tokens.spelled(tokens.digests(kind.name, good)))
    mask = _series(f"{column.field}_mask", plain, kind.masks(good))
    births = np.zeros(len(cells), dtype=np.int64)
    if derives:
        births[plain] = [personal.birth_and_sex(text) for text in good]
    known = plain.copy()
    rest = [i for i in np.flatnonzero(~plain).tolist() if cells[i] != "" and cells[i] is not None]
    problems: list[tuple[int, Problem]] = []
    if rest:
        found, wrong = by_value([cells[i] for i in rest], _one_by_one(column, kind, tokens, derives), 3)
        problems = [(rest[i], problem) for i, problem in wrong]
        token = token.scatter(rest, tokens.spell(found[0]))
        mask = mask.scatter(rest, found[1])
        births[rest] = [birth or 0 for birth in found[2]]
        known[rest] = [value is not None for value in found[1]]
    series = {token.name: token, mask.name: mask}
    if derives:
        series |= _derived(column.field, births, known)
    return Parsed(series, problems)


def _one_by_one(column: Column, kind: _Kind, tokens: TokenMaker, derives: bool) -> Callable[[Any], Values]:
    code = column.rule if column.type == "id_number" and column.rule else kind.code

    def convert(value: Any) -> Values:
        try:
            clear = kind.read(value)
        except PrecisionLost:
            raise
        except ValueError as error:
            raise Wrong(code, str(error)) from None
        if clear is None:
            return None, None, None
        return tokens.digest(kind.name, clear), kind.mask(clear), personal.birth_and_sex(clear) if derives else None

    return convert


def _derived(field: str, births: np.ndarray, known: np.ndarray) -> dict[str, pl.Series]:
    both, is_known = pl.Series(births), pl.Series(known)
    sex = pl.when(~is_known).then(None).when(both % 2 == 1).then(pl.lit("男")).otherwise(pl.lit("女"))
    born = pl.when(is_known).then((both // 2).cast(pl.Int32).cast(pl.Date))
    names = sex_of(field), birth_date_of(field)
    found = pl.select(sex.alias(names[0]), born.alias(names[1]))
    return {name: found[name] for name in names}


def _series(name: str, present: np.ndarray, texts: Bytes) -> pl.Series:
    """Texts of equal length as a column, nulls between them where nothing is present."""
    offsets = np.zeros(len(present) + 1, dtype=np.int32)
    np.cumsum(present * texts.shape[1], out=offsets[1:])
    valid = pa.py_buffer(np.packbits(present, bitorder="little").tobytes())
    buffers = [valid, pa.py_buffer(offsets.tobytes()), pa.py_buffer(texts.tobytes())]
    found = pl.from_arrow(pa.Array.from_buffers(pa.string(), len(present), buffers))
    assert isinstance(found, pl.Series)
    return found.alias(name)


def _letters(texts: list[str], length: int) -> Bytes:
    """ASCII texts of one length as rows of bytes."""
    return np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8).reshape(-1, length)


# ---------------------------------------------------------------------------------------------------- citizen numbers
_WEIGHTS = np.array(personal.WEIGHTS, dtype=np.int64)
_CHECKS = np.frombuffer(personal.CHECKS.encode(), dtype=np.uint8)


def _plain_citizen(value: Any) -> str | None:
    return value if type(value) is str and len(value) == 18 and value.isascii() else None


def _right_citizens(texts: list[str]) -> np.ndarray:
    letters = _letters(texts, 18)
    digits = letters[:, :17].astype(np.int64) - ord("0")
    right = ((digits >= 0) & (digits <= 9)).all(axis=1)
    right &= _CHECKS[(digits @ _WEIGHTS) % 11] == letters[:, 17]
    days = [text[6:14] for text in texts]
    possible = {day: day.isdigit() and personal.born_wrongly(day) is None for day in set(days)}
    return right & np.array([possible[day] for day in days], dtype=bool)


# ------------------------------------------------------------------------------------------- phones and bank accounts
def _plain_phone(value: Any) -> str | None:
    if type(value) is float and 1.3e10 <= value < 2e10 and value.is_integer():
        return f"{value:.0f}"
    return value if type(value) is str and len(value) == 11 and value.isascii() and value.isdigit() else None


def _right_phones(texts: list[str]) -> np.ndarray:
    letters = _letters(texts, 11)
    return (letters[:, 0] == ord("1")) & (letters[:, 1] >= ord("3"))


def _phone_masks(texts: list[str]) -> Bytes:
    masks = _letters(texts, 11).copy()
    masks[:, 3:7] = ord("*")
    return masks


def _plain_account(value: Any) -> str | None:
    return value if type(value) is str and 12 <= len(value) <= 21 and value.isascii() and value.isdigit() else None


def _all_right(texts: list[str]) -> np.ndarray:
    return np.ones(len(texts), dtype=bool)


def _tail_masks(texts: list[str]) -> Bytes:
    masks = np.full((len(texts), 8), ord("*"), dtype=np.uint8)
    masks[:, 4:] = _letters([text[-4:] for text in texts], 4)
    return masks


_KINDS = {
    "id_number": _Kind(
        "id", personal.citizen_id, personal.mask_tail, "R67", _plain_citizen, _right_citizens, _tail_masks
    ),
    "phone": _Kind(
        "phone", personal.phone_number, personal.mask_phone, issues.BAD_PHONE, _plain_phone, _right_phones, _phone_masks
    ),
    "bank_account": _Kind(
        "bank", personal.account_number, personal.mask_tail, issues.BAD_ACCOUNT, _plain_account, _all_right, _tail_masks
    ),
}
