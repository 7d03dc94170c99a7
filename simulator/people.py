"""People and legal bodies that do not exist: names, ID numbers, credit codes, phones and accounts.

Check digits are valid (GB 11643, GB 11714, GB 32100, Luhn), ranges are unused: area codes end in 91-99, which no
county-level unit of Gansu has ever had; phones start with 154, accounts with 6299, which nobody issues.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from simulator.places import County

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_FIRST_BIRTH = date(1946, 1, 1)
_BIRTH_DAYS = (date(1995, 12, 31) - _FIRST_BIRTH).days + 1
_SEQUENCES = 998
_STRIDE = 7_368_787  # prime, so that neighbours in a village get birth dates far apart and no number comes twice
_STRIDE_INVERSE = pow(_STRIDE, -1, _BIRTH_DAYS * _SEQUENCES)

PEOPLE_PER_HOUSEHOLD = 16
"""Numbers kept for one household: the head is 0, members 1-15."""

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚汪"
_MUSLIM_SURNAMES = "马马马马马妥唐祁牟喇鲁拜汪白张王李杨"
_MALE = "建国军强伟平文明志勇海龙永福成德忠生贵全宝银金富有才学义仁俊杰斌武虎林刚旺兴祥"
_FEMALE = "秀英芳兰霞桂花梅凤珍红玲芬燕娟莲香彩琴翠巧菊月春爱玉淑改转娥"
_MUSLIM_MALE = ("尤素夫", "穆罕默德", "阿卜都", "哈木则", "伊布拉", "苏来麻", "乙奴", "努海", "艾优", "舍木苏")
_MUSLIM_FEMALE = ("法图麦", "阿伊舍", "海迪者", "索菲亚", "麦尔燕", "祖来哈", "色菲叶", "哈力麦")
_TIBETAN_MALE = (
    "扎西才让",
    "才让东珠",
    "丹增",
    "贡保加",
    "索南扎西",
    "旦正才让",
    "完么才让",
    "加央",
    "次仁多吉",
    "桑杰加",
)
_TIBETAN_FEMALE = ("卓玛草", "才让卓玛", "拉毛草", "德吉卓玛", "桑吉草", "旦正措", "央金拉姆", "仁青措")


def id_check_char(first17: str) -> str:
    """The 18th character of a citizen's number (GB 11643)."""
    return _ID_CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def uscc_check_char(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100)."""
    total = sum(_USCC_VALUE[char] * weight for char, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def unused_area(county: County) -> str:
    """Six digits shaped like the county's area code and never assigned: its prefecture, then 91-99."""
    return f"{county.prefecture_code[:4]}{91 + county.ordinal % 9}"


def id_number(county: County, person_no: int) -> str:
    """The ID number of the county's n-th adult; distinct for person numbers below some 18 million.

    Heads of households have the multiples of ``PEOPLE_PER_HOUSEHOLD``; the numbers between are for ``MemberNumbers``.
    """
    slot = (person_no + int(county.code)) * _STRIDE % (_BIRTH_DAYS * _SEQUENCES)
    born = _FIRST_BIRTH + timedelta(days=slot % _BIRTH_DAYS)
    first17 = f"{unused_area(county)}{born:%Y%m%d}{slot // _BIRTH_DAYS + 1:03d}"
    return first17 + id_check_char(first17)


class MemberNumbers:
    """ID numbers of the household members of one county, children too: never twice, and never one of a head.

    A head's number follows from the household's own number alone, so that members move no head. Whether a number
    could be a head's is answered by the inverse of the formula; what members hold is remembered.
    """

    def __init__(self, county: County) -> None:
        self._county = county
        self._used: set[str] = set()

    def draw(self, first: date, last: date, male: bool, rng: random.Random) -> tuple[str, date]:
        """A number and the birth date in it, from ``first`` to ``last``."""
        days = (last - first).days + 1
        while True:
            born = first + timedelta(days=int(rng.random() * days))
            sequence = 2 * int(rng.random() * (_SEQUENCES // 2)) + (1 if male else 2)
            first17 = f"{unused_area(self._county)}{born:%Y%m%d}{sequence:03d}"
            if first17 not in self._used and not self._may_be_heads(born, sequence):
                self._used.add(first17)
                return first17 + id_check_char(first17), born

    def _may_be_heads(self, born: date, sequence: int) -> bool:
        day = (born - _FIRST_BIRTH).days
        if not 0 <= day < _BIRTH_DAYS:
            return False
        slots = _BIRTH_DAYS * _SEQUENCES
        person_no = ((day + (sequence - 1) * _BIRTH_DAYS) * _STRIDE_INVERSE - int(self._county.code)) % slots
        return person_no % PEOPLE_PER_HOUSEHOLD == 0


def born_on(number: str) -> date:
    """The birth date that an ID number states."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_male(number: str) -> bool:
    """The 17th digit of an ID number is odd for men."""
    return int(number[16]) % 2 == 1


def credit_code(county: County, rng: random.Random, prefix: str = "93") -> str:
    """A unified social credit code: the prefix, an unused area, an organisation code, the check character.

    ``prefix``: 93 cooperative, 91 company, 92 family farm (individual business), 51 association, N2 rural collective.
    """
    body = "".join(rng.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=8))
    total = sum((int(char, 36)) * weight for char, weight in zip(body, _ORG_WEIGHTS, strict=True)) % 11
    # An organisation code may end in X (10), which the credit code's alphabet holds as well.
    organisation = body + {0: "0", 1: "X"}.get(total, str(11 - total))
    first17 = f"{prefix}{unused_area(county)}{organisation}"
    return first17 + uscc_check_char(first17)


def phone(rng: random.Random) -> str:
    return f"154{rng.randrange(10**8):08d}"


def bank_account(rng: random.Random) -> str:
    """Nineteen digits with a Luhn check digit."""
    body = f"6299{rng.randrange(10**14):014d}"
    total = 0
    for place, char in enumerate(reversed(body)):
        digit = int(char) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return f"{body}{-total % 10}"


def name(county: County, rng: random.Random, male: bool) -> str:
    """A made-up name of the kind that is common in the county."""
    draw = rng.random()
    if county.prefecture_code == "623000" and draw < 0.6:
        given = rng.choice(_TIBETAN_MALE if male else _TIBETAN_FEMALE)
        return f"{given[:2]}·{given[2:]}" if len(given) == 4 and draw < 0.08 else given
    if county.prefecture_code == "622900":
        if draw < 0.35:
            return "马" + rng.choice(_MUSLIM_MALE if male else _MUSLIM_FEMALE)
        surname = rng.choice(_MUSLIM_SURNAMES)
    else:
        surname = rng.choice(_SURNAMES)
    letters = _MALE if male else _FEMALE
    return surname + "".join(rng.choice(letters) for _ in range(2 if draw > 0.25 else 1))


def relative_name(county: County, rng: random.Random, male: bool, of: str) -> str:
    """A name for a relative of ``of``: the same surname where both have one of those that families hand on."""
    own = name(county, rng, male)
    return of[0] + own[1:] if of[0] in _SURNAMES and own[0] in _SURNAMES else own
