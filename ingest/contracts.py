"""The contracts: one YAML file per form, checked against `contracts/contract.schema.json`, as frozen objects.

A contract is the only place that knows a county's header. From it come the reader's map, the checks and the raw
table; a new form is a new file here and no code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from ingest.columns import INTEGER, TEXT, Column, RawColumn
from warehouse import yaml_files
from warehouse.errors import ProjectError

if TYPE_CHECKING:
    import jsonschema

FOLDER = Path(__file__).resolve().parent / "contracts"
# Checks whose `other` is an ID number
ID_KINDS = frozenset({"sex_matches_id", "age_between"})


class ContractError(ProjectError):
    """A contract cannot be used; the text names the file, the place in it and what was expected there."""


@dataclass(frozen=True, eq=False)
class Contract:
    """One form; equal only to itself. `name` is its name in code and `raw.<name>`, `form_id` its number in the programme's list."""

    form_id: str
    name: str
    title: str
    titles: tuple[str, ...]
    not_titles: tuple[str, ...]
    grain: str
    period: str
    scope: str
    comment: str
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    row_checks: tuple[dict[str, Any], ...]
    group_checks: tuple[dict[str, Any], ...]
    fill_from: tuple[dict[str, str], ...]
    digest: str
    by_field: dict[str, Column] = field(repr=False, default_factory=dict)

    @cached_property
    def _owners(self) -> dict[str, str]:
        owners = {raw.name: column.field for column in self.columns for raw in column.raw_columns()}
        return owners | {column.field: column.field for column in self.columns}

    def field_of(self, name: str) -> str:
        """The field that a raw column belongs to (deadline of deadline_date); a field's own name."""
        return self._owners.get(name, name)

    @cached_property
    def id_fields_in_checks(self) -> frozenset[str]:
        """ID numbers of which a check must know the sex or the birth date."""
        return frozenset(
            name
            for check in (*self.row_checks, *self.group_checks)
            if check["kind"] in ID_KINDS
            for name in check["other"]
        )

    @property
    def has_village(self) -> bool:
        return self.scope == "village"

    def raw_columns(self) -> list[RawColumn]:
        """All columns of raw.<name> after reading_id, in order; each name once."""
        place = [
            RawColumn("sheet_no", INTEGER, "工作表序号（从 1 起）"),
            RawColumn("row_no", INTEGER, "工作表中的行号（从 1 起）"),
            RawColumn("county_code", TEXT, "县代码（6 位）"),
            RawColumn("part_code", TEXT, "所属范围：乡镇代码，或县代码"),
        ]
        found = {c.name: c for column in self.columns for c in column.raw_columns()}
        return place + list(found.values())


@cache
def _validator() -> jsonschema.Draft202012Validator:
    import jsonschema  # here, since reading processes are given the contracts loaded

    schema = json.loads((FOLDER / "contract.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def load(path: Path) -> Contract:
    """Read one contract.

    Raises:
        ContractError: naming the file, the place in it, and what was found and expected there.
    """
    data = yaml_files.read(path, path.name, ContractError)
    problems = sorted(_validator().iter_errors(data), key=lambda e: list(map(str, e.absolute_path)))
    if problems:
        raise ContractError(f"{path.name}: " + "; ".join(_sentence(data, e) for e in problems[:5]))
    columns = tuple(_column(entry) for entry in data["columns"])
    contract = Contract(
        form_id=data["id"],
        name=data["name"],
        title=data["title"],
        titles=tuple(data["titles"]),
        not_titles=tuple(data.get("not_titles", ())),
        grain=data["grain"],
        period=data["period"],
        scope=data["scope"],
        comment=data["comment"],
        columns=columns,
        ignored=tuple(data.get("ignored", ())),
        row_checks=tuple(data.get("row_checks", ())),
        group_checks=tuple(data.get("group_checks", ())),
        fill_from=tuple(data.get("fill_from", ())),
        digest=hashlib.sha256(json.dumps(data, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest(),
        by_field={c.field: c for c in columns},
    )
    if path.stem != contract.name:
        raise ContractError(f"{path.name}: name is {contract.name!r}; the file must be called {contract.name}.yml")
    for message in _inconsistencies(contract):
        raise ContractError(f"{path.name}: {message}")
    return contract


def load_all(folder: Path = FOLDER) -> dict[str, Contract]:
    """All contracts of a folder by name, in the order of their form numbers. Files are read again once they change.

    Raises:
        ContractError: a contract is wrong, or two share a number or a name.
    """
    files = sorted(folder.glob("*.yml"))
    return dict(_load_files(folder, tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)))


@lru_cache(maxsize=4)
def _load_files(folder: Path, files: tuple[tuple[Path, int, int], ...]) -> dict[str, Contract]:
    found: dict[str, Contract] = {}
    numbers: dict[str, str] = {}
    for path, _, _ in files:
        contract = load(path)
        if contract.form_id in numbers:
            raise ContractError(f"{path.name}: {contract.form_id} is also the number of {numbers[contract.form_id]}")
        numbers[contract.form_id] = path.name
        found[contract.name] = contract
    if not found:
        raise ContractError(f"no contract found in {folder}")
    return dict(sorted(found.items(), key=lambda item: item[1].form_id))


def _column(entry: dict[str, Any]) -> Column:
    values = dict(entry)
    for name in ("variants", "units", "fields"):
        if name in values:
            values[name] = tuple(values[name])
    if "vocabulary" in values:
        values["vocabulary"] = tuple((v["value"], tuple(v.get("synonyms", ()))) for v in values["vocabulary"])
    if values["type"] == "percent":
        values.setdefault("unit", "%")
    if "total" not in values and values["type"] in ("year", "exit_year", "percent"):
        values["total"] = "none"
    return Column(**values)


def _sentence(data: Any, error: jsonschema.ValidationError) -> str:
    """Where and what, with the column's or rule's name beside a bare index."""
    where = []
    here = data
    for step in error.absolute_path:
        here = here[step]
        label = here.get("rule") or here.get("field") if isinstance(here, dict) else None
        where.append(f"{step} ({label})" if label else str(step))
    return f"at {' > '.join(where) or 'the top'}: {error.message}"


def _inconsistencies(contract: Contract) -> Iterator[str]:
    """What a schema cannot say: names that point nowhere, units that do not convert."""
    from ingest.units import factor

    names = [c.field for c in contract.columns]
    for name in {n for n in names if names.count(n) > 1}:
        yield f"column {name} stands there twice"
    raw = {c.name for c in contract.raw_columns()}
    if contract.has_village and not {"township", "village"} <= {c.type for c in contract.columns}:
        yield "scope is village, so a township and a village column are needed"
    if not any(c.required == "recognise" for c in contract.columns):
        yield "no column is required to recognise the form"
    for column in contract.columns:
        if column.type == "pair" and not set(column.fields or ()) <= set(names):
            yield f"column {column.field}: fields must name two other columns of the form"
        if column.type == "money" and column.unit != "元":
            yield f"column {column.field}: money is kept in 元, not {column.unit}"
        if column.cumulative and column.type not in ("money", "int", "decimal"):
            yield f"column {column.field}: a {column.type} does not grow from month to month"
        if column.prose and column.type != "text":
            yield f"column {column.field}: a {column.type} is no prose"
        if column.fractions_up_to is not None and column.type != "percent":
            yield f"column {column.field}: fractions_up_to is for percent only"
        if column.type in ("enum", "enum_list", "date_or_word", "status_year") and not column.vocabulary:
            yield f"column {column.field}: a vocabulary is needed for {column.type}"
        for unit in (*column.units, *([column.written_unit] if column.written_unit else [])):
            if column.unit is None or factor(unit, column.unit) is None:
                yield f"column {column.field}: unit {unit} does not convert to {column.unit}"
    for check in (*contract.row_checks, *contract.group_checks):
        for message in _check_inconsistencies(contract, check, raw):
            yield f"check {check['rule']}: {message}"
    for fill in contract.fill_from:
        if not {fill["field"], fill["from"]} <= set(names):
            yield f"fill_from: {fill['field']} and {fill['from']} must be columns of the form"


def _check_inconsistencies(contract: Contract, check: dict[str, Any], raw: set[str]) -> Iterator[str]:
    """Keys that a kind of check needs, and names in a check that are no raw column."""
    from ingest.checks import KINDS

    for key in KINDS[check["kind"]].needs:
        if key not in check:
            yield f"{check['kind']} needs {key}"
    used = [check.get(k) for k in ("field", "plus_max", "per", "standard_key", "total_field", "at_date", "times")]
    used += [*check.get("fields", ()), *check.get("group", ()), *(w.get("field") for w in check.get("when", ()))]
    used += [*check.get("minus", ()), *(() if check["kind"] in ID_KINDS else check.get("other", ()))]
    for unknown in (name for name in used if isinstance(name, str) and name not in raw):
        yield f"no column is called {unknown}"
    if check["at"] not in raw | {c.field for c in contract.columns}:
        yield f"no column is called {check['at']}"
    for name in check.get("other", ()) if check["kind"] in ID_KINDS else ():
        if name not in contract.by_field or contract.by_field[name].type != "id_number":
            yield f"{name} is no column of ID numbers"
    for _, name, _, _ in Formatter().parse(check["message"]):
        if name is not None and name not in raw | {"expected", "limit"}:
            yield f"the message has {{{name}}}, and no column is called so"
