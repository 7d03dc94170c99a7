"""Great Expectations: what it is asked, and what it answers. Imported only when a gate runs, since the import costs
seconds.

Results hold no row and no value of a row: the format is BOOLEAN_ONLY, and what failed is located by our own SQL, keyed
by county and form.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read at import: nothing about a run leaves the machine

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.compatibility import pydantic
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

from expectations.cases import Case, for_great_expectations
from expectations.datasets import Dataset
from expectations.rules import GateFault, RuleBroken

# Errors of the database that a statement's own text brings about, whoever runs it and whenever.
OF_THE_STATEMENT = re.compile(
    r"errors\.(?:Undefined|Ambiguous|Syntax|Datatype|Invalid|Wrong|Grouping|Cardinality|Division)"
)
# What an error message of the server might carry of a row: long runs of digits, and what stands in quotes.
DIGITS, QUOTED = re.compile(r"\d{5,}"), re.compile(r"'[^']*'|\"[^\"]*\"")

BATCH = "whole"

Progress = Callable[[int, int, str], None]


class NoViolations(gxe.UnexpectedRowsExpectation):
    """A statement that gives no row.

    Great Expectations' own class runs each statement twice, for the rows and for their number; the rows, of which it
    takes 200 at most, suffice for yes or no. Our statements name their relation themselves: Great Expectations adds an
    alias of its own to a query's batch, unless it finds the word JOIN in the statement.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    @pydantic.validator("unexpected_rows_query", allow_reuse=True)
    def _validate_query(cls, query: str) -> str:
        return query

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        return {"success": not metrics["unexpected_rows_query.table"]}


@dataclass(frozen=True)
class Judged:
    """The verdict on one dataset: per case whether it holds, and the result for the Data Docs."""

    dataset: Dataset
    outcomes: list[tuple[Case, bool]]
    suite: gx.ExpectationSuite
    result: ExpectationSuiteValidationResult
    batch_id: str


@contextmanager
def context() -> Iterator[Any]:
    """An ephemeral context: nothing of it is kept on disk, nothing is sent anywhere."""
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # its error lines carry statements and values
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield gx.get_context(
            mode="ephemeral",
            project_config=DataContextConfig(
                store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
                progress_bars=ProgressBarsConfig(globally=False),
                analytics_enabled=False,
            ),
        )


def judge(made: Any, url: str, suite: str, cases: list[Case], progress: Progress | None) -> list[Judged]:
    """Judge the cases, dataset by dataset, through one connection pool that is closed at the end.

    Args:
        url: SQLAlchemy URL of the build role, with `longcang.publication` set in its options.

    Raises:
        GateFault: an expectation could not be evaluated; RuleBroken, one kind of it, where its own statement is wrong.
    """
    by_dataset: dict[str, list[Case]] = {}
    for case in cases:
        by_dataset.setdefault(case.dataset.name, []).append(case)
    # All assets at once: each one added later costs a rewrite of the context's configuration.
    assets = [_asset(group[0].dataset) for group in by_dataset.values()]
    source = made.data_sources.add_postgres(suite, connection_string=url, create_temp_table=False, assets=assets)
    judged = []
    done = 0
    try:
        for name, group in by_dataset.items():
            if progress:
                progress(done, len(cases), group[0].dataset.title)
            judged.append(_judge_dataset(made, source, suite, name, group))
            done += len(group)
        if progress:
            progress(done, len(cases), "")
    finally:
        _close(source)
    return judged


def _asset(dataset: Dataset) -> dict[str, Any]:
    """The dataset as Great Expectations' configuration has it."""
    common = {"name": dataset.name, "batch_definitions": [{"name": BATCH, "partitioner": None}]}
    if dataset.relation.startswith("("):
        return {**common, "type": "query", "query": dataset.relation[1:-1]}
    schema, table = dataset.relation.split(".")
    return {**common, "type": "table", "table_name": table, "schema_name": schema}


def _judge_dataset(made: Any, source: Any, suite: str, name: str, cases: list[Case]) -> Judged:
    dataset = cases[0].dataset
    batch = source.get_asset(name).get_batch_definition(BATCH).get_batch()
    expectations = gx.ExpectationSuite(name=f"{suite}.{name}", meta={"title": dataset.title})
    for case in cases:
        expectations.add_expectation(_expectation(case))
    expectations = made.suites.add(expectations)
    result = batch.validate(expectations, result_format="BOOLEAN_ONLY")
    _raise_on_fault(dataset, result)
    # Results come back grouped by column, so they are matched by the number that each expectation carries.
    by_number = {found.expectation_config.meta["case"]: found for found in result.results}
    outcomes = [(case, bool(by_number[_number(case)].success)) for case in cases]
    return Judged(dataset, outcomes, expectations, result, batch.id)


def _number(case: Case) -> str:
    """What tells a case from others of its dataset: the rule and the column."""
    return f"{case.rule.rule_id} {case.arguments.get('column', '')}".strip()


def _expectation(case: Case) -> Any:
    common = {
        "severity": case.rule.severity,
        "description": case.description + (f"（{case.arguments['column']}）" if "column" in case.arguments else ""),
        "notes": [case.rule.origin.text()],
        "meta": {"case": _number(case), "rule_id": case.rule.rule_id},
    }
    if case.expectation:
        return getattr(gxe, case.expectation)(**case.arguments, **common)
    return NoViolations(unexpected_rows_query=for_great_expectations(case.locate), **common)


def _raise_on_fault(dataset: Dataset, result: ExpectationSuiteValidationResult) -> None:
    faults = []
    for found in result.results:
        if message := _exception(found):
            faults.append(f"{found.expectation_config.meta['case']}: {message}")
    if faults:
        is_of_rules = all(OF_THE_STATEMENT.search(fault) for fault in faults)
        named = "; ".join(sorted(faults)[:3])
        raise (RuleBroken if is_of_rules else GateFault)(
            f"{dataset.name} could not be judged. {named}. Mend what is named there (rules are in expectations/suites/) and "
            "run again."
        )


def _exception(found: ExpectationValidationResult) -> str:
    """The message of an expectation that raised, without anything that may come from a row; "" where none did."""
    info = found.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            line = str(entry.get("exception_message") or "unknown error").strip().splitlines()[0]
            return DIGITS.sub("…", QUOTED.sub("…", line))[:200]
    return ""


def _close(source: Any) -> None:
    """Close the sessions that Great Expectations would keep open."""
    for engine in (source.get_execution_engine().engine, source.get_engine()):
        engine.dispose()
