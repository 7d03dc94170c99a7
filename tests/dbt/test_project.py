"""The dbt project as a whole: layers, descriptions, agreement with contracts and database, its own unit tests."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.contracts import load_all
from tests.dbt.conftest import Built
from warehouse import dbt_runner
from warehouse.dbt_runner import DbtFailed
from warehouse.settings import Settings

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
PUBLISHED = ("dim_", "fct_", "bridge_", "mart_")
# What of a raw table no staging model takes up, and why.
PERSONAL = re.compile(r"(_token|_mask|_masked)$")  # stays in raw; a household's token goes into its key
LEFT_OUT = {
    "village_name": "the reference data names the village",
    "township_name": "the reference data names the township",
    "township_code": "is the region's key",
    "village_code": "is the village's key",
    "village_code_stated": "a check of the reader",
    "township_codes": "of a supervised place are its region's key",
    "village_codes": "of a supervised place are its village's key",
    "household_code": "is the household's key by number",
    "person_code": "a person is known by the token",
    "group_name": "finer than any published figure",
    "coop_name": "is the entity's name",
    "uscc": "is the entity's credit code",
    "operator_name": "is the entity's name",
    "product_code": "is the product's key",
    "is_2wan_met": "is is_2wan_met_stated",
    "source_note": "a clerk's note",
    "start_date": "has a name that says what starts (cover_start_date, begun_date)",
    "end_date": "has a name that says what ends (cover_end_date, finish_date)",
    "company_name": "is the entity's name",
    "spend_rate_pct": "is spend_rate_stated_pct",
    "remark": "a clerk's note",
    "problem_text": "free text, which may name persons",
    "measure": "free text, which may name persons",
    "evidence": "free text, which may name persons",
}


@pytest.fixture(scope="module")
def manifest(built: Built) -> dict[str, Any]:
    """dbt's manifest, from `dbt docs generate` with every warning an error."""
    folder = built.world.settings.dbt_dir / "docs"
    code, words = dbt_runner.run(["--warn-error", "docs", "generate"], folder, built.publication, built.world.settings)
    assert code == 0, words
    assert (folder / "catalog.json").stat().st_size > 10_000
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The models of the manifest by name."""
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


def test_unit_tests_hold(built: Built) -> None:
    folder = built.world.settings.dbt_dir / "unit"
    code, words = dbt_runner.run(
        ["--warn-error", "test", "--select", "test_type:unit"], folder, built.publication, built.world.settings
    )
    results = list(dbt_runner.node_results(folder / "run_results.json"))
    assert code == 0, [result for result in results if result.has_failed] or words
    assert len(results) >= 14


def test_every_rule_on_money_or_people_has_a_unit_test(manifest: dict[str, Any]) -> None:
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    assert {
        "metrics__int_poor_villages",  # the 20,000 yuan test under each basis, and the exits
        "metrics__int_targets_entities",  # new provincial demonstration cooperatives, poor counties
        "core__fct_fund_allocations",  # levels of funds
        "metrics__int_household_totals",  # near and over the cap
        "core__entity_aliases",  # one body by code or name
        "core__household_aliases",  # one household by head, number or member
        "core__dim_household_history",  # how a household stood, period by period
    } <= tested


def test_metrics_read_only_what_is_published(models: dict[str, dict[str, Any]]) -> None:
    checked = 0
    for name, node in models.items():
        if not node["path"].startswith("metrics/") or node["schema"] == "marts":
            continue
        for parent in node["depends_on"]["nodes"]:
            kind, *_, parent_name = parent.split(".")
            checked += 1
            if kind == "source":
                assert parent.split(".")[2] == "reference", f"{name} reads {parent}"
            else:
                of = models[parent_name]
                is_star = of["schema"] == "marts" and of["alias"].startswith(("dim_", "fct_", "bridge_"))
                is_step = of["schema"] == "metrics" and of["alias"].startswith("int_")
                assert is_star or is_step, f"{name} reads {parent_name}, which holds rows of every publication"
    assert checked > 20


def test_layers_read_downwards_only(models: dict[str, dict[str, Any]]) -> None:
    order = {"staging": 0, "core": 1, "metrics": 2}
    for name, node in models.items():
        layer = order[node["path"].split("/")[0]]
        for parent in node["depends_on"]["nodes"]:
            if parent.startswith("model."):
                assert order[models[parent.split(".")[-1]]["path"].split("/")[0]] <= layer, f"{name} reads {parent}"
            elif parent.split(".")[2] == "raw":
                assert layer == 0, f"{name} reads {parent}"


def test_nothing_asks_for_today() -> None:
    clock = re.compile(r"\b(now\s*\(|current_(date|timestamp|time)\b|localtime|clock_timestamp|statement_timestamp|"
                       r"transaction_timestamp|timeofday|run_started_at|modules\.datetime)", re.IGNORECASE)  # fmt: skip
    paths = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/*.sql")]
    assert len(paths) > 50
    assert [path.name for path in paths if clock.search(path.read_text(encoding="utf-8"))] == []


def test_every_model_is_described(models: dict[str, dict[str, Any]]) -> None:
    for name, node in models.items():
        assert re.match(r"^每.+一行：.+。$", node["description"], re.DOTALL), name
        assert node["config"]["meta"]["grain"].startswith("One row per "), name
        assert [
            column for column, of in node["columns"].items() if not re.search(r"[\u4e00-\u9fff]", of["description"])
        ] == []


def test_columns_in_yml_are_those_of_the_database(built: Built, models: dict[str, dict[str, Any]]) -> None:
    rows = built.world.rows(
        "select n.nspname, c.relname, array_agg(a.attname::text order by a.attnum), "
        "array_agg(col_description(c.oid, a.attnum) order by a.attnum), obj_description(c.oid) "
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
        "where n.nspname in ('staging', 'core', 'metrics', 'marts') and c.relkind in ('r', 'v') group by 1, 2, c.oid",
        built.publication,
    )
    found = {(schema, name): (columns, comments, comment) for schema, name, columns, comments, comment in rows}
    assert set(found) == {(node["schema"], node["alias"]) for node in models.values()}
    for node in models.values():
        columns, comments, comment = found[node["schema"], node["alias"]]
        assert columns == list(node["columns"]), node["name"]
        assert comments == [of["description"] for of in node["columns"].values()], node["name"]
        assert comment == node["description"], node["name"]


def test_texts_of_columns_are_written_once() -> None:
    texts: Counter[str] = Counter()
    for path in PROJECT.glob("docs/columns_*.md"):
        texts.update(re.findall(r"{% docs (\w+) %}", path.read_text(encoding="utf-8")))
    assert [name for name, count in texts.items() if count > 1] == []
    for path in PROJECT.glob("models/**/*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            for column in model["columns"]:
                assert column["description"] == "{{ doc('" + column["name"] + "') }}", (model["name"], column["name"])


def test_no_yml_is_long() -> None:
    assert [path.name for path in PROJECT.glob("**/*.yml") if len(path.read_text("utf-8").splitlines()) > 400] == []


def test_every_form_is_staged_whole(models: dict[str, dict[str, Any]]) -> None:
    for contract in load_all().values():
        model = models[f"stg_county_forms__{contract.name}"]
        meta = model["config"]["meta"]
        assert (meta["form"], meta["form_code"], meta["form_name"], meta["period_kind"]) == (
            contract.name, contract.form_id, contract.title, contract.period,
        )  # fmt: skip
        raw = {column.name for column in contract.raw_columns() if not PERSONAL.search(column.name)}
        assert raw - set(model["columns"]) - set(LEFT_OUT) == set(), f"{contract.name}: columns that no model takes up"


def test_money_is_exact_and_names_its_currency(built: Built) -> None:
    rows = built.world.rows(
        "select table_name || '.' || column_name, data_type, numeric_scale from information_schema.columns "
        "where table_schema in ('core', 'metrics', 'marts') and column_name ~ 'amount|yuan|income_.*|award_'",
        built.publication,
    )
    assert [row for row in rows if row[0].endswith("_yuan") and (row[1] != "numeric" or row[2] is None)] == []
    loose = [row[0] for row in rows if row[1] == "numeric" and not row[0].endswith("_yuan")]
    assert loose == []


def test_bi_may_read_every_published_view_and_nothing_else(built: Built) -> None:
    rows = built.world.rows(
        "select c.relname, has_table_privilege('bi_reader', c.oid, 'select'), n.nspname, "
        "has_schema_privilege('bi_reader', n.oid, 'usage'), c.reloptions from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname in ('staging', 'core', 'metrics', 'marts') and c.relkind in ('r', 'v')",
        built.publication,
    )
    for name, may_read, schema, may_enter, options in rows:
        assert (may_read and may_enter) == (schema == "marts"), name
        if schema == "marts":
            assert name.startswith(PUBLISHED), name
            assert options == ["security_barrier=true"], name


@pytest.fixture
def changed(built: Built, tmp_path: Path) -> Settings:
    """Settings whose dbt project is a copy, to be changed."""
    shutil.copytree(PROJECT, tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    return built.world.settings.with_changes(project_root=tmp_path)


def replace(settings: Settings, path: str, old: str, new: str) -> None:
    file = settings.project_root / "dbt_project/models" / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.ci_only
def test_a_view_may_gain_columns_under_an_analysts_view(built: Built, changed: Settings) -> None:
    world = built.world
    with world.connect() as conn:
        conn.execute("set role longcang_build")
        conn.execute("create view marts.saved_by_an_analyst as select product_key, product_name from marts.dim_product")
    replace(
        changed,
        "core/published/dimensions/dim_product.sql",
        "    p.sort_order\n",
        "    p.sort_order,\n    p.version_from\n",
    )
    replace(changed, "core/published/dimensions/dim_product.sql", "    999 as sort_order\n",
            "    999 as sort_order,\n    0 as version_from\n")  # fmt: skip
    replace(changed, "core/dimensions/core__dim_sales_channel.sql", "    '-1' as county_code,\n    '-1' as region_key\n",
            "    '-1' as county_code,\n    '-1' as region_key,\n    '无' as note\n")  # fmt: skip
    replace(changed, "core/dimensions/core__dim_sales_channel.sql", "    l.county_code,\n    l.region_key\n",
            "    l.county_code,\n    l.region_key,\n    '新' as note\n")  # fmt: skip
    dbt_runner.build("core", built.publication, "wider", changed)
    assert world.rows("select count(version_from) > 12 from marts.dim_product", built.publication) == [(True,)]
    assert world.rows("select count(*) > 12 from marts.saved_by_an_analyst", built.publication) == [(True,)]
    assert world.rows("select distinct note from core.dim_sales_channel order by 1", built.publication) == [
        ("新",),
        ("无",),
    ]


@pytest.mark.ci_only
def test_a_view_never_changes_a_column_in_place(built: Built, changed: Settings) -> None:
    before = built.world.rows("select pg_get_viewdef('marts.dim_publication'::regclass)", built.publication)
    replace(changed, "core/published/dimensions/dim_publication.sql", "    v.as_of_date,\n",
            "    v.as_of_date::text as as_of_date,\n")  # fmt: skip
    with pytest.raises(DbtFailed, match="dim_publication"):
        dbt_runner.build("core", built.publication, "narrower", changed)
    with built.world.connect() as conn:
        [(message,)] = conn.execute(
            "select message from ops.node_results where run_id = 'narrower' and node = 'dim_publication'"
        ).fetchall()
    assert 'column 2 is "as_of_date" date and would become "as_of_date" text' in message
    assert built.world.rows("select pg_get_viewdef('marts.dim_publication'::regclass)", built.publication) == before
