"""The gate's rules as data: `suites/<suite>.yml`, checked against `suites/suite.schema.json`, with their SQL in `sql/`.

Nothing here opens a connection or imports Great Expectations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from warehouse.errors import LongcangError

FOLDER = Path(__file__).resolve().parent
SUITES = ("landed", "candidate")


class RuleError(LongcangError):
    """A suite's file cannot be used; the text names the file, the rule and what is wrong."""


class GateFault(LongcangError):
    """A rule could not be judged (its SQL does not run, a table is missing): the gate itself is at fault."""


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
class DatasetNote:
    """What a suite says of one dataset: the forms that fill it, and what makes a row of it unique."""

    forms: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    reconciles: str = ""
    may_be_empty: bool = False


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
    """The suite `name` from `folder`.

    Raises:
        RuleError: the file breaks the schema, names one rule twice, or names an SQL file that is not there.
    """
    path = folder / "suites" / f"{name}.yml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    schema = json.loads((folder / "suites" / "suite.schema.json").read_text(encoding="utf-8"))
    problems = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda error: list(error.absolute_path))
    if problems:
        where = "/".join(map(str, problems[0].absolute_path))
        raise RuleError(f"{path.name} at {where}: {problems[0].message}")
    rules = tuple(_rule(entry, name, folder) for entry in document["rules"])
    ids = [rule.rule_id for rule in rules]
    if doubled := sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1}):
        raise RuleError(f"{path.name} names a rule twice: {', '.join(doubled)}")
    notes = {
        dataset: DatasetNote(
            tuple(note.get("forms", ())),
            tuple(note.get("grain", ())),
            note.get("reconciles", ""),
            note.get("may_be_empty", False),
        )
        for dataset, note in document.get("datasets", {}).items()
    }
    return Suite(name, document["title"], rules, notes)


def _rule(entry: dict[str, Any], suite: str, folder: Path) -> Rule:
    check = entry["check"]
    statement = ""
    if "file" in check:
        places = [folder / "sql" / place / check["file"] for place in (suite, "shared")]
        path = next((path for path in places if path.is_file()), None)
        if path is None:
            raise RuleError(f"{suite}.yml, rule {entry['id']}: there is no sql/{suite}/{check['file']}")
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
