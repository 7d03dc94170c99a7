"""Who may import whom: the simulator is the other side of the table, the reader knows no database server's bookkeeping,
and the DAG files stay light."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.project.files import ROOT, name_of, project_files

OURS = {"warehouse", "ingest", "simulator", "expectations", "dags", "benchmarks", "bi", "workbooks"}
HEAVY = {"airflow", "dbt", "great_expectations"}

# Package -> what none of its modules may import, at any depth of the module's own code.
FORBIDDEN = {
    "simulator": (OURS - {"simulator"}) | HEAVY | {"psycopg", "sqlalchemy"},
    "ingest": {"simulator", "expectations", "dags", "benchmarks", "workbooks", *HEAVY},
    "workbooks": {"warehouse", "simulator", "expectations", "dags", "benchmarks", "psycopg", "sqlalchemy", *HEAVY},
    "expectations": {"simulator", "dags", "airflow", "dbt", "benchmarks"},
    "warehouse": {"dags", "benchmarks"},
    "docs": {"simulator", "airflow", "dbt", "psycopg", "great_expectations"},
}

# A library -> the only package that may use it: one door for what comes in.
ONLY_IN = {
    "python_calamine": {"ingest"},
    "xlrd": {"ingest"},
    "xlwt": {"simulator"},
    "great_expectations": {"expectations"},
}


def imports(path: Path, *, top_level_only: bool = False) -> set[str]:
    """Dotted names that a module imports; those under `if TYPE_CHECKING` count like the rest."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules_of(package: str) -> list[Path]:
    return [p for p in project_files() if p.suffix == ".py" and name_of(p).split("/")[0] == package]


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_a_package_imports_only_what_is_below_it(package: str) -> None:
    modules = modules_of(package)
    assert modules, f"{package} has no module"
    wrong = {
        f"{name_of(path)} imports {name}"
        for path in modules
        for name in imports(path)
        if name.split(".")[0] in FORBIDDEN[package]
    }
    assert wrong == set()


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_has_one_door(library: str) -> None:
    users = {
        name_of(path).split("/")[0]
        for path in project_files()
        if path.suffix == ".py" and not name_of(path).startswith("tests/")
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users == ONLY_IN[library]


def test_the_pure_middle_of_the_reader_opens_no_connection() -> None:
    """`ingest.read` and all of ingest that it pulls in work on bytes alone."""
    seen: set[Path] = set()
    waiting = [ROOT / "ingest" / "read.py"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in imports(path):
            assert name.split(".")[0] not in {"psycopg", "sqlalchemy", "pgpq", "socket"}, (
                f"{name_of(path)} imports {name}"
            )
            target = ROOT / Path(*name.split(".")).with_suffix(".py")
            if name.startswith("ingest.") and target.is_file():
                waiting.append(target)
    assert len(seen) > 3, "the walk over ingest found next to nothing"


@pytest.mark.parametrize("path", [p for p in project_files() if name_of(p).startswith("dags/") and p.suffix == ".py"])
def test_a_dag_file_is_light_to_parse(path: Path) -> None:
    allowed = {"__future__", "datetime", "typing", "pendulum", "airflow", "warehouse"}
    top = imports(path, top_level_only=True)
    assert {name.split(".")[0] for name in top} <= allowed
    ours = {name for name in top if name.startswith("warehouse")}
    assert ours <= {"warehouse", "warehouse.dag_steps"} | {
        name for name in ours if name.startswith("warehouse.dag_steps.")
    }
    assert not path.name.startswith("dbt_")


def test_dag_steps_import_the_warehouse_only_inside_tasks() -> None:
    top = imports(ROOT / "warehouse" / "dag_steps.py", top_level_only=True)
    assert {name for name in top if name.split(".")[0] in OURS | {"psycopg", "polars", "pyarrow"}} == set()
