"""The gate's rules as data: the files of `suites/<suite>/`, checked against `suites/suite.schema.json`, with their SQL
in `sql/`.

A suite is a folder: `suite.yml` names it, every other file holds the rules and datasets of one subject and may widen
rules that hold for all. Nothing here opens a connection or imports Great Expectations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from warehouse import yaml_files
from warehouse.errors import LongcangError, ProjectError

FOLDER = Path(__file__).resolve().parent
SUITES = ("landed", "candidate")
HEAD, FIRST = "suite.yml", "general.yml"


class RuleError(ProjectError):
    """A suite's file cannot be used; the text names the file, the rule and what is wrong."""


class GateFault(LongcangError):
    """A rule could not be judged (its SQL does not run, a table is missing): the gate itself is at fault."""


class RuleBroken(GateFault, ProjectError):
    """It is the rule's own statement that does not run: it fails the same way until somebody mends it."""


@dataclass(frozen=True)
class Origin:
    """Where a rule and its threshold come from, since when, and what it means when it trips."""

    source: str
    since: str
    trips: str

    def text(self) -> str:
        return f"依据：{self.source}（{self.since} 起）。触发说明：{self.trips}"


@dataclass(frozen=True)
class Selection:
    """Which datasets a rule looks at: named ones, or all that have certain columns."""

    names: tuple[str, ...] | None = None
    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One kind of check with its parameters; `expectations/cases.py` says what each kind does."""

    kind: str
    on: Selection
    statement: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    more_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    exempt: dict[str, tuple[str, ...]] = field(default_factory=dict)
    suffixes: tuple[str, ...] = ()
    when: str = "always"
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Rule:
    rule_id: str
    title: str
    severity: str
    sentence: str
    origin: Origin
    check: Check

    @property
    def is_critical(self) -> bool:
        return self.severity == "critical"


@dataclass(frozen=True)
class Total:
    """A column of a mart whose sum is, county by county, that of a fact: of a column of it, or of its rows ("")."""

    form: str
    column: str
    fact: str
    fact_column: str = ""
    latest: bool = False
    where: str = ""


@dataclass(frozen=True)
class DatasetNote:
    """What a suite says of one dataset: the forms that fill it, what makes a row of it unique, what it must add up to."""

    forms: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    reconciles: str = ""
    may_be_empty: bool = False
    totals: tuple[Total, ...] = ()


@dataclass(frozen=True)
class Suite:
    name: str
    title: str
    rules: tuple[Rule, ...]
    datasets: dict[str, DatasetNote]

    def rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.rule_id == rule_id)

    def parameter_names(self) -> set[str]:
        """The parameters of the reference data that the suite's statements use."""
        return {name for rule in self.rules for name in rule.check.parameters.values()}


@cache
def load(name: str, folder: Path = FOLDER) -> Suite:
    """The suite `name` from `folder`: the rules of `general.yml` first, then those of the other files by their names.

    Raises:
        RuleError: a file breaks the schema, widens a rule that is not there, or names an SQL file that is not there; or
            two entries have one rule's number or one dataset's name.
    """
    place = folder / "suites" / name
    head = _document(folder, f"{name}/{HEAD}", "#/$defs/head")
    files = sorted((path.name for path in place.glob("*.yml") if path.name != HEAD), key=lambda n: (n != FIRST, n))
    documents = {f"{name}/{file}": _document(folder, f"{name}/{file}", "#/$defs/subject") for file in files}
    entries: dict[str, dict[str, Any]] = {}
    notes: dict[str, DatasetNote] = {}
    said: dict[str, str] = {}
    for file, document in documents.items():
        for key in [*(entry["id"] for entry in document.get("rules", ())), *document.get("datasets", {})]:
            if key in said:
                raise RuleError(f"{key} stands twice, in {said[key]} and in {file}; keep one of them")
            said[key] = file
        entries |= {entry["id"]: entry for entry in document.get("rules", ())}
        notes |= {dataset: _note(note) for dataset, note in document.get("datasets", {}).items()}
    for file, document in documents.items():
        for rule_id, more in document.get("extends", {}).items():
            if rule_id not in entries:
                raise RuleError(f"{file} extends {rule_id}, which is no rule of the suite {name}")
            _extend(entries[rule_id]["check"], more, f"{file} extends {rule_id}")
    return Suite(name, head["title"], tuple(_rule(entry, name, folder) for entry in entries.values()), notes)


def _document(folder: Path, file: str, kind: str) -> dict[str, Any]:
    """One file of `suites/`, checked against the part of the schema for its kind."""
    schema = json.loads((folder / "suites" / "suite.schema.json").read_text(encoding="utf-8"))
    document = yaml_files.read(folder / "suites" / file, f"expectations/suites/{file}", RuleError)
    checker = Draft202012Validator({"$ref": kind, "$defs": schema["$defs"]})
    if problems := sorted(checker.iter_errors(document), key=lambda error: list(error.absolute_path)):
        where = "/".join(map(str, problems[0].absolute_path))
        raise RuleError(f"{file} at {where}: {problems[0].message}")
    return dict(document)


def _extend(check: dict[str, Any], more: dict[str, Any], where: str) -> None:
    """Widen a check in place by what another file adds to it."""
    for key in ("more_columns", "exempt"):
        for dataset, columns in more.get(key, {}).items():
            known = check.setdefault(key, {}).setdefault(dataset, [])
            known.extend(column for column in columns if column not in known)
    if more.get("datasets"):
        named = check.get("datasets")
        if not isinstance(named, list):
            raise RuleError(f"{where}, whose datasets are not named one by one")
        named.extend(dataset for dataset in more["datasets"] if dataset not in named)


def _note(note: dict[str, Any]) -> DatasetNote:
    return DatasetNote(
        tuple(note.get("forms", ())),
        tuple(note.get("grain", ())),
        note.get("reconciles", ""),
        note.get("may_be_empty", False),
        tuple(_total(total) for total in note.get("totals", ())),
    )


def _total(total: dict[str, Any]) -> Total:
    fact, _, column = total["of"].partition(".")
    return Total(total["form"], total["column"], fact, column, total.get("latest", False), total.get("where", ""))


def _rule(entry: dict[str, Any], suite: str, folder: Path) -> Rule:
    check = entry["check"]
    statement = ""
    if "file" in check:
        places = [folder / "sql" / place / check["file"] for place in (suite, "shared")]
        path = next((path for path in places if path.is_file()), None)
        if path is None:
            raise RuleError(f"suite {suite}, rule {entry['id']}: there is no sql/{suite}/{check['file']}")
        statement = path.read_text(encoding="utf-8")
    return Rule(
        entry["id"],
        entry["title"],
        entry["severity"],
        entry["sentence"],
        Origin(**{key: str(value) for key, value in entry["origin"].items()}),
        Check(
            kind=check["kind"],
            on=_selection(check.get("datasets", "all")),
            statement=statement,
            parameters=dict(check.get("parameters", {})),
            columns=tuple(check.get("columns", ())),
            more_columns={key: tuple(value) for key, value in check.get("more_columns", {}).items()},
            exempt={key: tuple(value) for key, value in check.get("exempt", {}).items()},
            suffixes=tuple(check.get("suffixes", ())),
            when=check.get("when", "always"),
            minimum=check.get("minimum"),
            maximum=check.get("maximum"),
        ),
    )


def _selection(given: str | list[str] | dict[str, list[str]]) -> Selection:
    if isinstance(given, str):
        return Selection()
    if isinstance(given, list):
        return Selection(names=tuple(given))
    return Selection(columns=tuple(given.get("columns", ())), without=tuple(given.get("without", ())))
