"""Judging without asking Great Expectations everything.

It takes about a fiftieth of a second per expectation, and a suite has hundreds: a test that is about one form, and looks a
few times, asks for that form alone. That nothing else trips is told by the gate's own SQL, which is fast; that the two
agree on every expectation of a clean publication is tested with the whole suites.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from expectations import cases, datasets, gate, rules
from warehouse.connect import connect
from warehouse.settings import Settings


@contextmanager
def looking_at(names: Collection[str]) -> Iterator[None]:
    """Judge the publication's parts and these datasets only."""
    all_cases = gate.cases_of

    def cases_of(conn: Any, suite: rules.Suite) -> tuple[list[datasets.Dataset], list[cases.Case]]:
        looked_at, expanded = all_cases(conn, suite)
        return looked_at, [case for case in expanded if case.dataset.name in {"publication", *names}]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "cases_of", cases_of)
        yield


def judge(number: int, suite: str, settings: Settings, pass_no: int = 1) -> gate.Verdict:
    """The verdict; Great Expectations is asked about the datasets in which some rule's SQL finds anything."""
    with connect("build", publication=number, settings=settings) as conn:
        _, expanded = gate.cases_of(conn, rules.load(suite))
        named = {case.dataset.name for case in expanded if conn.execute(cases.executable(case.locate)).fetchone()}
    with looking_at(named):
        return gate.judge(number, suite, pass_no, settings)


def tripped(verdict: gate.Verdict) -> set[tuple[str, str, str]]:
    """County, form and rule of everything that fails, critical or not."""
    return {finding[:3] for finding in verdict.failing + verdict.province_failures + verdict.warnings}
