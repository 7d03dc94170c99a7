"""Households and the persons in them: who is registered, who has left poverty and when."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from simulator import people
from simulator.places import County, Village

POOR_STATUSES = ("未脱贫", "新识别", "返贫")
_SIZES, _SIZE_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8), (3, 9, 17, 28, 22, 13, 5, 3)
_LAST_BIRTH_YEAR = 2019
_FIRST_BIRTH_YEAR = 1925


@dataclass(frozen=True)
class Person:
    """One member of a household; ``no`` 0 is the head. ``key`` may stand in truth.json, the ID number may not."""

    no: int
    household_no: int
    name: str
    id_number: str
    sex: str
    """男 or 女, as the 17th digit of the number says."""
    born: date
    relation: str
    """户主, 配偶, 之子, 之女, 之父, 之母, 之儿媳, 之孙子 or 之孙女."""
    nation: str
    education: str
    """文盲或半文盲, 小学, 初中, 高中 or 大专及以上; '' for those at school and small children."""
    student_status: str
    """'' for who is not at school; 学前教育, 小学, 初中, 高中."""
    health: str
    labour_capacity: str

    @property
    def key(self) -> str:
        return f"{self.household_no}.{self.no}"

    def age(self, day: date) -> int:
        """Full years on ``day``."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Household:
    """One registered poor household, one that left poverty earlier, or an edge household (边缘户).

    ``status`` is that at the time of the award: 未脱贫, 新识别, 返贫, 边缘户, or 已脱贫 with its ``exit_year`` (2014-2019).
    A household that ``leaves_2020`` is still poor in the award roster and 已脱贫 in the register of the reporting date.
    """

    no: int
    village: Village
    group_name: str
    members: tuple[Person, ...]
    code: str
    poor_type: str
    status: str
    phone: str
    bank_account: str
    exit_year: int | None = None
    leaves_2020: bool = False
    leaves_by_industry: bool = False
    wants_insurance: bool = False
    """Drawn for about 80 % of the households that are no edge households; ``World.is_willing`` looks at their products."""
    is_quiet: bool = False
    """No form but the register itself names the household."""

    @property
    def head(self) -> Person:
        return self.members[0]

    @property
    def head_name(self) -> str:
        return self.members[0].name

    @property
    def head_id(self) -> str:
        return self.members[0].id_number

    @property
    def size(self) -> int:
        return len(self.members)

    @property
    def cap(self) -> int:
        """Yuan of industry money that the household may get in 2018-2020: 5000 a person, at most 30000."""
        return min(5000 * self.size, 30000)

    @property
    def is_edge(self) -> bool:
        return self.status == "边缘户"

    @property
    def registered_status(self) -> str:
        """What the register says at the reporting date: 未脱贫, 已脱贫 or 返贫."""
        if self.leaves_2020 or self.status == "已脱贫":
            return "已脱贫"
        return "返贫" if self.status == "返贫" else "未脱贫"

    @property
    def registered_exit_year(self) -> int | None:
        return 2020 if self.leaves_2020 else self.exit_year

    @property
    def is_out(self) -> bool:
        return self.registered_status == "已脱贫"


class Founder:
    """Makes the households of one county; each has its own numbers, and no person comes twice."""

    def __init__(self, county: County, rng: random.Random) -> None:
        self._county, self._rng = county, rng
        self._numbers = people.MemberNumbers(county)

    def on_roster(self, village: Village, no: int) -> Household:
        """A household of the award roster: poor at the start of 2020, or on the edge."""
        status = self._rng.choices(("未脱贫", "新识别", "返贫", "边缘户"), (70, 9, 5, 16))[0]
        leaves = status != "边缘户" and self._rng.random() < 0.35
        by_industry = leaves and self._rng.random() < 0.6
        return self._household(village, no, status, leaves_2020=leaves, leaves_by_industry=by_industry)

    def exited(self, village: Village, no: int, is_quiet: bool) -> Household:
        """A registered household that left poverty before 2020."""
        year = self._rng.choices((2014, 2015, 2016, 2017, 2018, 2019), (1, 1, 2, 3, 4, 5))[0]
        return self._household(village, no, "已脱贫", exit_year=year, is_quiet=is_quiet)

    def _household(self, village: Village, no: int, status: str, **more: bool | int) -> Household:
        rng = self._rng
        return Household(
            no=no,
            village=village,
            group_name=f"{'一二三四五六七八'[rng.randrange(8)]}{'社' if no % 2 else '组'}",
            members=self._family(no, rng.choices(_SIZES, _SIZE_WEIGHTS)[0]),
            code=f"{self._county.code}{no + 1:06d}",
            poor_type=rng.choices(("一般贫困户", "低保贫困户", "五保(特困)贫困户"), (62, 33, 5))[0],
            status=status,
            phone=people.phone(rng),
            bank_account=people.bank_account(rng),
            wants_insurance=status != "边缘户" and rng.random() < 0.85,
            **more,  # type: ignore[arg-type]
        )

    def _family(self, no: int, size: int) -> tuple[Person, ...]:
        """The head and ``size - 1`` others; always someone between 16 and 70, so that an old head is not alone."""
        rng = self._rng
        number = people.id_number(self._county, no * people.PEOPLE_PER_HOUSEHOLD)
        born = people.born_on(number)
        head = self._person(no, 0, number, born, "户主", people.name(self._county, rng, people.is_male(number)))
        is_old = born.year < 1951
        size = max(size, 2) if is_old else size
        members = [head]
        for relation, first, last, male in self._relatives(head, size - 1, is_old):
            drawn, day = self._numbers.draw(date(first, 1, 1), date(last, 12, 31), male, rng)
            marries_in = relation in ("配偶", "之母", "之儿媳")
            name = (
                people.name(self._county, rng, male)
                if marries_in
                else people.relative_name(self._county, rng, male, head.name)
            )
            members.append(self._person(no, len(members), drawn, day, relation, name))
        return tuple(members)

    def _relatives(self, head: Person, count: int, is_old: bool) -> list[tuple[str, int, int, bool]]:
        """(relation, first and last year of birth, is male) of the other members, nearest relatives first."""
        rng, year, male = self._rng, head.born.year, head.sex == "男"
        found: list[tuple[str, int, int, bool]] = []
        if is_old and count:
            found.append(("之子", year + 21, year + 30, True))
        if len(found) < count and rng.random() < 0.88:
            found.append(("配偶", max(1946, year - 4), min(2000, year + 4), not male))
        if year >= 1960:
            for relation, is_father in (("之父", True), ("之母", False)):
                if len(found) < count and count > 2 and rng.random() < 0.3:
                    found.append((relation, max(_FIRST_BIRTH_YEAR, year - 34), year - 20, is_father))
        if is_old and len(found) < count and rng.random() < 0.6:
            found.append(("之儿媳", year + 21, year + 31, False))
        while len(found) < count:
            is_son = rng.random() < 0.53
            if is_old:
                found.append(("之孙子" if is_son else "之孙女", year + 48, min(_LAST_BIRTH_YEAR, year + 66), is_son))
            else:
                found.append(("之子" if is_son else "之女", year + 21, min(_LAST_BIRTH_YEAR, year + 38), is_son))
        return found

    def _person(self, household_no: int, no: int, number: str, born: date, relation: str, name: str) -> Person:
        rng, age = self._rng, 2020 - born.year
        health = rng.choices(("健康", "长期慢性病", "患有大病", "残疾"), (90, 4, 1, 5) if age < 50 else (66, 20, 5, 9))[
            0
        ]
        education, student = _schooling(age, rng)
        return Person(
            no, household_no, name, number, "男" if people.is_male(number) else "女", born, relation,
            _nation(self._county, rng), education, student, health, _labour(age, health, student, rng),
        )  # fmt: skip


def _nation(county: County, rng: random.Random) -> str:
    if county.prefecture_code == "623000":
        return "藏族" if rng.random() < 0.7 else "汉族"
    if county.prefecture_code == "622900":
        return rng.choices(("回族", "东乡族", "汉族", "保安族"), (35, 35, 27, 3))[0]
    return "汉族"


def _schooling(age: int, rng: random.Random) -> tuple[str, str]:
    """(education, status at school); who is at school has not finished any."""
    for oldest, status in ((2, ""), (6, "学前教育"), (12, "小学"), (15, "初中"), (18, "高中")):
        if age <= oldest and (age <= 15 or rng.random() < 0.8):
            return "", status
    weights = (4, 15, 55, 18, 8) if age < 40 else (28, 45, 23, 4, 0)
    return rng.choices(("文盲或半文盲", "小学", "初中", "高中", "大专及以上"), weights)[0], ""


def _labour(age: int, health: str, student: str, rng: random.Random) -> str:
    if age < 16 or student or age > 70:
        return "无劳动力"
    if health in ("患有大病", "残疾"):
        return rng.choice(("弱劳动力", "丧失劳动力"))
    if age > 60:
        return "弱劳动力"
    return "技能劳动力" if rng.random() < 0.06 else "普通劳动力"
