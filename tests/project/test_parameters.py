"""A rule's bound is one number in one place: every parameter that a contract, a suite or a model names is in the reference
data, and no parameter is there that nothing reads."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest

from expectations import rules
from ingest.contracts import load_all
from tests.project.files import ROOT, name_of, project_files, text_files


def listed() -> set[str]:
    with (ROOT / "reference" / "parameters.csv").open(encoding="utf-8", newline="") as stream:
        return {row["parameter"] for row in csv.DictReader(stream)}


def named_in(value: Any) -> set[str]:
    """Parameters named anywhere in a contract's check."""
    if isinstance(value, dict):
        own = {value["parameter"]} if "parameter" in value else set()
        return own.union(*map(named_in, value.values())) if value else own
    return set().union(*map(named_in, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("form", sorted(load_all()))
def test_a_contract_names_parameters_that_exist(form: str) -> None:
    contract = load_all()[form]
    assert named_in([*contract.row_checks, *contract.group_checks]) - listed() == set()


@pytest.mark.parametrize("suite", rules.SUITES)
def test_a_suite_names_parameters_that_exist(suite: str) -> None:
    found = listed()
    assert {name for name in rules.load(suite).parameter_names() if name not in found} == set()


def test_no_parameter_is_idle() -> None:
    texts = "\n".join(
        path.read_text(encoding="utf-8")
        for path in text_files()
        if name_of(path).split("/")[0] in {"ingest", "expectations", "dbt_project", "warehouse"}
    )
    # A name with a dot is a dataset's own value of the parameter before the dot.
    idle = {name for name in listed() if not re.search(rf"\b{re.escape(name.split('.')[0])}\b", texts)}
    assert idle == set()


def test_every_parameter_says_where_it_comes_from() -> None:
    with (ROOT / "reference" / "parameters.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            assert row["meaning"] and row["origin"] and row["since_date"], row["parameter"]
            assert row["value"] or row["text_value"], row["parameter"]


def test_project_files_include_the_reference_data() -> None:
    assert "reference/parameters.csv" in {name_of(path) for path in project_files()}
