"""F11 培训花名册: one row per person and course; nobody attends twice, and a household has one 科技明白人."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, good, village_row
from simulator.households import Household, Person
from simulator.rows import Column, Counts, Form, Row
from simulator.world import World

SAVVY, LEADER, FARMER = "科技明白人", "合作社带头人", "高素质农民"
_OTHERS = ("辅导员", "财务人员", "龙头企业负责人")
MIN_AGE, MAX_AGE = 16, 70
_VENUES = ("龙头企业", "规模养殖场", "示范基地", "合作社现场", "县职教中心")
_PRODUCTS = {
    "牛": "肉牛",
    "羊": "养羊",
    "菜": "蔬菜",
    "果": "苹果",
    "薯": "马铃薯",
    "药": "中药材",
    "地方特色": "小杂粮",
}

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("person_name", ("姓名", "学员姓名", "参训人员姓名"), "person"),
    Column("sex", ("性别",), "enum"),
    Column("person_id", ("身份证号", "身份证号码", "证件号码"), "id"),
    Column("nation", ("民族",), "text", keep=False),
    Column("education", ("文化程度", "学历"), "text", keep=False),
    Column("household_code", ("户编号", "贫困户编号", "户编码"), "code"),
    Column("is_poor", ("是否贫困户", "是否建档立卡户", "建档立卡"), "flag", required=True),
    Column("product_code", ("从事产业", "产业类别"), "enum"),
    Column("course_type", ("培训类别", "培训类型"), "enum"),
    Column("course_no", ("培训班次", "期次", "班级"), "text"),
    Column("venue", ("培训基地", "培训地点"), "text", keep=False),
    Column("training", ("起止时间", "培训时间", "培训起止时间"), "range"),
    Column("training_days", ("培训天数", "培训天数(天)"), "int", keep=False),
    Column("result", ("考核结果", "考核情况"), "enum"),
    Column("was_trained_before", ("2018-2019是否参训", "2018-2019年是否参训"), "flag", required=True),
    PHONE,
    REMARK,
)


@dataclass(frozen=True)
class _Course:
    kind: str
    no: str
    venue: str
    start: date
    days: int

    @property
    def end(self) -> date:
        return self.start + timedelta(days=self.days - 1)


def person_values(household: Household, person: Person) -> dict[str, Any]:
    """The cells that say who it is: what a row about another person of the same course differs in."""
    return {
        "_household": household,
        "_person": person,
        "person_name": person.name,
        "sex": person.sex,
        "person_id": person.id_number,
        "nation": person.nation,
        "education": person.education or None,
        "household_code": household.code,
        "is_poor": not household.is_edge,
    }


def able(household: Household, day: date) -> list[Person]:
    """Members who may attend on the day, the fittest first."""
    fit = [
        person for person in household.members if MIN_AGE <= person.age(day) <= MAX_AGE and not person.student_status
    ]
    return sorted(fit, key=lambda person: (person.labour_capacity not in ("普通劳动力", "技能劳动力"), person.no))


def is_spare(household: Household) -> bool:
    """Edge households that no clean roster names: a roster that calls one of them poor contradicts the register."""
    return household.is_edge and household.no % 2 == 1


def _courses(world: World, rng: random.Random) -> dict[str, list[_Course]]:
    """The county's courses by kind, between March and the middle of June."""
    found: dict[str, list[_Course]] = {}
    for kind in (SAVVY, LEADER, FARMER, *_OTHERS):
        number = rng.randint(2, 5) if kind == SAVVY else rng.randint(1, 2)
        found[kind] = [
            _Course(kind, f"2020年第{no}期", rng.choice(_VENUES), date(2020, 3, 2) + timedelta(days=rng.randrange(90)),
                    rng.randint(3, 15))
            for no in range(1, number + 1)
        ]  # fmt: skip
    return found


def _kind_for(household: Household, rng: random.Random) -> str:
    """What somebody of the household is trained as; '' for nobody."""
    if household.is_quiet or is_spare(household):
        return ""
    if household.is_edge:
        return rng.choices(("", LEADER, FARMER, *_OTHERS), (40, 16, 20, 8, 8, 8))[0]
    return rng.choices(("", SAVVY, LEADER, FARMER, "辅导员"), (38, 42, 7, 11, 2))[0]


def fill(world: World, rng: random.Random) -> list[Row]:
    courses = _courses(world, rng)
    rows = []
    for household in world.all_households:
        kind = _kind_for(household, rng)
        if not kind:
            continue
        course = rng.choice(courses[kind])
        people = able(household, course.start)
        if not people:
            continue
        rows.append(village_row(household.village, {
            **person_values(household, people[0]),
            "product_code": _product(world, household),
            "course_type": kind,
            "course_no": course.no,
            "venue": course.venue,
            "training": (course.start, course.end),
            "training_days": course.days,
            "result": "合格" if rng.random() < 0.95 else "不合格",
            "was_trained_before": kind != SAVVY and rng.random() < 0.2,
            "phone": household.phone,
            "remark": rng.choice((None, None, None, "线上培训")),
        }))  # fmt: skip
    return rows


def _product(world: World, household: Household) -> str:
    """What the household produces, in the words of a roster."""
    for line in world.product_lines(household):
        if line["_product"] in _PRODUCTS:
            return _PRODUCTS[line["_product"]]
    return "小杂粮"


def _counts(rows: list[Row]) -> Counts:
    """Persons and households by their own keys: who stands in two rows counts once."""
    farmers, leaders, households = set(), set(), set()
    for row in good(rows):
        kind = row.acceptable("course_type")
        if row.acceptable("result") != "合格":
            continue
        if kind in (FARMER, LEADER):
            farmers.add(row.values["_person"].key)
        if kind == LEADER:
            leaders.add(row.values["_person"].key)
        if kind == SAVVY and row.acceptable("was_trained_before") is not True:
            households.add(str(row.values["_household"].no))
    return {"T13_persons": sorted(farmers), "T14_persons": sorted(leaders), "T15_households": sorted(households)}


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """Those who failed sit the examination again."""
    for row in rows:
        if row.values["result"] == "不合格" and rng.random() < 0.6:
            row.values["result"] = "合格"


FORM = Form(
    name="training_attendance",
    code="F11",
    titles=("农民培训花名册", "产业扶贫培训花名册", "科技明白人、合作社带头人、高素质农民培训花名册", "培训人员花名册"),
    columns=COLUMNS,
    bands={},
    has_place=True,
    unit_names=(),
    period_styles=("year", "half", "until"),
    sections="township",
    fill=fill,
    extras={"政治面貌": ("群众", "党员"), "职务": ("村民", "社员", "理事长")},
    footers=("注：同一人一年内只参加一次培训。", "备注：科技明白人每户一名。"),
    counts=_counts,
    revise=_revise,
    splits=("county", "county", "townships"),
)
