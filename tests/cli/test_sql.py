"""`longcang sql` and `longcang psql`: several statements, wide results, files, errors with their place, and who may ask."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.e2e.nights import longcang
from warehouse.cli.main import cli
from warehouse.errors import ServerError
from warehouse.settings import Settings


@pytest.fixture(scope="module", autouse=True)
def _warehouse(module_settings: Settings) -> None:
    """A migrated one, which the commands find by themselves."""


@pytest.fixture(autouse=True)
def environment(module_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in module_settings.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "80")


def sql(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["sql", *arguments], input=given)


def printed(*arguments: str, given: bytes | None = None) -> str:
    done = sql(*arguments, given=given)
    assert done.exit_code == 0, done.output
    return done.output


MANY = """
-- a comment; with a semicolon
select 'a;b' as "x;y", $$c;d$$ as z; /* another; one */ select e'it\\'s; fine' as q;
select 1 as n where false;
"""


def test_several_statements_are_told_apart_by_the_server() -> None:
    first, second, third = (json.loads(line) for line in printed(MANY, "--json").splitlines())
    assert (first, second, third) == ([{"x;y": "a;b", "z": "c;d"}], [{"q": "it's; fine"}], [])
    blocks = printed(MANY, "--csv").split("\n\n")
    assert [list(csv.reader(io.StringIO(block))) for block in blocks] == [
        [["x;y", "z"], ["a;b", "c;d"]],
        [["q"], ["it's; fine"]],
        [["n"]],
    ]
    text = printed(MANY)
    assert [line for line in text.splitlines() if line.endswith(" 行")] == ["1 行", "1 行", "0 行"]


def test_what_is_set_in_one_statement_holds_in_the_next() -> None:
    assert printed("set application_name = 'me'; show application_name", "--json") == '[{"application_name": "me"}]\n'
    assert "SET" in printed("set application_name = 'me'")
    assert printed("  ;  -- nothing") == "\n" or printed("  ;  -- nothing").strip() == ""


def test_a_wide_result_stands_upright_and_a_narrow_one_in_a_table() -> None:
    narrow = printed("select 1 as a, 2 as b")
    assert "┃" in narrow and "第 1 行" not in narrow
    wide = printed(
        "select repeat('长', 30) as one, 'x' as two, '{\"甲\": [1]}'::jsonb as three union all select 'y', null, null"
    )
    lines = wide.splitlines()
    assert [line for line in lines if line.startswith("───")] == ["─── 第 1 行", "─── 第 2 行"]
    assert lines[1].split() == ["one", "长" * 30] and lines[2].split() == ["two", "x"]
    assert lines[3].split() == ["three", '{"甲":', "[1]}"] and lines[-1] == "2 行"
    assert "┃" not in wide


def test_statements_come_from_a_file_or_a_pipe(tmp_path: Path) -> None:
    file = tmp_path / "查询.sql"
    file.write_bytes("\ufeffselect '甲' as a;".encode())
    assert json.loads(printed("-f", str(file), "--json")) == [{"a": "甲"}]
    assert json.loads(printed("-f", "-", "--json", given="select '乙' as a".encode())) == [{"a": "乙"}]
    file.write_bytes("select '甲'".encode("gb18030"))
    done = sql("-f", str(file))
    assert done.exit_code == 2 and "it is not UTF-8 (byte 9)" in done.output
    assert sql().exit_code == 2 and sql("select 1", "-f", str(file)).exit_code == 2
    assert sql("-f", str(tmp_path / "none")).exit_code == 2


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("select 1;\nselect 甲,\n  nothing_there", 'Error: line 3, column 3: column "nothing_there" does not exist'),
        ("selec 1", 'Error: line 1, column 1: syntax error at or near "selec"'),
        ("select 1/0", "Error: division by zero"),
        ("select * from ops.runs", "Error: line 1, column 15: permission denied for schema ops"),
        ("select abs('x')", "Error: line 1, column 12: invalid input syntax"),
        ("copy (select 1) to stdout", "Error: COPY to or from the terminal needs `longcang psql`"),
    ],
)
def test_an_error_is_one_sentence_with_its_place(query: str, error: str) -> None:
    query = query.replace("甲", "1")
    done = longcang(Settings.load(), "sql", query)
    assert done.returncode == 2
    assert done.stderr.startswith(error) and done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == ""


def test_who_asks_and_what_each_may_see() -> None:
    assert "bi_reader" in printed("select current_user")
    assert json.loads(printed("--as", "operator", "select current_user as u", "--json")) == [{"u": "longcang_operator"}]
    assert json.loads(printed("--as", "operator", "select count(*) as n from publications", "--json")) == [{"n": 0}]
    for schema in ("raw", "core", "staging"):
        assert f"permission denied for schema {schema}" in sql("--as", "operator", f"select * from {schema}.x").output
    assert sql("--publication", "7", "select 1").exit_code == 2
    shown = printed("--as", "auditor", "--publication", "7", "show longcang.publication", "--json")
    assert json.loads(shown) == [{"longcang.publication": "7"}]
    assert sql("--as", "owner", "select 1").exit_code == 2


def test_psql_starts_as_who_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in takes psql's place on the path: what counts is what it is given."""
    fake = tmp_path / "psql"
    fake.write_text('#!/bin/sh\necho "$PGUSER $PGDATABASE $PGOPTIONS" "$@"\n')
    fake.chmod(0o755)
    settings = Settings.load()
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("PGUSER", "somebody_else")
    done = longcang(settings, "psql", "--as", "auditor", "--publication", "3", "-c", "select 1")
    assert done.stdout.split() == [
        *("longcang_auditor", settings.database_name, "-c", "longcang.publication=3", "-c", "select", "1")
    ]


def test_psql_comes_with_the_embedded_server_where_the_path_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load()
    monkeypatch.setenv("PATH", "/nowhere")
    done = longcang(settings, "psql", "--no-psqlrc", "--tuples-only", "--command", "select current_user")
    assert (done.returncode, done.stdout.strip()) == (0, "bi_reader"), done.stderr
    monkeypatch.setattr("warehouse.cli.sql.packaged_folder", _no_install)
    done_here = CliRunner().invoke(cli, ["psql"])
    assert "there is no psql on this machine; it comes with" in str(done_here.exception)


def _no_install() -> Path:
    raise ServerError("not installed")
