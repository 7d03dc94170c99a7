"""The figures of the hand-made province, worked out by hand, and what its build left on record."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.contracts import load_all
from tests.dbt.conftest import Built
from tests.dbt.world import CHENGGUAN, TONGWEI
from warehouse.dbt_runner import LAYERS, build

D = Decimal


def test_targets_of_a_county_and_above(built: Built) -> None:
    rows = built.world.rows(
        "select target_code, region_code, target_value, actual_value, reached_pct, has_reported from "
        "marts.mart_target_progress where target_code in ('T02', 'T05', 'T06', 'T08') and region_code in "
        f"('620000', '621100', '{TONGWEI}', '{CHENGGUAN}')",
        built.publication,
    )
    found = {row[:2]: row[2:] for row in rows}
    assert found["T02", TONGWEI] == (2, 1, 50, True)
    assert found["T02", "621100"] == (2, 1, 50, True)
    assert found["T02", "620000"] == (394, 1, D("0.25"), True)
    assert found["T02", CHENGGUAN] == (None, None, None, False), "not reported is not zero"
    assert found["T05", TONGWEI] == (None, 1, None, True)
    assert found["T05", CHENGGUAN] == (None, 1, None, True)
    assert found["T05", "620000"] == (600, 2, D("0.33"), True)
    assert found["T06", CHENGGUAN] == (None, 0, None, True), "a county that is not poor adds nothing to T06"
    assert found["T06", "620000"] == (400, 1, D("0.25"), True)
    assert found["T08", TONGWEI] == (3, 3, 100, True)


def test_every_target_has_a_row_for_every_region(built: Built) -> None:
    rows = built.world.rows(
        "select region_level, count(*), count(distinct target_code), count(*) filter (where status_text is null) "
        "from marts.mart_target_progress group by 1",
        built.publication,
    )
    assert {row[0]: row[1:] for row in rows} == {
        "province": (18, 18, 0),
        "prefecture": (14 * 18, 18, 0),
        "county": (86 * 18, 18, 0),
    }


def test_targets_without_a_form_say_so(built: Built) -> None:
    rows = built.world.rows(
        "select distinct target_code, status_text, actual_value from marts.mart_target_progress "
        "where target_code not in (select t.target_code from metrics.int_target_counties as t)",
        built.publication,
    )
    assert {row[1:] for row in rows} <= {("表单尚未接入", None)}


def test_a_village_under_each_income_basis(built: Built) -> None:
    rows = built.world.rows(
        "select income_all_yuan, income_without_subsidy_yuan, income_operating_net_yuan, is_2wan_all, "
        "is_2wan_without_subsidy, is_2wan_operating_net, is_2wan_met, income_basis, award_amount_yuan, award_households, "
        "fund_projects, fund_amount_yuan from marts.mart_village_progress order by village_key",
        built.publication,
    )
    assert rows == [
        (22000, 18000, 16000, True, False, False, True, "all", D("8500.75"), 2, 1, D("333333.3340")),
        (25000, 25000, 21000, True, True, True, True, "all", 2000, 1, 1, D("333333.3330")),
        (31000, 1000, 500, True, False, False, True, "all", 0, 0, 1, D("333333.3330")),
    ]


def test_money_by_level_adds_up(built: Built) -> None:
    rows = built.world.rows(
        "select fund_level, project_category, planned_yuan, spent_yuan, spend_rate_pct, projects_without_spending "
        f"from marts.mart_fund_execution where county_code = '{TONGWEI}' order by planned_yuan",
        built.publication,
    )
    assert rows == [
        ("县级", "产业扶贫", D("0.01"), 0, 0, 0),
        ("未分级", "就业扶贫", 90000, 90000, 100, 0),
        ("省级", "村整体提升", 200000, None, None, 1),
        ("省级", "产业扶贫", D("399999.99"), D("133333.33"), D("33.33"), 0),
        ("中央", "产业扶贫", 600000, 200000, D("33.33"), 0),
    ]


def test_households_near_and_over_their_cap(built: Built) -> None:
    rows = built.world.rows(
        "select product_key, households, awards, award_amount_yuan, near_cap_households, over_cap_households "
        "from marts.mart_household_support order by award_amount_yuan",
        built.publication,
    )
    assert rows == [("羊", 1, 1, D("500.50"), 1, 0), ("小家禽", 1, 1, 2000, 0, 1), ("牛", 2, 3, D("8000.25"), 1, 0)]


def test_sales_and_their_brand_share(built: Built) -> None:
    rows = built.world.rows(
        "select market_region, channels, sales_amount_yuan, signed_amount_yuan, ganwei_share_pct "
        f"from marts.mart_sales_channels where county_code = '{TONGWEI}'",
        built.publication,
    )
    assert rows == [("粤港澳大湾区", 1, 400000, 500000, 75)], "two spellings of one counter are one channel"


def test_a_body_named_in_one_form_and_registered_in_another_is_one(built: Built) -> None:
    rows = built.world.rows(
        "select s.entity_key = c.entity_key, d.credit_code, d.entity_type from marts.fct_channel_sales as s "
        "join marts.dim_entity as d on s.entity_key = d.entity_key "
        f"left join marts.fct_cooperatives as c on s.entity_key = c.entity_key where s.county_code = '{TONGWEI}' "
        "order by s.row_no",
        built.publication,
    )
    assert rows == [(True, "93621121MA0000001A", "合作社"), (None, None, "企业")]


def test_data_quality_shows_who_never_reported(built: Built) -> None:
    rows = built.world.rows(
        "select county_code, has_reported, files, files_partly, rows_read, rows_refused, refused_pct, issues_error, "
        "issues_warn, last_period from marts.mart_data_quality where form = 'cooperatives' "
        f"and county_code in ('{TONGWEI}', '622921')",
        built.publication,
    )
    assert sorted(rows) == [
        (TONGWEI, True, 1, 1, 4, 1, 25, 1, 1, "2020"),
        ("622921", False, 0, 0, 0, 0, None, 0, 0, None),
    ]
    [(pairs, forms)] = built.world.rows(
        "select count(*), count(distinct form_code) from marts.mart_data_quality", built.publication
    )
    assert (pairs, forms) == (86 * len(load_all()), len(load_all()))


def test_no_person_reaches_core(built: Built) -> None:
    """A household's token ends in its key: `household_token_key` is that key, as a roster's or a register's row gives it."""
    rows = built.world.rows(
        "select table_schema, table_name, column_name from information_schema.columns "
        "where table_schema in ('staging', 'core', 'metrics', 'marts') and column_name ~ 'token|mask|phone|bank|head_name' "
        "and column_name <> 'household_token_key'",
        built.publication,
    )
    assert rows == []


def test_every_node_is_recorded(built: Built) -> None:
    with built.world.connect() as conn:
        rows = conn.execute(
            "select layer, count(*), count(*) filter (where status in ('success', 'pass')), sum(rows_affected) "
            "from ops.node_results where run_id = 'first' group by 1"
        ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(LAYERS)
    assert all(total == good for _, total, good, _ in rows)
    assert {row[0]: row[3] for row in rows}["metrics"] >= 1818


def test_progress_counts_up_to_the_whole(built: Built) -> None:
    ends = [event for event in built.progress if event[0] == event[1]]
    assert len(ends) == len(LAYERS)
    assert all(done <= total and node for done, total, node in built.progress)


def test_folders_are_closed_to_others(built: Built) -> None:
    folder = built.world.settings.dbt_dir / "first"
    assert {path.stat().st_mode & 0o077 for path in (folder, folder / "core")} == {0}


def test_an_unknown_layer_is_refused(built: Built) -> None:
    with pytest.raises(ValueError, match="unknown layer"):
        build("mart", built.publication, "first", built.world.settings)
