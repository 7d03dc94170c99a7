"""Rules on shares that need more than one report."""

from __future__ import annotations

from datetime import date

from tests.gate.looking import judge, tripped
from tests.gate.province import COUNTIES, Province, Reading


def half_year(province: Province, dividend_period: str) -> Reading:
    reading = Reading(
        "dividend_payments", COUNTIES[0], province.rows("dividend_payments", COUNTIES[0]), "2019H2",
        date(2019, 7, 1), date(2019, 12, 31),
    )  # fmt: skip
    for row in reading.rows:
        row["dividend_period"] = dividend_period
    return reading


def warned(province: Province, more: Reading) -> set[tuple[str, str, str]]:
    verdict = judge(province.publish_of([*province.clean(), more]), "landed", province.settings)
    assert verdict.success
    return tripped(verdict)


def test_a_dividend_that_two_reports_list(province: Province) -> None:
    assert warned(province, half_year(province, "2019")) == {(COUNTIES[0], "dividend_payments", "GL42")}


def test_another_dividend_in_an_earlier_report(province: Province) -> None:
    assert warned(province, half_year(province, "2018")) == set()
