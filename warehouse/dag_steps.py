"""The tasks that the DAGs are made of: each calls one step of :mod:`warehouse.nightly`.

Imports of the warehouse stand inside the tasks: the DAG files are parsed every few seconds, and must be light.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

if TYPE_CHECKING:
    from warehouse.settings import Settings

# Where a retry can help: a lost connection, a full disk, a database that restarts.
RETRY: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
}


@contextmanager
def no_retry() -> Iterator[None]:
    """Fail the task for good where trying again cannot help: a verdict, a landing folder that somebody must see to, or a
    mistake in the project's own files."""
    from warehouse import nightly
    from warehouse.errors import LandingRefused, ProjectError

    try:
        yield
    except (LandingRefused, ProjectError, nightly.GateHeld, nightly.PersonHeld) as error:
        raise AirflowFailException(str(error)) from None


# A pointer move. What follows a publication is scheduled on it, not on the clock.
PUBLISHED = Asset(name="longcang_publication", uri="longcang://publication")


def run_id_and_settings() -> tuple[str, Settings]:
    """The run's number in ``ops`` (the DAG run's own where the parameters name none) and the settings."""
    from warehouse.settings import Settings

    context = get_current_context()
    return context["params"].get("run_id") or context["run_id"], Settings.load()


def run_date() -> date:
    """The day, in Asia/Shanghai, on which the DAG run is to be run."""
    from warehouse.clock import ZONE

    day: date = get_current_context()["dag_run"].run_after.astimezone(ZONE).date()
    return day


@task(execution_timeout=timedelta(minutes=30), **RETRY)
def discover() -> list[list[int]]:
    """Look at the landing folder; archive and record what is new. Gives batches of submission numbers."""
    from pathlib import Path

    from warehouse import nightly, setup, trials

    run_id, settings = run_id_and_settings()
    setup.ensure_database(settings)
    params = get_current_context()["params"]
    as_of = date.fromisoformat(params["as_of"]) if params.get("as_of") else run_date()
    nightly.begin(run_id, trials.KIND if params.get("dry_run") else "nightly", as_of, settings)
    landing = Path(params["landing"]) if params.get("landing") else settings.landing
    with no_retry():
        return nightly.discover(run_id, landing, settings)


@task(execution_timeout=timedelta(hours=2), **RETRY)
def ingest(submission_ids: list[int]) -> dict[str, int]:
    """Read one batch of submissions and land them."""
    from warehouse import nightly

    run_id, settings = run_id_and_settings()
    with no_retry():
        return nightly.ingest(run_id, submission_ids, settings)


@task(trigger_rule=TriggerRule.NONE_FAILED, execution_timeout=timedelta(minutes=30), **RETRY)
def form() -> int | None:
    """Form the candidate from all that is known now."""
    from warehouse import nightly

    run_id, settings = run_id_and_settings()
    with no_retry():
        return nightly.form(run_id, settings)


@task(execution_timeout=timedelta(minutes=30), **RETRY)
def form_past() -> int | None:
    """Form the candidate of a restatement from what was known then."""
    from warehouse import nightly, setup

    run_id, settings = run_id_and_settings()
    setup.ensure_database(settings)
    try:
        day, instant = nightly.known_until(get_current_context()["params"]["as_of"], settings)
    except ValueError as error:
        raise AirflowFailException(str(error)) from None
    nightly.begin(run_id, "restate", day, settings)
    return nightly.form(run_id, settings, known_until=instant)


@task(execution_timeout=timedelta(hours=1), **RETRY)
def gate_landed() -> None:
    """Judge what landed; counties that fail keep their last good figures."""
    from warehouse import nightly

    run_id, settings = run_id_and_settings()
    with no_retry():
        nightly.gate_landed(run_id, settings)


@task(execution_timeout=timedelta(hours=2), **RETRY)
def build(layer: str) -> None:
    """Build one layer with dbt."""
    from warehouse import nightly

    run_id, settings = run_id_and_settings()
    with no_retry():
        nightly.build(run_id, layer, settings)


@task(execution_timeout=timedelta(hours=2), **RETRY)
def gate_candidate() -> None:
    """Judge the candidate; where only some counties fail, form and build it again without them."""
    from warehouse import nightly

    run_id, settings = run_id_and_settings()
    with no_retry():
        nightly.gate_candidate(run_id, settings)


@task(execution_timeout=timedelta(minutes=10), outlets=[PUBLISHED], **RETRY)
def publish() -> int | None:
    """Move the pointer, unless a person has moved it since the night began."""
    from warehouse import nightly

    run_id, settings = run_id_and_settings()
    try:
        with no_retry():
            number = nightly.publish(run_id, settings)
    except nightly.Overtaken as overtaken:  # no pointer moves, so nothing that follows a publication is to run
        raise AirflowSkipException(str(overtaken)) from None
    if nightly.is_trial(run_id, settings):
        raise AirflowSkipException("a trial moves no pointer")
    return number


@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(hours=1), **RETRY)
def feedback() -> None:
    """Write the workbooks that go back to the counties, whatever the gate has said; it fails for nothing that is in them."""
    from warehouse import nightly

    run_id, settings = run_id_and_settings()
    nightly.feedback(run_id, settings)


@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(minutes=10), **RETRY)
def report() -> str:
    """Close the run; fails where the run did not publish, so that the DAG run shows it."""
    import io
    import logging

    from rich.console import Console

    from warehouse import nightly
    from warehouse.connect import connect
    from warehouse.report import kept
    from warehouse.report_text import render

    run_id, settings = run_id_and_settings()
    state = nightly.finish(run_id, settings)
    with connect("owner", settings=settings) as conn:
        found = kept(conn, run_id)
    if found:
        page = Console(file=io.StringIO(), width=120, color_system=None)
        render(found, page)
        # Through the log, not printed: what a task prints reaches Airflow's page later, and then lies in a folded group.
        for line in page.file.getvalue().splitlines():  # type: ignore[attr-defined]
            logging.getLogger(__name__).info("%s", line)
    if state != "done":
        why = "; ".join(
            f"{step['step']}: {step['message']}" for step in (found or {}).get("unfinished", ()) if step["message"]
        )
        raise AirflowFailException(f"run {run_id} ended as {state}; {why or 'see ops.steps and ops.gate_results'}")
    return state
