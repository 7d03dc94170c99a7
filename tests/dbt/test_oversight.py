"""Training, rectifications and supervision of the hand-made province: targets, marts and contradictions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.conftest import Built
from tests.dbt.provinces.oversight import CHENGGUAN, DONGXIANG, TONGWEI

D = Decimal


def test_targets(built: Built) -> None:
    rows = built.world.rows(
        "select target_code, county_code, actual_value, target_value, status_text from marts.mart_target_progress "
        "where target_code in ('T01', 'T13', 'T14', 'T15') and region_level = 'county' "
        f"and county_code in ('{DONGXIANG}', '{TONGWEI}', '{CHENGGUAN}')",
        built.publication,
    )
    found = {row[:2]: row[2:] for row in rows}
    assert found["T01", TONGWEI] == (1, 1, "已达到")
    assert found["T01", DONGXIANG] == (None, 1, "未上报")
    assert found["T01", CHENGGUAN] == (0, None, "不计入")
    # The farmer and the leader of 2020; the leader of 2019 counts for another year.
    assert [found[target, DONGXIANG][0] for target in ("T13", "T14", "T15")] == [2, 1, 2]
    assert [found[target, CHENGGUAN][0] for target in ("T13", "T14", "T15")] == [0, 0, 1]
    assert found["T13", TONGWEI][0] is None, "not reported is not zero"


def test_training_by_kind_and_household(built: Built) -> None:
    rows = built.world.rows(
        "select course_type, training_courses, attendances, persons, repeated_attendances, trained_households, "
        f"passed_persons, poor_persons, persons_trained_before from marts.mart_training where county_code = '{DONGXIANG}'",
        built.publication,
    )
    assert {row[0]: row[1:] for row in rows} == {
        "科技明白人": (1, 4, 4, 0, 4, 3, 4, 1),
        "高素质农民": (1, 1, 1, 0, 1, 1, 1, 0),
        "合作社带头人": (1, 2, 2, 0, 2, 2, 0, 0),
    }
    rows = built.world.rows(
        "select county_code, registered_households, savvy_households, registered_savvy_households, "
        "households_trained_before, households_without_savvy from marts.mart_training_households",
        built.publication,
    )
    found = {row[0]: row[1:] for row in rows}
    assert found[DONGXIANG] == (4, 3, 2, 1, 2)
    assert found[CHENGGUAN] == (None, 1, None, None, None)


def test_a_course_and_who_attended(built: Built) -> None:
    assert built.world.rows(
        "select course_no, venue, training_start_date, training_end_date, attendees from marts.dim_training_course "
        f"where county_code = '{DONGXIANG}' and course_type = '合作社带头人'",
        built.publication,
    ) == [("第 1 期", "示范基地", date(2019, 11, 4), date(2020, 4, 6), 2)]
    assert built.world.rows(
        "select count(*), count(*) filter (where p.is_registered), count(*) filter (where h.is_registered) "
        "from marts.fct_training_attendance a join marts.dim_person p using (person_key) "
        f"join marts.dim_household h on a.household_key = h.household_key where a.county_code = '{DONGXIANG}'",
        built.publication,
    ) == [(7, 4, 4)]


def test_problems_and_where_they_stand(built: Built) -> None:
    rows = built.world.rows(
        "select problem_no, rectification_stage, is_overdue, days_overdue, is_closed_without_evidence, first_period_end "
        f"from marts.mart_rectifications where county_code = '{TONGWEI}'",
        built.publication,
    )
    summer, winter = date(2020, 6, 30), date(2020, 12, 31)
    assert {row[0]: row[1:] for row in rows} == {
        "GJ-01": ("整改中", True, 92, False, summer),
        "GJ-02": ("整改中", False, None, False, winter),
        "GJ-03": ("长期坚持", False, None, False, winter),
        "GJ-04": ("已销号", False, None, True, winter),
        "GJ-05": ("已完成未销号", False, None, False, winter),
    }
    assert built.world.rows(
        "select problems, open_problems, overdue_problems, done_problems, closed_problems, unproved_problems, "
        "lasting_problems, problem_amount_yuan, open_amount_yuan from marts.mart_rectification_counties "
        f"where county_code = '{TONGWEI}'",
        built.publication,
    ) == [(5, 2, 1, 1, 1, 1, 1, D("150000.50"), D(120000))]


def test_supervision_then_and_now(built: Built) -> None:
    rows = built.world.rows(
        "select supervision_target, target_kind, village_name is not null, left_people, first_left_people, "
        "people_out_by_industry, days_to_deadline, is_exited from marts.mart_supervision "
        f"where county_code = '{TONGWEI}'",
        built.publication,
    )
    found = {row[0]: row[1:] for row in rows}
    assert found["通渭县"] == ("县", False, 10, 900, 700, None, True)
    assert found["某村"] == ("村", True, 20, 60, 30, -31, False)
    assert found["认不出的村"] == ("村", False, 1, None, 0, -31, False)
    assert len(found) == 6


def test_contradictions(built: Built) -> None:
    rows = built.world.rows(
        "select rule_id, county_code, row_no, other_form, sentence from marts.mart_cross_checks "
        "where rule_id in ('R60', 'R65', 'X01')",
        built.publication,
    )
    found = {row[:4]: row[4] for row in rows}
    assert set(found) == {
        ("R60", TONGWEI, 4, None),
        ("R65", CHENGGUAN, 4, None),
        ("R65", TONGWEI, 6, "village_base"),
        ("R65", TONGWEI, 7, None),
        ("R65", TONGWEI, 8, "village_base"),
        ("X01", DONGXIANG, 8, "registered_persons"),
    }
    assert len(rows) == 6
    assert "国家成效考核问题GJ-01，时限 2020-09-30，逾期 92 天" in found["R60", TONGWEI, 4, None]
    assert "2018 年出列" in found["R65", TONGWEI, 6, "village_base"]
    assert "超过 1000 人或超过 10% 的村" in found["R65", TONGWEI, 7, None]
    assert "没有该村" in found["R65", TONGWEI, 8, "village_base"]
