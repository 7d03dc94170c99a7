"""The verdict on files without a database: what `longcang check` shows."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.context import Context, reference_folder
from ingest.places import Gazetteer
from ingest.workers import Setup, Task, read_all


def check_files(paths: Sequence[Path | str], *, workers: int = 1) -> list[dict[str, Any]]:
    """Read files as ingest would and say what it would say, in the order given.

    Neither a database nor a landing folder is needed: the county is taken from a folder above the file, or from the
    file itself; where it cannot be told, that is an issue and the rows are judged all the same. Tokens are made under
    a key that is thrown away.

    Returns:
        Per file a dict: name, path, outcome, form, form_title, county_code, county_name, scope_code, period,
        rows_read, rows_accepted, rows_refused, refusal_code, refusal, issues (dicts of `issues.Issue`), totals (dicts
        of `totals.Stated`), sums (per column, as written and as accepted), layout.
    """
    reference = reference_folder()
    key = secrets.token_bytes(32)
    context = Context.load(key, reference=reference, needs_county=False)
    setup = Setup(key, reference, needs_county=False)
    tasks = [_task(number, Path(path), context.places) for number, path in enumerate(paths)]
    found: dict[int, dict[str, Any]] = {}
    for answer in read_all(tasks, setup, workers):
        r = answer.result
        found[answer.task.key] = {
            "name": Path(paths[answer.task.key]).name,
            "path": str(paths[answer.task.key]),
            "outcome": r.outcome,
            "form": r.form,
            "form_title": context.contracts[r.form].title if r.form else None,
            "county_code": r.county_code,
            "county_name": context.places.counties[r.county_code].name if r.county_code else None,
            "scope_code": r.scope_code,
            "period": r.period,
            "rows_read": r.rows_read,
            "rows_accepted": r.rows_accepted,
            "rows_refused": r.rows_refused,
            "refusal_code": r.refusal_code,
            "refusal": r.refusal,
            "issues": [i.as_dict() for i in r.issues],
            "totals": r.totals.get("stated", []),
            "sums": r.totals.get("columns", {}),
            "layout": r.layout,
        }
    return [found[number] for number in range(len(paths))]


def _task(number: int, path: Path, places: Gazetteer) -> Task:
    """The nearest folder above the file that is a county's names its county; the path below it is its name."""
    parts = path.absolute().parts
    for at in range(len(parts) - 2, -1, -1):
        county = places.county(parts[at])
        if county is not None:
            return Task(number, path.absolute(), "/".join(parts[at:]), county.code)
    return Task(number, path.absolute(), path.name, None)
