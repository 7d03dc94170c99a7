"""Registers of legal bodies and growers: clean rows keep the rules and agree with the world, every mistake occurs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from simulator import province
from simulator.chance import Decks
from simulator.mistakes.planner import Planner
from simulator.people import uscc_check_char
from simulator.places import choose
from simulator.rows import Blame, Row
from simulator.world import World, build

RULES = {
    "cooperatives": "R68",
    "lead_enterprises": "C01 C02 C04 C05 C07 R69",
    "farms_growers": "C01 C02 C03 C04 C05 C07 R69 R70 R75 R76",
}
EFFECTS = {
    ("R68", "member_count"): {("error", "row_refused")},
    ("R68", "farmer_member_count"): {("error", "none"), ("error", "cell_emptied")},
    ("R68", "max_share_pct"): {("error", "none")},
    ("R75", "transferred_area_mu"): {("warn", "cell_emptied")},
    ("R76", "custody_signed_date"): {("warn", "none")},
}


Mistake = tuple[str, Blame]


@pytest.fixture(scope="module")
def mistakes() -> list[Mistake]:
    """(form, mistake) of fourteen small counties, of which one row in five is wrong."""
    decks, planner, found = Decks(5), Planner(5, 0.2), list[Mistake]()
    for county in choose(14):
        world = build(county, 40, 5, "2020-06")
        for form in (form for form in province.FORMS if form.name in RULES):
            context = province.compose(form, world, decks)
            planner.inject(context)
            found += [(form.name, blame) for row in context.rows for blame in row.blames]
    return found


@pytest.mark.parametrize("form", RULES)
def test_every_rule_is_broken_somewhere(mistakes: list[Mistake], form: str) -> None:
    assert not set(RULES[form].split()) - {blame.rule for name, blame in mistakes if name == form}


def test_what_a_mistake_costs(mistakes: list[Mistake]) -> None:
    """A wrong code costs an enterprise its row and a farm, which needs none, its cell; conduct costs nothing."""
    for form, blame in mistakes:
        expected = EFFECTS.get((blame.rule, blame.field))
        if blame.rule == "R69":
            expected = {("error", "cell_emptied" if form == "farms_growers" else "row_refused")}
        assert expected is None or (blame.severity, blame.effect) in expected, (form, blame)
    assert {(blame.rule, blame.field) for _, blame in mistakes} >= set(EFFECTS)


@pytest.fixture(scope="module")
def worlds() -> list[tuple[World, dict[str, list[Row]]]]:
    """Counties of several types and the rows of their registers."""
    decks, found = Decks(5), []
    for county in choose(["通渭县", "卓尼县", "东乡县", "金塔县"]):
        world = build(county, 300, 5, "2020-06")
        forms = [form for form in province.FORMS if form.name in RULES]
        found.append((world, {form.name: province.compose(form, world, decks).rows for form in forms}))
    return found


def test_clean_cooperatives_keep_the_law(worlds: list[tuple[World, dict[str, list[Row]]]]) -> None:
    for world, rows in worlds:
        assert {row.values["pilot_level"] for row in rows["cooperatives"]} == {world.pilot_level}
        for row in rows["cooperatives"]:
            members, farmers = row.values["member_count"], row.values["farmer_member_count"]
            assert row.values["poor_member_count"] <= farmers <= members <= farmers * Decimal("1.25")
            assert 1 < row.values["max_share_pct"] <= 20


def test_clean_enterprises_state_what_households_hold(worlds: list[tuple[World, dict[str, list[Row]]]]) -> None:
    for world, rows in worlds:
        stated = {row.values["uscc"]: row.values["share_fund_total_yuan"] for row in rows["lead_enterprises"]}
        held = {firm.uscc: world.share_fund(firm) for firm in world.entities_of("龙头企业")}
        assert stated == held
        for row in rows["lead_enterprises"]:
            assert row.values["uscc"].startswith("91")
            assert uscc_check_char(row.values["uscc"][:17]) == row.values["uscc"][17]
            assert (row.values["lead_level"] == "未认定") == (row.values["cert_year"] is None)
            assert row.values["operation_status"] != "停产" or not row.values["share_fund_total_yuan"]


def test_clean_farms_and_growers(worlds: list[tuple[World, dict[str, list[Row]]]]) -> None:
    for _, rows in worlds:
        for row in rows["farms_growers"]:
            values = row.values
            assert values["transferred_area_mu"] <= values["area_mu"]
            assert (values["custody_households"] > 0) == (values["custody_signed_date"] is not None)
            assert values["custody_signed_date"] is None or date(2018, 1, 1) < values["custody_signed_date"]
            assert (values["entity_type"] == "种养大户") == (values["uscc"] is None)
        assert {row.values["entity_type"] for row in rows["farms_growers"]} == {"家庭农场", "种养大户"}


def test_a_product_whose_firms_stopped_is_served_by_none() -> None:
    form = next(form for form in province.FORMS if form.name == "lead_enterprises")

    def firm(product: str, status: str) -> Row:
        return Row({"_product": product, "main_product": product, "operation_status": status}, "620000")

    blank = firm("药", "正常")
    blank.misread("main_product", "待定")
    blank.blame("C04", "main_product", "cell_emptied", "不在选项内")
    refused = firm("菜", "正常")
    refused.blame("R69", "uscc", "row_refused", "代码不对")
    rows = [firm("牛", "停产"), firm("牛", "困难"), firm("羊", "停产"), blank, refused]
    assert form.counts(rows) == {"T07_products_served": ["牛"]}
