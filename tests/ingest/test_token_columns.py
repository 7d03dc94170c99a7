"""A whole column of personal values gives what its cells give one by one, plain or not."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ingest import personal
from ingest.columns import Column, birth_date_of, sex_of
from ingest.personal import TokenMaker, check_character
from ingest.token_columns import read_tokens

TOKENS = TokenMaker(b"a key that is only used in tests")
READ = {
    "id_number": (personal.citizen_id, personal.mask_tail, "id"),
    "phone": (personal.phone_number, personal.mask_phone, "phone"),
    "bank_account": (personal.account_number, personal.mask_tail, "bank"),
}


def cells() -> list[Any]:
    """Made-up numbers, right and wrong in every way, among cells of every other kind."""
    chance = random.Random(3)
    found: list[Any] = []
    for _ in range(400):
        day = f"{chance.randint(1900, 2099)}{chance.randint(1, 12):02d}{chance.randint(1, 31):02d}"
        first = f"621121{day}{chance.randint(0, 999):03d}"
        found.append(first + check_character(first))
    found += [text[:-1] + chance.choice("0123456789Xx") for text in found[:100]]
    found += [text.lower() for text in found[:40]] + [f" {text}" for text in found[:20]]
    found += ["无", "汉" * 18, "\u0663" * 18, "１" * 18, "12345678901234567汉", "6" * 22, "62" * 8, "021-12345678"]
    found += ["13311112222", "12311112222", "1331111222\u0662", "12345678", 13311112222.0, 13.5, 1.33e10, 6.2e17, 1.0]
    found += [19999999999.0, None, "", "", True]
    chance.shuffle(found)
    return found


@pytest.mark.parametrize("kind", sorted(READ))
def test_a_column_gives_what_its_cells_give(kind: str) -> None:
    read, mask, space = READ[kind]
    column = Column(field="who", type=kind, header="号码", required="no")
    parsed = read_tokens(column, cells(), TOKENS, kind == "id_number")
    token, shown = parsed.series["who_token"].to_list(), parsed.series["who_mask"].to_list()
    wrong = {row for row, _ in parsed.problems}
    for row, value in enumerate(cells()):
        try:
            clear, is_wrong = read(value), False
        except ValueError:
            clear, is_wrong = None, True
        assert token[row] == (TOKENS.token(space, clear) if clear else None)
        assert shown[row] == (mask(clear) if clear else None)
        assert (row in wrong) == is_wrong
        if kind == "id_number":
            sex, born = parsed.series[sex_of("who")][row], parsed.series[birth_date_of("who")][row]
            assert (sex is None) == (born is None) == (clear is None)
            assert clear is None or (f"{born:%Y%m%d}", sex) == (clear[6:14], "男" if int(clear[16]) % 2 else "女")
