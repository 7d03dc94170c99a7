"""The reader's fixtures, and at the end of a run a table of how many workbooks and cases each feature has.

A test says which feature it is about by `@pytest.mark.feature("L5 totals")`; what it reads is counted by its bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

import pytest

from ingest.context import Context
from ingest.read import ReadResult, read
from tests.ingest.conftest import context
from tests.layouts.honest import COUNTY, Honest

__all__ = ["context"]

Reader = Callable[..., ReadResult]
WORKBOOKS = pytest.StashKey[set[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "feature(name): what of a workbook a test of tests/layouts is about")


@pytest.fixture
def read_as(context: Context, request: pytest.FixtureRequest) -> Reader:
    """Reads bytes as a file of 通渭县's landing folder; keywords beside `county` change the context."""

    def reader(
        data: bytes, name: str = "621121-通渭县/报表.xlsx", county: str | None = COUNTY, **changes: Any
    ) -> ReadResult:
        request.node.stash.setdefault(WORKBOOKS, set()).add(hashlib.sha256(data).hexdigest())
        return read(data, name, folder_county=county, context=replace(context, **changes))

    return reader


@pytest.fixture
def read_table(read_as: Reader) -> Callable[[bytes, Honest], ReadResult]:
    """Reads bytes under the name that an honest table's file has."""
    return lambda data, table: read_as(data, table.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Features and workbooks travel with the report, from the processes of pytest-xdist too."""
    report = yield
    report.features = sorted({str(mark.args[0]) for mark in item.iter_markers("feature")})
    report.workbooks = sorted(item.stash.get(WORKBOOKS, set()))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    cases: dict[str, int] = {}
    books: dict[str, set[str]] = {}
    for report in [r for kind in ("passed", "failed", "xfailed") for r in terminalreporter.stats.get(kind, [])]:
        if report.when == "call":
            for feature in getattr(report, "features", ()):
                cases[feature] = cases.get(feature, 0) + 1
                books.setdefault(feature, set()).update(report.workbooks)
    if not cases:
        return
    terminalreporter.section("layouts: workbooks, cases, feature")
    for feature in sorted(cases):
        terminalreporter.write_line(f"{len(books[feature]):5}  {cases[feature]:5}  {feature}")
    every = set().union(*books.values())
    terminalreporter.write_line(
        f"{len(every):5}  {sum(cases.values()):5}  in all (a workbook of several features once)"
    )
