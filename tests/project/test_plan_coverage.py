"""docs/plan-coverage.md says where each clause of the plan is answered: what it names is there, and no form is left out."""

from __future__ import annotations

import csv
import re
from functools import cache

import pytest
import yaml

from expectations import rules
from ingest.contracts import load_all
from tests.project.files import ROOT

PAGE = ROOT / "docs" / "plan-coverage.md"
SECTIONS = ("二(一)", "二(二)1", "二(二)2", "二(二)3", *(f"二(三){n}" for n in range(1, 8)), "二(四)")
FORM, VIEW = re.compile(r"^(F\d\d[AB]?)\.(\w+)$"), re.compile(r"^((?:dim|fct|bridge|mart)_\w+)\.(\w+)$")
TARGET, RULE = re.compile(r"^T\d\d$"), re.compile(r"^[RX]\d\d$")
Row = tuple[str, str, str, str, str]


@cache
def rows() -> list[Row]:
    """The rows of the page's tables: clause, what it asks, form columns, star columns, figures."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5 and cells[0] != "clause" and set(cells[0]) != {"-"}:
            found.append((cells[0], cells[1], cells[2], cells[3], cells[4]))
    return found


@cache
def published() -> dict[str, set[str]]:
    """Columns of each published view, as its yml describes them."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "dbt_project" / "models").glob("**/published/**/*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = {column["name"] for column in model["columns"]}
    return found


@cache
def form_columns() -> dict[str, set[str]]:
    return {contract.form_id: {raw.name for raw in contract.raw_columns()} for contract in load_all().values()}


@cache
def targets() -> set[str]:
    with (ROOT / "reference" / "programme_targets.csv").open(encoding="utf-8", newline="") as stream:
        return {row["target_code"] for row in csv.DictReader(stream)}


@cache
def known_rules() -> set[str]:
    """Rules of contracts, of the gate, and between forms."""
    found = {check["rule"] for c in load_all().values() for check in (*c.row_checks, *c.group_checks)}
    found |= {rule.rule_id for suite in rules.SUITES for rule in rules.load(suite).rules}
    with (ROOT / "reference" / "cross_checks.csv").open(encoding="utf-8", newline="") as stream:
        return found | {row["rule_id"] for row in csv.DictReader(stream)}


def test_every_clause_is_there() -> None:
    clauses = [row[0] for row in rows()]
    assert [section for section in SECTIONS if section not in clauses] == []
    assert len(rows()) > 50
    assert all(re.search(r"[\u4e00-\u9fff]", row[1]) for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]} {row[1]}")
def test_what_a_clause_names_exists(row: Row) -> None:
    _, _, forms, star, figures = row
    for name in forms.split():
        match = FORM.match(name)
        assert match and match[2] in form_columns().get(match[1], set()), f"no form has the column {name}"
    for name in star.split():
        match = VIEW.match(name)
        assert match and not name.startswith("mart_") and match[2] in published().get(match[1], set()), name
    for name in figures.split():
        match = VIEW.match(name)
        if match:
            assert name.startswith("mart_") and match[2] in published().get(match[1], set()), name
        else:
            assert (TARGET.match(name) and name in targets()) or (RULE.match(name) and name in known_rules()), name
    assert forms.split() and star.split() and figures.split()


def test_every_form_and_every_target_answers_something() -> None:
    named = {name.partition(".")[0] for row in rows() for name in row[2].split()}
    assert set(form_columns()) - named == set()
    assert targets() - {name for row in rows() for name in row[4].split()} == set()
