"""Names and numbers: valid by their standards, made up by their ranges."""

from __future__ import annotations

import csv
import random
import re
from datetime import datetime

import pytest

from simulator import people, places
from simulator.places import REFERENCE

KNOWN = places.counties()


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        # The example of GB 11643 itself, and one digit away from it.
        ("11010519491231002X", True),
        ("440524188001010014", True),
        ("110105194912310021", False),
    ],
)
def test_check_character_of_an_id_number(number: str, valid: bool) -> None:
    assert (people.id_check_char(number[:17]) == number[17]) is valid


def test_id_numbers_satisfy_the_standard_and_never_repeat() -> None:
    county = KNOWN["621121"]
    numbers = [people.id_number(county, no * people.PEOPLE_PER_HOUSEHOLD) for no in range(30_000)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers[:2_000]:
        assert re.fullmatch(r"6211\d{2}(19[4-9]\d)\d{7}[\dX]", number)
        datetime.strptime(number[6:14], "%Y%m%d")
        # ISO 7064 MOD 11-2, as a congruence instead of the table that the simulator uses.
        digits = [10 if char == "X" else int(char) for char in number]
        assert sum(digit * pow(2, 17 - i, 11) for i, digit in enumerate(digits)) % 11 == 1


def test_area_codes_are_unused_and_differ_between_counties() -> None:
    with (REFERENCE / "counties.csv").open(encoding="utf-8-sig") as handle:
        real = {row["adcode"] for row in csv.DictReader(handle)}
    areas = [people.unused_area(county) for county in KNOWN.values()]
    assert len(set(areas)) == len(areas)
    assert not real & set(areas)
    assert all(91 <= int(area[4:]) <= 99 for area in areas)


def test_credit_codes_satisfy_the_standard() -> None:
    rng = random.Random(1)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for _ in range(500):
        code = people.credit_code(KNOWN["621126"], rng)
        assert code.startswith("93")
        weighted = sum(alphabet.index(char) * 3**i for i, char in enumerate(code[:17]))
        assert (weighted + alphabet.index(code[17])) % 31 == 0


def test_a_real_credit_code_passes_the_check() -> None:
    # Published as the worked example of GB 32100-2015.
    assert people.uscc_check_char("91350100M000100Y4") == "3"


def test_phones_and_accounts_have_the_right_shape() -> None:
    rng = random.Random(2)
    for _ in range(200):
        assert re.fullmatch(r"154\d{8}", people.phone(rng))
        account = people.bank_account(rng)
        assert re.fullmatch(r"6299\d{15}", account)
        doubled = [int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(account))]
        assert sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
