"""Households of the hand-made province: who is one household, its history, its money, and a village in two registers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.conftest import Built
from tests.dbt.world import CHENGGUAN, TONGWEI

D = Decimal


def test_the_newest_register_says_who_is_registered(built: Built) -> None:
    rows = built.world.rows(
        "select is_registered, exit_status, exit_status_year, household_size, registered_people, has_labour "
        "from marts.dim_household where household_key in (select household_key from marts.fct_registered_persons "
        f"where county_code = '{TONGWEI}') order by 1 desc, 2, 3",
        built.publication,
    )
    assert rows == [
        (True, "已脱贫", 2020, 2, 2, True),
        (True, "未脱贫", None, 2, 2, True),
        (False, "未脱贫", None, 1, 0, None),
    ]


def test_members_have_their_heads_household(built: Built) -> None:
    rows = built.world.rows(
        "select p.relation, p.is_registered, p.labour_capacity, h.registered_people from marts.dim_person p "
        "join marts.dim_household h using (household_key) "
        "where p.person_key in (select person_key from marts.fct_registered_persons "
        f"where county_code = '{TONGWEI}') order by 4 desc, 1, 3",
        built.publication,
    )
    assert rows == [
        ("之子", True, "普通劳动力", 2),
        ("户主", True, "普通劳动力", 2),
        ("户主", True, "普通劳动力", 2),
        ("配偶", True, "无劳动力", 2),
        ("户主", False, "普通劳动力", 0),
    ]


def test_a_household_leaves_poverty_and_another_the_register(built: Built) -> None:
    rows = built.world.rows(
        "select exit_status, valid_from_date, valid_to_date, is_current from marts.dim_household_history "
        f"where county_code = '{TONGWEI}' order by 2, 1, 3",
        built.publication,
    )
    assert rows == [
        ("未脱贫", date(2019, 12, 31), date(2020, 12, 30), False),
        ("未脱贫", date(2019, 12, 31), date(2020, 12, 30), False),
        ("已脱贫", date(2020, 12, 31), None, True),
        ("未脱贫", date(2020, 12, 31), None, True),
    ]


def test_an_award_finds_its_household_in_one_join(built: Built) -> None:
    rows = built.world.rows(
        "select h.is_registered, count(*), count(distinct a.household_key), sum(a.award_amount_yuan) "
        "from marts.fct_household_awards a join marts.dim_household h using (household_key) group by 1 order by 1",
        built.publication,
    )
    assert rows == [(False, 3, 2, D("6000.25")), (True, 2, 1, D("4500.5"))]


def test_all_of_a_household(built: Built) -> None:
    rows = built.world.rows(
        "select is_registered, product_names, awards, has_small_five, award_amount_yuan, prior_amount_yuan, is_near_cap, "
        f"is_over_cap from marts.mart_households where county_code = '{TONGWEI}' and awards > 0 order by award_amount_yuan",
        built.publication,
    )
    assert rows == [
        (False, "小家禽", 1, True, 2000, 3500, False, True),
        (False, "牛", 2, False, D("4000.25"), 0, False, False),
        (True, "牛、羊", 2, False, D("4500.5"), 5000, True, False),
    ]


def test_people_left_and_people_out_by_industry(built: Built) -> None:
    rows = built.world.rows(
        "select target_code, region_code, actual_value from marts.mart_target_progress "
        f"where target_code in ('T03', 'T04') and region_code in ('{TONGWEI}', '{CHENGGUAN}') order by 1, 2",
        built.publication,
    )
    assert rows == [("T03", CHENGGUAN, None), ("T03", TONGWEI, 4), ("T04", CHENGGUAN, None), ("T04", TONGWEI, 2)]


def test_a_village_in_two_registers(built: Built) -> None:
    rows = built.world.rows(
        "select this_text, other_text, severity from marts.mart_cross_checks where rule_id = 'R73' order by 1",
        built.publication,
    )
    assert [(this.removeprefix(built.world.rows("select village_name from marts.dim_village where village_key = "
             f"'{built.world.village(TONGWEI, 0)}'", built.publication)[0][0]), other, severity)
            for this, other, severity in rows] == [
        ("建档立卡 4 人", "建档立卡 100 人", "error"), ("未脱贫 2 人", "未脱贫 0 人", "error"),
    ]  # fmt: skip


def test_other_subjects_stand_beside_the_awards(built: Built) -> None:
    """Shares in force of the newest ledger, what of the dividends came to the household, and product lines insured."""
    rows = built.world.rows(
        "select county_code, sum(share_amount_yuan), sum(household_part_yuan), sum(insured_lines), sum(premium_yuan) "
        f"from marts.mart_households where county_code in ('{TONGWEI}', '621122') group by 1 order by 1",
        built.publication,
    )
    assert rows == [(TONGWEI, 0, 0, 3, 960), ("621122", 20000, 840, 0, 0)]
