"""Rules of the suite `landed` that compare the readings of two periods."""

from __future__ import annotations

from datetime import date

from tests.gate.landed import Change, put_all
from tests.gate.looking import judge, tripped
from tests.gate.province import COUNTIES, Province, Reading

COUNTY = COUNTIES[0]


def of_2019(province: Province, form: str, change: Change) -> Reading:
    reading = Reading(form, COUNTY, province.rows(form, COUNTY), "2019", date(2019, 1, 1), date(2019, 12, 31))
    change(reading.rows)
    return reading


def found(province: Province, reading: Reading) -> set[tuple[str, str, str]]:
    return tripped(judge(province.publish_of([*province.clean(), reading]), "landed", province.settings))


def test_the_same_kind_of_course_once_in_two_years(province: Province) -> None:
    autumn = {"training_start_date": date(2019, 10, 8), "training_end_date": date(2019, 10, 14)}
    again = of_2019(province, "training_attendance", put_all(**autumn))
    assert found(province, again) == {(COUNTY, "training_attendance", "GL71")}
    other = of_2019(province, "training_attendance", put_all(**autumn, course_type="高素质农民"))
    assert found(province, other) == set()
    long_ago = of_2019(province, "training_attendance", put_all(
        training_start_date=date(2018, 4, 2), training_end_date=date(2018, 4, 9)
    ))  # fmt: skip
    assert found(province, long_ago) == set()


def test_no_more_people_out_by_industry_than_there_were(province: Province) -> None:
    """Twelve are out now: of ten at first they can't be, of ten with two out already they can."""
    first = of_2019(province, "supervision", put_all(left_people=10, left_hh=4, people_out_by_industry=0))
    assert found(province, first) == {(COUNTY, "supervision", "GL82")}
    later = of_2019(province, "supervision", put_all(left_people=10, left_hh=4, people_out_by_industry=2))
    assert found(province, later) == set()
