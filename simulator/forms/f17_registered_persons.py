"""F17 建档立卡人口信息: one row per registered person, the head first and the members after, as the national system exports it."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from simulator.forms.common import PHONE, REMARK, SEQ, TOWNSHIP, VILLAGE, good, village_row
from simulator.households import Household, Person
from simulator.rows import Column, Counts, Form, Row
from simulator.world import World

COLUMNS = (
    SEQ,
    TOWNSHIP,
    VILLAGE,
    Column("group_name", ("自然村", "村民小组", "组"), "text", keep=False),
    Column("household_code", ("户编号", "户编码"), "code"),
    Column("person_code", ("人编号", "人员编号"), "code"),
    Column("person_name", ("姓名", "成员姓名"), "person"),
    Column("person_id", ("证件号码", "身份证号", "身份证件号码"), "id"),
    Column("household_size", ("人数", "家庭人口", "人数(人)"), "int"),
    Column("relation", ("与户主关系", "与户主的关系"), "enum"),
    Column("nation", ("民族",), "text"),
    Column("education", ("文化程度", "学历"), "enum"),
    Column("student_status", ("在校生状况", "在校情况"), "enum", keep=False),
    Column("health", ("健康状况", "身体状况"), "enum"),
    Column("labour_capacity", ("劳动技能", "劳动能力"), "enum"),
    Column("work_place", ("务工状况", "务工情况"), "enum", keep=False),
    Column("work_months", ("务工时间(月)", "务工月数"), "int", keep=False),
    Column("has_critical_insurance", ("是否参加大病医疗", "参加大病医疗"), "flag", keep=False),
    Column("exit_status", ("脱贫属性", "脱贫状态"), "enum"),
    Column("exit_status_year", ("脱贫年度", "脱贫年份"), "year"),
    Column("poor_type", ("贫困户属性", "贫困户类型"), "enum"),
    Column("poverty_cause", ("主要致贫原因", "致贫原因"), "enum"),
    Column("has_unsafe_house", ("是否危房户", "危房户"), "flag", keep=False),
    Column("has_safe_water", ("是否饮水安全", "饮水安全"), "flag", keep=False),
    Column("has_water_shortage", ("是否饮水困难", "饮水困难"), "flag", keep=False),
    Column("income_per_person_yuan", ("人均纯收入", "家庭人均纯收入"), "money"),
    Column("is_exit_by_industry", ("是否依靠产业脱贫", "是否产业脱贫"), "flag"),
    PHONE,
    REMARK,
)

_WORK = ("乡(镇)内务工", "乡(镇)外县内务工", "县外省内务工", "省外务工")
LEFT = ("未脱贫", "返贫")


def _cause(household: Household, rng: random.Random) -> str:
    """From what the members are like, as a village's cadres would write it down."""
    members = household.members
    if any(member.health == "患有大病" for member in members):
        return "因病"
    if any(member.health == "残疾" for member in members):
        return "因残"
    if sum(bool(member.student_status) for member in members) > 1 and rng.random() < 0.6:
        return "因学"
    if not any(member.labour_capacity in ("普通劳动力", "技能劳动力") for member in members):
        return "缺劳动力"
    return rng.choice(("缺资金", "缺技术", "缺土地", "交通条件落后", "自身发展动力不足", "因灾", "缺水"))


def _of_household(household: Household, rng: random.Random) -> dict[str, Any]:
    income = rng.randrange(4100, 9800) if household.is_out else rng.randrange(2600, 4000)
    year = household.registered_exit_year if household.is_out else None
    has_safe_water = rng.random() < 0.97
    return {
        "group_name": household.group_name,
        "household_code": household.code,
        "household_size": household.size,
        "exit_status": household.registered_status,
        "exit_status_year": str(year) if year else None,
        "poor_type": household.poor_type.replace("(特困)", ""),
        "poverty_cause": _cause(household, rng),
        "has_unsafe_house": rng.random() < 0.03,
        "has_safe_water": has_safe_water,
        "has_water_shortage": not has_safe_water,
        "income_per_person_yuan": Decimal(income),
        "is_exit_by_industry": household.leaves_by_industry if household.is_out else False,
        "phone": household.phone,
        "remark": None,
        "_about": household,
    }


def _of_person(household: Household, person: Person, rng: random.Random) -> dict[str, Any]:
    works = person.labour_capacity in ("普通劳动力", "技能劳动力") and rng.random() < 0.35
    return {
        "person_code": f"{household.code}{person.no + 1:02d}",
        "person_name": person.name,
        "person_id": person.id_number,
        "relation": person.relation,
        "nation": person.nation,
        "education": person.education or None,
        "student_status": person.student_status or None,
        "health": person.health,
        "labour_capacity": person.labour_capacity,
        "work_place": rng.choice(_WORK) if works else None,
        "work_months": rng.randint(1, 10) if works else None,
        "has_critical_insurance": rng.random() < 0.95,
        "_person": person,
    }


def fill(world: World, rng: random.Random) -> list[Row]:
    rows = []
    for household in world.registered:
        same = _of_household(household, rng)
        for person in household.members:
            values = {**same, **_of_person(household, person, rng)}
            rows.append(village_row(household.village, values, household.code))
    return rows


def _counts(rows: list[Row]) -> Counts:
    out_2020 = [row for row in good(rows) if _says(row, "exit_status") == "已脱贫" and _year(row) == "2020"]
    left = [row for row in good(rows) if _says(row, "exit_status") in LEFT]
    return {
        "T03_actual": len(left) + len(out_2020),
        "T04_actual": sum(_says(row, "is_exit_by_industry") is True for row in out_2020),
    }


def _says(row: Row, field: str) -> Any:
    return row.acceptable(field)


def _year(row: Row) -> str:
    return str(_says(row, "exit_status_year") or "")


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """Corrected incomes and causes: who is registered, and as what, is as other forms have it."""
    households = sorted({row.group for row in rows})
    again = {group: rng.randrange(-200, 200) for group in households if rng.random() < 0.15}
    for row in rows:
        if row.group in again:
            row.values["income_per_person_yuan"] += again[row.group]


FORM = Form(
    name="registered_persons",
    code="F17",
    titles=("建档立卡人口信息", "建档立卡贫困人口信息表", "贫困户家庭成员信息表"),
    columns=COLUMNS,
    bands={},
    has_place=True,
    unit_names=("人",),
    period_styles=("month", "until", "year_until", "half"),
    sections="none",
    fill=fill,
    extras={"政治面貌": ("群众", "中共党员", "共青团员"), "性别代码": ("1", "2")},
    footers=("注：数据由全国扶贫开发信息系统导出。", "备注：每户户主在前，成员在后。"),
    counts=_counts,
    revise=_revise,
    has_households=True,
    splits=("county", "county", "sheets", "townships"),
)
