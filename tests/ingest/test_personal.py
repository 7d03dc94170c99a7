"""Personal values: checks, tokens, masks. All numbers here are made up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable

import pytest

from ingest import personal, personal_text
from ingest.personal import PrecisionLost, TokenMaker

KEY = b"0123456789abcdef0123456789abcdef"
GOOD_17 = "62112119800307123"
GOOD = GOOD_17 + personal.check_character(GOOD_17)


def test_check_character_of_the_standards_example() -> None:
    # GB 11643-1999, annex: 11010519491231002X
    assert personal.check_character("11010519491231002") == "X"


@pytest.mark.parametrize("shape", ["{}", " {} ", "'{}", "{}\n"])
def test_citizen_numbers(shape: str) -> None:
    assert personal.citizen_id(shape.format(GOOD)) == GOOD


def test_lower_case_full_width_and_spaces() -> None:
    assert personal.citizen_id("11010519491231002x") == "11010519491231002X"
    assert personal.citizen_id("１１０１０５ １９４９１２３１ ００２Ｘ") == "11010519491231002X"


def test_fifteen_digits_are_extended() -> None:
    found = personal.citizen_id("110105491231002")
    assert found == "11010519491231002X"


@pytest.mark.parametrize("tail", ["42", "42B1"])
def test_disability_cards_begin_with_the_number(tail: str) -> None:
    assert personal.citizen_id("11010519491231002X" + tail) == "11010519491231002X"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("11010519491231002" + "1", "校验位"),
        ("110105194912310021", "校验位"),
        ("11010519491331002X", "出生日期"),
        ("11010519490230002X", "出生日期"),
        ("1101051949123100", "18 位"),
        ("A1010519491231002X", "17 位数字"),
        ("张三", "18 位"),
    ],
)
def test_wrong_numbers_say_why_and_not_what(cell: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        personal.citizen_id(cell)
    assert cell not in str(caught.value)


@pytest.mark.parametrize("cell", [6.2112119800307123e17, "6.21E+17", 1e15])
def test_rounded_numbers_are_lost(cell: object) -> None:
    with pytest.raises(PrecisionLost):
        personal.citizen_id(cell)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [("13311112222", "13311112222"), (13311112222.0, "13311112222"), ("13311112222.0", "13311112222"),
     ("133 1111 2222", "13311112222"), ("0931-8888888", "09318888888"), ("(0931)8888888", "09318888888"),
     ("+8613311112222", "13311112222"), ("13311112222\n", "13311112222"), ("", None), ("无", None)],
)  # fmt: skip
def test_phones(cell: object, phone: str | None) -> None:
    assert personal.phone_number(cell) == phone


@pytest.mark.parametrize("cell", ["1331111222", "133****2222", "12311112222", "电话"])
def test_wrong_phones(cell: str) -> None:
    with pytest.raises(ValueError):
        personal.phone_number(cell)


def test_accounts() -> None:
    for cell in ("6210 0000 0000 0001 234", "6210000000000001234\n", "'6210000000000001234"):
        assert personal.account_number(cell) == "6210000000000001234"
    with pytest.raises(ValueError):
        personal.account_number("621000")
    with pytest.raises(PrecisionLost):
        personal.account_number(6.21e18)


def test_credit_codes() -> None:
    # 91350100M000100Y43 is the example of GB 32100-2015.
    assert personal.credit_code("91350100M000100Y43", "91") == "91350100M000100Y43"
    assert personal.credit_code("91350100m000100y43", None) == "91350100M000100Y43"
    for wrong in ("91350100M000100Y44", "91350100I000100Y43", "620121000012345", "91350100M000100Y4"):
        with pytest.raises(ValueError):
            personal.credit_code(wrong, None)
    with pytest.raises(ValueError, match="93"):
        personal.credit_code("91350100M000100Y43", "93")


def test_token_is_hmac_sha256_in_base32() -> None:
    expected = base64.b32encode(hmac.new(KEY, f"id:{GOOD}".encode(), hashlib.sha256).digest()[:16]).decode().rstrip("=")
    assert TokenMaker(KEY).token("id", GOOD) == f"k1:{expected}"
    assert re.fullmatch(r"k1:[A-Z2-7]{26}", f"k1:{expected}")


def test_tokens_differ_by_key_kind_and_value() -> None:
    maker = TokenMaker(KEY)
    tokens = {
        maker.token("id", GOOD),
        maker.token("phone", GOOD),
        TokenMaker(KEY[::-1]).token("id", GOOD),
        maker.token("id", "x"),
    }
    assert len(tokens) == 4


def test_many_tokens_at_once_are_the_same() -> None:
    maker = TokenMaker(KEY)
    digests = [maker.digest("bank", str(i)) for i in range(50)]
    assert maker.spell([digests[0], None, *digests[1:]]) == [
        maker.token("bank", "0"),
        None,
        *[maker.token("bank", str(i)) for i in range(1, 50)],
    ]


def test_masks() -> None:
    assert personal.mask_name("欧阳锋") == "欧**"
    assert personal.mask_name("张　三") == "张**"
    assert personal.mask_name("才让·卓玛") == "才**"
    assert personal.mask_name("") is None
    assert personal.mask_phone("13311112222") == "133****2222"
    assert personal.mask_tail("6210000000000001234") == "****1234"
    assert "0105194912" not in personal.mask_any("11010519491231002X")


def test_free_text_is_scrubbed() -> None:
    assert GOOD not in personal_text.scrub(f"户主{GOOD}电话13311112222")
    assert "13311112222" not in personal_text.scrub(f"户主{GOOD}电话13311112222")
    assert (
        personal_text.scrub("项目共计12个，总投资1200000.55元，村代码621121100200")
        == "项目共计12个，总投资1200000.55元，村代码621121100200"
    )


def test_a_key_is_not_shown_and_does_not_travel() -> None:
    import pickle

    maker = TokenMaker(KEY)
    assert KEY.decode() not in repr(maker)
    with pytest.raises(TypeError):
        pickle.dumps(maker)


STANDARD = "11010519491231002X"  # the example of GB 11643


@pytest.mark.parametrize(
    "cell",
    [
        f"身份证号：{STANDARD}",
        f"{STANDARD}（户主）",
        "110105-19491231-002X",
        "11010519491231002×",
        "１１０１０５１９４９１２３１００２ｘ",
        STANDARD + "71B1",
        STANDARD + "12",
    ],
)
def test_what_stands_beside_an_id_number(cell: str) -> None:
    assert personal.citizen_id(cell) == STANDARD


@pytest.mark.parametrize("cell", ["", "无", "/", "-"])
def test_nothing_is_no_number_of_anybody(cell: object) -> None:
    assert personal.citizen_id(cell) is None
    assert personal.credit_code(cell, None) is None
    assert personal.phone_number(cell) is None and personal.account_number(cell) is None


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (personal.citizen_id, f"{GOOD}、{GOOD}"),
        (personal.phone_number, "13311112222、13311112223"),
        (personal.phone_number, "13311112222 13311112223"),
        (personal.phone_number, "13311112222/0931-8888888"),
        (personal.account_number, "6210000000000001234、6210000000000001235"),
    ],
)
def test_of_several_none_is_taken(read: Callable[[object], str | None], cell: str) -> None:
    with pytest.raises(ValueError, match="几个"):
        read(cell)


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (personal.citizen_id, "110105194912310000"),
        (personal.citizen_id, 1.10105194912310e17),
        (personal.account_number, "6210000000000010000"),
        (personal.account_number, "6.21E+18"),
    ],
)
def test_text_of_a_rounded_number_is_lost(read: Callable[[object], str | None], cell: object) -> None:
    with pytest.raises(PrecisionLost, match="无法找回"):
        read(cell)


def test_phones_and_accounts_with_words_beside() -> None:
    assert personal.phone_number("13311112222(本人)") == personal.phone_number("0086-13311112222") == "13311112222"
    assert personal.phone_number("400-820-8820") == "4008208820"
    assert personal.account_number("农行 6210 0000 0000 0001 234") == "6210000000000001234"
    for wrong in ("13311112222转8", "9318888888"):
        with pytest.raises(ValueError):
            personal.phone_number(wrong)
    with pytest.raises(ValueError):
        personal.account_number("62100000****0001234")
