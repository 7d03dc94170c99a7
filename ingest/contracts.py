"""The contracts: one YAML file per form, checked against `contracts/contract.schema.json`, as frozen objects.

A contract is the only place that knows a county's header. From it come the reader's map, the checks and the raw
table; a new form is a new file here and no code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

FOLDER = Path(__file__).resolve().parent / "contracts"
PLACE_COLUMNS = ("sheet_no", "row_no", "county_code", "part_code")

MONEY, DECIMAL, PERCENT, TEXT, INTEGER, BOOLEAN, DATE = (
    "numeric(20,4)",
    "numeric(14,4)",
    "numeric(9,4)",
    "text",
    "integer",
    "boolean",
    "date",
)
_PLAIN_TYPES = {
    "text": TEXT, "code": TEXT, "uscc": TEXT, "enum": TEXT, "int": INTEGER, "year": INTEGER, "decimal": DECIMAL,
    "money": MONEY, "percent": PERCENT, "date": DATE, "flag": BOOLEAN,
}  # fmt: skip
PERSONAL_TYPES = frozenset({"id_number", "phone", "bank_account", "person_name"})
NUMBER_TYPES = frozenset({"int", "decimal", "money", "percent", "quantity"})


class ContractError(Exception):
    """A contract cannot be used; the text names the file, the place in it and what was expected there."""


@dataclass(frozen=True)
class RawColumn:
    """A column of the raw table: its name, PostgreSQL type and Chinese comment."""

    name: str
    sql_type: str
    comment: str


@dataclass(frozen=True)
class Column:
    """One column of a form; see `contract.schema.json` for the meaning of each key."""

    field: str
    type: str
    header: str
    required: str
    variants: tuple[str, ...] = ()
    key: bool = False
    unit: str | None = None
    written_unit: str | None = None
    units: tuple[str, ...] = ()
    scale: int = 4
    range: dict[str, Any] | None = None
    total: str = "sum"
    fill: str = "no"
    vocabulary: tuple[tuple[str, tuple[str, ...]], ...] = ()
    match: str = "exact"
    otherwise: str | None = None
    as_written: str | None = None
    as_written_comment: str | None = None
    fields: tuple[str, str] | None = None
    flag: str | None = None
    prefix: str | None = None
    rule: str | None = None
    comment: str | None = None
    example: str | None = None
    origin: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        return (self.header, *self.variants)

    @property
    def is_personal(self) -> bool:
        return self.type in PERSONAL_TYPES

    @property
    def refuses_row(self) -> bool:
        """Whether a wrong cell of this column costs its row (else the cell is emptied)."""
        return self.required in ("recognise", "row") or self.key or self.type == "money"

    def raw_columns(self) -> list[RawColumn]:
        """The columns of the raw table that this column fills, in order."""
        comment, name = self.comment or self.header, self.field
        if self.type == "township":
            return [RawColumn("township_name", TEXT, comment), RawColumn("township_code", TEXT, "乡镇代码（9 位）")]
        if self.type == "village":
            return [RawColumn("village_name", TEXT, comment), RawColumn("village_code", TEXT, "行政村代码（12 位）")]
        if self.type == "places":
            return [
                RawColumn(name, TEXT, comment),
                RawColumn("village_codes", TEXT, "文中认出的行政村代码，以分号相连"),
                RawColumn("township_codes", TEXT, "文中认出的乡镇代码，以分号相连"),
            ]
        if self.type in ("id_number", "phone", "bank_account"):
            return [
                RawColumn(f"{name}_token", TEXT, f"{comment}（加密标记，不可还原）"),
                RawColumn(f"{name}_mask", TEXT, f"{comment}（掩码）"),
            ]
        if self.type == "person_name":
            return [RawColumn(f"{name}_masked", TEXT, f"{comment}（只留姓）")]
        if self.type == "date_range":
            return [
                RawColumn(f"{name}_start_date", DATE, f"{comment}（起）"),
                RawColumn(f"{name}_end_date", DATE, f"{comment}（止）"),
            ]
        if self.type == "status_year":
            return [RawColumn(name, TEXT, comment), RawColumn(f"{name}_year", INTEGER, f"{comment}中写明的年度")]
        if self.type == "exit_year":
            flag = [RawColumn(self.flag, BOOLEAN, f"是否已有{self.header}")] if self.flag else []
            return [RawColumn(name, INTEGER, comment), *flag]
        if self.type == "quantity":
            return [RawColumn(name, DECIMAL, comment), RawColumn(f"{name}_unit", TEXT, f"{comment}的单位")]
        if self.type in ("serial", "pair"):
            return []
        extra = (
            [RawColumn(self.as_written, TEXT, self.as_written_comment or f"{comment}（原文）")]
            if self.as_written
            else []
        )
        return [RawColumn(name, _PLAIN_TYPES[self.type], comment), *extra]


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
    schema = json.loads((FOLDER / "contract.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def load(path: Path) -> Contract:
    """Read one contract.

    Raises:
        ContractError: naming the file, the place in it, and what was found and expected there.
    """
    text = path.read_text(encoding="utf-8")
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"{path.name}: not readable as YAML: {error}") from None
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
    """All contracts of a folder by name, in the order of their form numbers.

    Raises:
        ContractError: a contract is wrong, or two share a number or a name.
    """
    found: dict[str, Contract] = {}
    numbers: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
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
    known = raw | set(names)
    if contract.has_village and not {"township", "village"} <= {c.type for c in contract.columns}:
        yield "scope is village, so a township and a village column are needed"
    if not any(c.required == "recognise" for c in contract.columns):
        yield "no column is required to recognise the form"
    for column in contract.columns:
        if column.type == "pair" and not set(column.fields or ()) <= set(names):
            yield f"column {column.field}: fields must name two other columns of the form"
        if column.type == "money" and column.unit != "元":
            yield f"column {column.field}: money is kept in 元, not {column.unit}"
        if column.type in ("enum", "status_year") and not column.vocabulary:
            yield f"column {column.field}: a vocabulary is needed for {column.type}"
        for unit in (*column.units, *([column.written_unit] if column.written_unit else [])):
            if column.unit is None or factor(unit, column.unit) is None:
                yield f"column {column.field}: unit {unit} does not convert to {column.unit}"
    for check in (*contract.row_checks, *contract.group_checks):
        used = [check.get(k) for k in ("at", "field", "plus_max", "per", "standard_key")]
        used += [*check.get("fields", ()), *check.get("other", ()), *check.get("group", ())]
        used += [w["field"] for w in check.get("when", ())]
        for unknown in (name for name in used if name is not None and name not in known):
            yield f"check {check['rule']}: no column is called {unknown}"
    for fill in contract.fill_from:
        if not {fill["field"], fill["from"]} <= set(names):
            yield f"fill_from: {fill['field']} and {fill['from']} must be columns of the form"
