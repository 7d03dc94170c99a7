"""What the runner makes of dbt's words: names, messages, results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from warehouse.dbt_runner import NodeResult, causes, held_up, node_results, safe_name, without_data


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        (
            'Database Error in model x (models/x.sql)\n  duplicate key value violates unique constraint "k"\n'
            "  DETAIL:  Key (head)=(张三) already exists.\n  compiled code at target/x.sql",
            'Database Error in model x (models/x.sql) | duplicate key value violates unique constraint "k"',
        ),
        (
            'Database Error in model x (models/x.sql)\n  invalid input syntax for type integer: "张"三\n某社"\n  LINE 1: a',
            'Database Error in model x (models/x.sql) | invalid input syntax for type integer: "…"',
        ),
        (
            'Database Error in model x (models/x.sql)\n  value "622421199001011234" is out of range for type integer',
            'Database Error in model x (models/x.sql) | value "…" is out of range for type integer',
        ),
        (
            'Database Error in model x (models/x.sql)\n  null value in column "k" of relation "t" violates',
            'Database Error in model x (models/x.sql) | null value in column "k" of relation "t" violates',
        ),
        ("Got 3 results, configured to fail if != 0", "Got 3 results, configured to fail if != 0"),
        ("a\n  LINE 1: select '622421199001011234'\n  HINT:  cast", "a"),
    ],
)
def test_messages_quote_no_rows(message: str, kept: str) -> None:
    assert without_data(message) == kept


def test_long_messages_are_cut() -> None:
    assert len(without_data("x" * 5000)) == 600


def test_what_failed_is_named_with_its_file_and_error() -> None:
    results = [
        NodeResult("fine", "success", 1, 0.1, "SELECT 1"),
        NodeResult(
            "x", "error", None, 0.1, 'Database Error in model x (models/core/x.sql) | column "k" does not exist'
        ),
        NodeResult("y", "skipped", None, 0.0, None),
        NodeResult("z", "fail", 3, 0.1, "Got 3 results, configured to fail if != 0"),
    ]
    assert causes(results) == [
        'x (dbt_project/models/core/x.sql): column "k" does not exist',
        "z: Got 3 results, configured to fail if != 0",
    ]


@pytest.mark.parametrize(
    ("run_id", "name"),
    [
        ("scheduled__2026-11-23T02:00:00+08:00", "scheduled__2026-11-23T02_00_00_08_00"),
        ("../..", "run"),
        ("a/b", "a_b"),
    ],
)
def test_a_run_becomes_one_folder(run_id: str, name: str) -> None:
    assert safe_name(run_id) == name


def test_results_are_read_from_dbt(tmp_path: Path) -> None:
    path = tmp_path / "run_results.json"
    assert list(node_results(path)) == []
    path.write_text(json.dumps({"results": [
        {"unique_id": "model.longcang.core__dim_village", "status": "success", "execution_time": 1.23456,
         "message": "INSERT 0 9", "adapter_response": {"rows_affected": 9}},
        {"unique_id": "test.longcang.keys_resolve_fct_x.0a1b", "status": "fail", "execution_time": 0.1,
         "message": "Got 2 results", "failures": 2, "adapter_response": {}},
    ]}))  # fmt: skip
    model, test = node_results(path)
    assert (model.node, model.rows_affected, model.seconds, model.has_failed) == ("core__dim_village", 9, 1.235, False)
    assert (test.node, test.rows_affected, test.has_failed) == ("keys_resolve_fct_x", 2, True)


def test_who_was_in_the_way_is_said_once() -> None:
    sentence = 'Held up: marts.x has to be changed, and is in use by "psql" (login wang, server process 7).'
    nodes = [NodeResult("x", "error", None, 60.0, f"Database Error in model x (models/x.sql) | {sentence}")] * 2
    other = NodeResult("y", "error", None, 1.0, "Database Error in model y | division by zero")
    assert held_up([*nodes, other]) == [sentence]
