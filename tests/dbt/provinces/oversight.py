"""Training, rectifications and supervision in the hand-made province: a few rows for each mart, target and contradiction."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.dbt.world import World

DONGXIANG, TONGWEI, CHENGGUAN = "622926", "621121", "620102"


def land(world: World) -> None:
    _training(world)
    _rectifications(world)
    _supervision(world)


def _training(world: World) -> None:
    """Of 东乡: households 1 to 3 are registered, 9 is not. One person attends twice, one failed, one household was trained."""
    village = world.village(DONGXIANG, 0)
    world.land("registered_persons", DONGXIANG, "2020", [
        {"village_code": village, "household_code": f"{DONGXIANG}00000{number}", "person_id_token": f"trainee-{number}",
         "relation": "户主", "household_size": 1, "exit_status": "已脱贫", "exit_status_year": 2018, "poor_type": "一般贫困户"}
        for number in (1, 2, 3, 4)
    ])  # fmt: skip
    savvy, leader, farmer = "科技明白人", "合作社带头人", "高素质农民"
    world.land("training_attendance", DONGXIANG, "2020", [
        _attendance(village, 1, savvy, "合格"),
        _attendance(village, 1, farmer, "合格", is_poor=True),
        _attendance(village, 2, savvy, "合格", was_trained_before=True),
        _attendance(village, 3, savvy, "不合格"),
        _attendance(village, 9, savvy, "合格"),
        _attendance(village, 8, leader, "合格", is_poor=False, household_code=None),
        _attendance(village, 7, leader, "合格", is_poor=False, household_code=None, start=date(2019, 11, 4)),
    ])  # fmt: skip
    # A county that sent no register: nothing contradicts it.
    world.land("training_attendance", CHENGGUAN, "2020", [_attendance(world.village(CHENGGUAN, 0), 6, savvy, "合格")])


def _attendance(
    village: str, number: int, kind: str, result: str, start: date = date(2020, 4, 6), **more: Any
) -> dict[str, Any]:
    row = {"village_code": village, "person_id_token": f"trainee-{number}", "household_code": f"{DONGXIANG}00000{number}",
           "sex": "男", "is_poor": True, "product_code": "羊", "course_type": kind, "course_no": "第 1 期", "venue": "示范基地",
           "training_start_date": start, "training_end_date": start, "training_days": 1, "result": result,
           "was_trained_before": False}  # fmt: skip
    return {**row, **more}


def _rectifications(world: World) -> None:
    """On the last day of 2020: one problem overdue, one in time, one lasting, one closed without evidence, one done."""
    world.land("rectifications", TONGWEI, "2020-06", [_problem("GJ-01", "整改中", date(2020, 9, 30))])
    world.land("rectifications", TONGWEI, "2020", [
        _problem("GJ-01", "整改中", date(2020, 9, 30), problem_amount_yuan="120000"),
        _problem("GJ-02", "整改中", date(2021, 3, 31)),
        _problem("GJ-03", "长期坚持", None, deadline_text="长期坚持"),
        _problem("GJ-04", "已完成", date(2020, 6, 30), done_date=date(2020, 6, 20), is_closed=True,
                 problem_amount_yuan="30000.50"),
        _problem("GJ-05", "已完成", date(2020, 6, 30), done_date=date(2020, 7, 20), evidence="照片"),
    ])  # fmt: skip


def _problem(number: str, progress: str, deadline: date | None, **more: Any) -> dict[str, Any]:
    row = {"problem_source": "国家成效考核", "problem_no": number, "problem_text": f"问题{number}", "problem_type": "入股分红",
           "measure": "督促兑付", "owner_unit": "县农业农村局", "raised_date": date(2020, 2, 14), "deadline_date": deadline,
           "rectification_progress": progress, "is_closed": False}  # fmt: skip
    return {**row, **more}


def _supervision(world: World) -> None:
    """The county itself, a village of each kind, and a text that names none. 通渭 exited in 2020 with its second report."""
    unknown, exited_2018, left, far = (world.village(TONGWEI, number) for number in (5, 0, 2, 1))
    world.land("supervision", TONGWEI, "2020-06", [
        _target("通渭县", None, "国家", 900, "3.5", 0),
        _target("某村", left, "国家", 60, "12", 5),
    ])  # fmt: skip
    world.land("supervision", TONGWEI, "2020", [
        _target("通渭县", None, "国家", 10, "0.1", 700, exit_date=date(2020, 11, 21)),
        _target("某村", left, "国家", 20, "4", 30),
        _target("已出列的村", exited_2018, "县", 3, "1", 0),
        _target("低于标准的村", far, "国家", 30, "4", 0),
        _target("基础台账没有的村", unknown, "市", 5, "2", 0),
        _target("认不出的村", None, "县", 1, "1", 0),
    ])  # fmt: skip
    world.land("supervision", CHENGGUAN, "2020", [_target("城关区", None, "省", 1, "0.1", 0)])


def _target(
    text: str, village: str | None, level: str, people: int, rate: str, out: int, **more: Any
) -> dict[str, Any]:
    row = {"supervision_target": text, "village_codes": village, "township_codes": village[:9] if village else None,
           "supervision_level": level, "leader_name_masked": "王**", "left_hh": people, "left_people": people,
           "poverty_rate_pct": rate, "people_out_by_industry": out, "deadline_date": date(2020, 11, 30),
           "is_habitat_met": True}  # fmt: skip
    return {**row, **more}
