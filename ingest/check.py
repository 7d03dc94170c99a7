"""The verdict on files without a database: what `longcang check` shows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest import archive, bundles
from ingest.context import Context, reference_folder
from ingest.places import Gazetteer
from ingest.read import ReadResult
from ingest.workers import Setup, Task, read_all


def check_files(paths: Sequence[Path | str], *, workers: int = 1) -> list[dict[str, Any]]:
    """Read files as ingest would and say what it would say, in the order given.

    Neither a database nor a landing folder is needed: the county is taken from a folder above the file, or from the
    file itself; where it cannot be told, that is an issue and the rows are judged all the same. Tokens are made under
    a key that is thrown away.

    Returns:
        Per file (of a zip, per file in it) a dict: name, path, outcome, form, form_title, county_code, county_name,
        scope_code, period, rows_read, rows_accepted, rows_refused, refusal_code, refusal, issues (dicts of
        `issues.Issue`), totals (dicts of `totals.Stated`), sums (per column, as written and as accepted), layout.
    """
    reference = reference_folder()
    key = secrets.token_bytes(32)
    context = Context.load(key, reference=reference, needs_county=False)
    setup = Setup(key, reference, needs_county=False)
    with TemporaryDirectory(prefix="longcang-check-") as folder:
        wanted = [found for path in paths for found in _files(Path(path), Path(folder))]
        tasks = [_task(number, shown, path, context.places) for number, (shown, path) in enumerate(wanted)]
        answers = sorted(read_all(tasks, setup, workers), key=lambda answer: answer.task.key)
    return [_verdict(wanted[answer.task.key][0], answer.result, context) for answer in answers]


Shown = tuple[str, str]  # a file's path as it was given, and its name inside where it is one of a bundle


def _files(path: Path, folder: Path) -> Iterator[tuple[Shown, Path]]:
    """What is to be read of one path, and where it lies: itself, or the files of a bundle, unpacked into a folder."""
    members = bundles.unpack(path, folder)
    if members is None:
        yield (str(path), ""), path.absolute()
    for member in members or ():
        yield (str(path), member.name), archive.path_of(folder, member.sha256)


def _task(number: int, shown: Shown, path: Path, places: Gazetteer) -> Task:
    """The nearest folder above the file that is a county's names its county; the path below it is its name."""
    parts = (*Path(shown[0]).absolute().parts, *filter(None, shown[1].split("/")))
    for at in range(len(parts) - 2, -1, -1):
        county = places.county(parts[at])
        if county is not None:
            return Task(number, path, "/".join(parts[at:]), county.code)
    return Task(number, path, parts[-1], None)


def _verdict(shown: Shown, result: ReadResult, context: Context) -> dict[str, Any]:
    path, member = shown
    county = context.places.counties[result.county_code].name if result.county_code else None
    return {
        "name": member or Path(path).name,
        "path": f"{path}/{member}" if member else path,
        "outcome": result.outcome,
        "form": result.form,
        "form_title": context.contracts[result.form].title if result.form else None,
        "county_code": result.county_code,
        "county_name": county,
        "scope_code": result.scope_code,
        "period": result.period,
        "rows_read": result.rows_read,
        "rows_accepted": result.rows_accepted,
        "rows_refused": result.rows_refused,
        "refusal_code": result.refusal_code,
        "refusal": result.refusal,
        "issues": [issue.as_dict() for issue in result.issues],
        "totals": result.totals.get("stated", []),
        "sums": result.totals.get("columns", {}),
        "layout": result.layout,
    }
