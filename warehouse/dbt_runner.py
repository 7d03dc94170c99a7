"""Builds the layers of a publication with dbt, each in a child process, and records what every node did.

dbt reaches the publication through PGOPTIONS (see ``warehouse.connect.environment``), so one set of models builds any
of them. Each build writes to folders of its own under ``settings.dbt_dir``; only the parsed project is handed on, and
dbt itself checks it against the files. Unit tests are not run here: they test code, not a night's data.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg import sql

from warehouse import faults, locks
from warehouse.connect import connect, conninfo, environment
from warehouse.errors import DatabaseError, LongcangError, ProjectError
from warehouse.settings import Settings

HERE = Path(__file__).resolve().parents[1]
LAYERS = ("staging", "core", "metrics")
FINISHED = {"LogModelResult", "LogTestResult", "LogSkipBecauseError", "SkippingDetails", "LogNodeNoOpResult"}
PARSED = "partial_parse.msgpack"
# What a database adds to an error may quote a row; the models' names and the first lines of an error do not.
QUOTES_DATA = re.compile(r"^\s*(DETAIL|CONTEXT|HINT|LINE \d+)\b")
# An error of the database ends in the value that it is about (`invalid input syntax for type integer: "…"`), or quotes it;
# what stands in quotes after one of these words is a name.
VALUE_AT_END = re.compile(r': ".*', re.DOTALL)
QUOTED = re.compile(
    r'(?P<name>\b(?:column|relation|table|view|index|constraint|type|schema|function|role|near|parameter) )?"[^"]*"?'
)
WHERE = re.compile(r"^\w+ Error in (?P<kind>\w+) (?P<node>\S+) \((?P<path>[^)]+)\)[ |]*(?P<said>.*)", re.DOTALL)
LONGEST_MESSAGE = 600
REFUSED = "Compilation Error"
# Views upon views hide from the planner how many rows they give; a nested loop over one of them has taken ten minutes
# where a hash join takes seconds. A build reads whole sets, so it never needs one where another join can do.
PLANNER = "-c enable_nestloop=off -c jit=off"
# What two builds at once may do to each other; the same work succeeds by itself.
PASSES = re.compile("deadlock detected|could not serialize|concurrently|canceling statement|lock timeout")
MOST_NAMED, MOST_EXPLAINED = 10, 3
MEND = f"Mend what is named there and run again ({faults.RUN_AGAIN})"
# How long a build waits for another one that writes the same table, and for readers of a view or table whose definition
# has changed. Shorter than what the task may take (`warehouse.dag_steps`).
ROWS_PATIENCE, DEFINITION_PATIENCE = "1h", "60s"
HELD_UP = "Held up: "

Progress = Callable[[int, int, str], None]


class DbtFailed(LongcangError):
    """dbt did not build a layer; the text names the failing nodes, and where its log lies."""

    def __init__(self, message: str, nodes: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.nodes = tuple(nodes)


class ModelFailed(DbtFailed, ProjectError):
    """A model or a test of the project is at fault, not the machine or who else is at work: it fails the same way again."""


@dataclass(frozen=True)
class NodeResult:
    """What one model or test did: dbt's status, rows affected (None where dbt does not say), seconds, message."""

    node: str
    status: str
    rows_affected: int | None
    seconds: float
    message: str | None

    @property
    def has_failed(self) -> bool:
        return self.status in ("error", "fail", "runtime error")


def build(layer: str, publication_id: int, run_id: str, settings: Settings, progress: Progress | None = None) -> None:
    """Build one layer of a publication and record its nodes in ``ops.node_results``.

    Building a layer again replaces the publication's rows and appends each reading once, so a retry is the same call.

    Args:
        layer: staging, core or metrics.
        publication_id: the publication whose rows are built.
        run_id: names the folder of this build and the rows of ``ops.node_results``.
        settings: where the database and the folders are; the income basis.
        progress: called with (nodes done, nodes in all, node's name) as nodes end.

    Raises:
        ModelFailed: a model or test is wrong, and would fail the same way again.
        DbtFailed: something that may pass stopped dbt: the machine, the database, another build or a reader.
    """
    if layer not in LAYERS:
        raise ValueError(f"unknown layer {layer!r}; known are {', '.join(LAYERS)}")
    folder = _closed_folder(settings.dbt_dir / safe_name(run_id) / layer, settings)
    results_path = folder / "run_results.json"
    results_path.unlink(missing_ok=True)
    if layer == "staging":
        refresh_statistics(settings)
    cached = settings.dbt_dir / PARSED
    with suppress(FileNotFoundError):
        shutil.copyfile(cached, folder / PARSED)
    arguments = ["build", "--select", f"path:models/{layer}", "--exclude-resource-type", "unit_test",
                 "--exclude-resource-type", "exposure",
                 "--indirect-selection", "buildable"]  # fmt: skip
    code, last_words = run(arguments, folder, publication_id, settings, progress)
    results = list(node_results(results_path))
    try:
        _record(results, layer, publication_id, run_id, settings)
    except DatabaseError:
        if code == 0:
            raise
    failing = [result.node for result in results if result.has_failed]
    if code != 0 or not results:
        cause = faults.cause_in(" ".join([last_words, *(result.message or "" for result in results)]))
        if cause is not None:
            raise DbtFailed(faults.sentence(cause, settings, folder / "dbt.log"), failing)
        what = f"failed at {_named(failing)}" if failing else f"ended with status {code}: {last_words or 'no message'}"
        where = f"(layer {layer}, publication {publication_id}; log: {folder}/dbt.log)"
        waits = held_up(results)
        text = ". ".join([f"dbt {what} {where}", *causes(results), *waits, MEND]) + "."
        passes = waits or code not in (1, 2) or any(PASSES.search(r.message or "") for r in results if r.has_failed)
        raise (DbtFailed if passes else ModelFailed)(text, failing)
    _keep_parsed(folder / PARSED, cached)


def run(
    arguments: Sequence[str],
    folder: Path,
    publication_id: int | None,
    settings: Settings,
    progress: Progress | None = None,
) -> tuple[int, str]:
    """Run one dbt command in a child process with ``folder`` (made if need be, 0700) for its target and log.

    Returns:
        dbt's exit status (0 done, 1 a node failed, 2 it could not run), and its last error message, '' without one.
    """
    _closed_folder(folder, settings)
    project = settings.project_root / "dbt_project"
    command = [
        *(sys.executable, "-m", "warehouse.dbt_process", str(os.getpid()), *arguments),
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(folder), "--log-path", str(folder)),
        *("--log-format", "json", "--log-level", "info", "--log-format-file", "text", "--log-level-file", "info"),
        *("--threads", str(max(2, min(4, settings.workers))), "--no-version-check"),
        *("--vars", json.dumps({"income_basis": settings.income_basis})),
    ]
    last_words = ""
    name = locks.application_name(f"build {folder.name} of publication {publication_id}")
    watch = locks.Watch(
        lambda: conninfo("owner", settings), f"a table or view of layer {folder.name}", "application_name = %s", name
    )
    with (
        watch,
        subprocess.Popen(
            command,
            cwd=project,
            env=_environment(publication_id, settings, name),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as child,
    ):
        assert child.stdout is not None
        done = 0
        try:
            for line in child.stdout:
                name, level, message, data = _event(line)
                if name in FINISHED:
                    done += 1
                    if progress is not None:
                        total = int(data.get("total") or data.get("num_models") or done)
                        progress(done, max(total, done), _node_of(data))
                elif level == "error" and message.strip():
                    last_words = without_data(message)
        except BaseException:
            child.kill()
            raise
    return child.returncode, last_words


def refresh_statistics(settings: Settings) -> list[str]:
    """Analyze what tonight's landing and forming changed by more than a tenth; autovacuum may come too late for that.

    Without it the planner takes a new publication to have no parts, and plans every join below it for one row.

    Returns:
        The tables analyzed, as schema.table.
    """
    with connect("owner", settings=settings, autocommit=True) as conn:
        stale = conn.execute(
            "select schemaname, relname from pg_stat_user_tables where schemaname in ('ops', 'raw', 'reference') "
            "and n_mod_since_analyze > 50 + n_live_tup / 10 order by 1, 2"
        ).fetchall()
        for schema, table in stale:
            conn.execute(sql.SQL("analyze {}").format(sql.Identifier(schema, table)))
    return [f"{schema}.{table}" for schema, table in stale]


def node_results(path: Path) -> Iterator[NodeResult]:
    """The nodes in dbt's ``run_results.json``; nothing where dbt ended before it wrote one."""
    if not path.exists():
        return
    for result in json.loads(path.read_text(encoding="utf-8"))["results"]:
        is_model = result["unique_id"].startswith("model.")
        rows = (result.get("adapter_response") or {}).get("rows_affected") if is_model else result.get("failures")
        message = result.get("message")
        yield NodeResult(
            node=str(result["unique_id"]).split(".")[2],
            status=str(result["status"]),
            rows_affected=rows if isinstance(rows, int) and rows >= 0 else None,
            seconds=round(float(result["execution_time"]), 3),
            message=without_data(message) if message else None,
        )


def held_up(results: Sequence[NodeResult]) -> list[str]:
    """What nodes say of sessions that were in their way (see `lock_relation`), each sentence once."""
    sentences = {r.message[r.message.index(HELD_UP) :] for r in results if r.message and HELD_UP in r.message}
    return sorted(sentences)[:MOST_NAMED]


def causes(results: Sequence[NodeResult]) -> list[str]:
    """What the first nodes that failed say of it: the file, and the error without values."""
    found = []
    for result in results:
        if result.has_failed and result.message and HELD_UP not in result.message:
            message = result.message.removeprefix(REFUSED).partition("> in macro")[0].strip(" |")
            at = WHERE.match(message)
            found.append(
                f"{at['node']} (dbt_project/{at['path']}): {at['said']}" if at else f"{result.node}: {message}"
            )
    return [each.rstrip(". |") for each in found[:MOST_EXPLAINED]]


def _named(failing: Sequence[str]) -> str:
    rest = len(failing) - MOST_NAMED
    return ", ".join(failing[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def without_data(message: str) -> str:
    """The message without the lines and the values in which a database quotes rows, on one line and not too long."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and not QUOTES_DATA.match(line)]
    text = " | ".join(line for line in lines if not line.startswith("compiled code at"))
    if "database error" in text.lower() and HELD_UP not in text:
        text = QUOTED.sub(lambda m: m[0] if m["name"] else '"…"', VALUE_AT_END.sub(': "…"', text))
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


def safe_name(run_id: str) -> str:
    """A run's id as the name of a folder: Airflow's ids hold colons and plus signs."""
    return re.sub(r"[^0-9A-Za-z._-]+", "_", run_id).strip("._") or "run"


def _closed_folder(folder: Path, settings: Settings) -> Path:
    """Make the folder and those above it, up to the dbt folder, for this user alone: compiled SQL and logs go there."""
    above = [folder, *folder.parents]
    inside = above[: above.index(settings.dbt_dir) + 1] if settings.dbt_dir in above else [folder]
    for each in reversed(inside):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _environment(publication_id: int | None, settings: Settings, name: str) -> dict[str, str]:
    """The child's environment: this process's own, the settings, and the way to the database as the build role."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "DBT_"))}
    database = environment("build", publication=publication_id, settings=settings)
    # Read by `lock_relation`. In dbt's profile a name that changes would have it read the whole project anew.
    given = {"build": name, "rows_patience": ROWS_PATIENCE, "definition_patience": DEFINITION_PATIENCE}
    waits = " ".join(f"-c longcang.{key}=" + value.replace(" ", "\\ ") for key, value in given.items())
    return {
        **kept,
        **database,
        "PGOPTIONS": f"{database['PGOPTIONS']} {PLANNER} {waits}".strip(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "PYTHONUTF8": "1",
    }


def _event(line: str) -> tuple[str, str, str, dict[str, Any]]:
    """(name, level, message, data) of one line of dbt's JSON log; a line of anything else is an error's text."""
    try:
        event = json.loads(line)
        info = event["info"]
        return info["name"], info["level"], info["msg"], event.get("data") or {}
    except (ValueError, KeyError, TypeError):
        return "", "error", line, {}


def _node_of(data: dict[str, Any]) -> str:
    return str((data.get("node_info") or {}).get("node_name") or data.get("description") or "")


def _record(results: Sequence[NodeResult], layer: str, publication_id: int, run_id: str, settings: Settings) -> None:
    now = datetime.now(UTC)
    with connect("owner", settings=settings) as conn, conn.cursor() as cur:
        cur.executemany(
            "insert into ops.node_results (run_id, publication_id, layer, node, status, rows_affected, seconds, message, "
            "finished_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (run_id, publication_id, layer, r.node, r.status, r.rows_affected, r.seconds, r.message, now)
                for r in results
            ],
        )


def _keep_parsed(parsed: Path, cached: Path) -> None:
    """Hand the parsed project on to the next build; complete or not at all, since another build may be reading it."""
    if not parsed.exists():
        return
    handle, temporary = tempfile.mkstemp(dir=cached.parent, prefix=PARSED)
    with os.fdopen(handle, "wb") as stream:
        stream.write(parsed.read_bytes())
    os.replace(temporary, cached)
