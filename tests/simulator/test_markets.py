"""Stores, paired cities, brands and documents of the simulated counties."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from simulator.chance import stream
from simulator.forms.f07_cold_stores import FORM as STORES
from simulator.forms.f07_cold_stores import limits
from simulator.forms.f08_sales_channels import FORM as SALES
from simulator.forms.f08_sales_channels import GANWEI
from simulator.forms.f13_east_west_projects import FORM as CITY
from simulator.forms.f14_fund_projects import FORM as FUNDS
from simulator.places import REFERENCE, choose
from simulator.world import World, build
from tests.simulator.conftest import Province

RULES = {
    "cold_stores": "C01 C02 C03 C04 C05 R30 R31 R32 R33 R34 R35 R36 R64 R70",
    "east_west_projects": "C01 C02 C04 C05 R37 R38 R39 R61 R62 R63 R64 R70",
    "fund_projects": "R61 R63",
}


@pytest.mark.parametrize("form", RULES)
def test_every_rule_of_a_form_is_broken_somewhere(large: Province, form: str) -> None:
    found = {mistake["rule"] for mistake in large.truth["mistakes"] if mistake["form"] == form}
    assert not set(RULES[form].split()) - found


def test_brands_out_of_the_directory_and_wrong_totals_of_documents_occur(large: Province) -> None:
    assert any(found["rule"] == "R72" for found in large.truth["cross_checks"])
    assert any(mistake["field"] == "doc_total_yuan" for mistake in large.truth["mistakes"])


def _world(name: str) -> World:
    return build(choose([name])[0], 900, 5, "2020-06")


def test_stores_keep_the_rules_and_most_villages_in_need_have_one() -> None:
    world = _world("通渭县")
    rows = STORES.fill(world, stream(5, "stores"))
    for row in rows:
        values = row.values
        assert values["subsidy_yuan"] <= min(limits(values))
        assert values["subsidy_yuan"] + values["self_fund_yuan"] == values["invest_total_yuan"]
        days = [values[name] for name in ("start_date", "built_date", "accepted_date", "paid_date") if values[name]]
        assert days == sorted(days)
        assert (values["operation_status"] == "在建") == (values["built_date"] is None)
    need = {facts.village.code for facts in world.villages if facts.has_store_need}
    served = set(STORES.counts(rows)["T16_villages_served"])
    assert len(need) * 0.6 < len(need & served) < len(need) or len(need) < 8
    assert served - need, "other villages have stores as well"


def test_only_a_county_with_a_paired_city_has_its_projects() -> None:
    assert CITY.fill(_world("金塔县"), stream(5, "city")) == []
    world = _world("通渭县")
    rows = CITY.fill(world, stream(5, "city"))
    assert rows and all(row.values["partner"].startswith(world.county.partner_city) for row in rows)
    CITY.revise(rows, stream(5, "later"), 1)  # type: ignore[misc]
    for row in rows:
        assert row.values["spent_yuan"] <= row.values["grant_yuan"]
        exact = row.values["spent_yuan"] * 100 / row.values["grant_yuan"]
        assert abs(row.values["spend_rate_pct"] - exact) <= Decimal("0.005")


def test_brands_are_flagged_only_for_products_of_the_directory() -> None:
    directory = (REFERENCE / "ganwei_directory.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    keywords = [line.split(",")[3] for line in directory]
    assert all(any(word in product for word in keywords) for product in GANWEI)
    flagged = [row for row in SALES.fill(_world("通渭县"), stream(5, "sales")) if row.values["is_ganwei"]]
    assert flagged and all(row.values["product_name"] in GANWEI for row in flagged)


def test_projects_of_a_document_come_to_its_total() -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    stated: dict[str, set[Decimal]] = defaultdict(set)
    for row in FUNDS.fill(_world("通渭县"), stream(5, "funds")):
        sums[row.values["doc_no"]] += row.values["amount_yuan"]
        stated[row.values["doc_no"]].add(row.values["doc_total_yuan"])
    assert stated == {document: {total} for document, total in sums.items()}
