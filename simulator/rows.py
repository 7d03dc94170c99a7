"""What forms are made of: columns, bands of a header, rows and the mistakes that a row carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Kind = Literal[
    "seq", "text", "enum", "int", "decimal", "money", "date", "range", "flag", "code", "phone", "id", "extra"
]
Value = str | int | Decimal | date | bool | None

SEVERITY_WARN = frozenset({"C07", "C08", "R07", "R23", "R24", "R61", "R74"})


@dataclass(frozen=True)
class Column:
    """One column of a form as counties print it.

    ``field`` is the name in truth.json; ``headers`` are spellings for a flat header, ``short`` those under its band.
    ``keep`` columns are in every layout; ``required`` flags may not be blank; ``total`` columns are summed by clerks.
    """

    field: str
    headers: tuple[str, ...]
    kind: Kind
    short: tuple[str, ...] = ()
    band: str | None = None
    keep: bool = True
    required: bool = False
    total: bool = False
    natural: Literal["yuan", "wan"] = "yuan"
    fixed_unit: bool = False
    """The unit is part of the spelling (元/亩), never converted to 万元."""
    unit: str = ""
    """Unit of counts and areas, used where a clerk writes it into the cell or the header."""


@dataclass(frozen=True)
class Band:
    """A header cell above several columns; ``parent`` is the band above it."""

    headers: tuple[str, ...]
    parent: str | None = None


@dataclass
class Blame:
    """One injected mistake of a row, before it has a cell."""

    rule: str
    field: str
    effect: Literal["row_refused", "cell_emptied", "none"]
    note: str
    severity: str = ""

    def __post_init__(self) -> None:
        self.severity = self.severity or ("warn" if self.rule in SEVERITY_WARN else "error")


class Row:
    """One line of a form: canonical values (money in yuan), cells written otherwise, and its mistakes."""

    __slots__ = ("values", "raw", "part", "group", "blames", "refused", "emptied", "is_touched")

    def __init__(self, values: dict[str, Any], part: str, group: str = "") -> None:
        self.values = values
        self.raw: dict[str, str] = {}
        self.part = part
        """Code of the township (or of the county) to which the row's figures belong."""
        self.group = group
        """Household key, or the category that section rows name."""
        self.blames: list[Blame] = []
        self.refused = False
        self.emptied: set[str] = set()
        self.is_touched = False

    def blame(self, rule: str, field: str, effect: Literal["row_refused", "cell_emptied", "none"], note: str,
              severity: str = "") -> None:  # fmt: skip
        """Record a mistake; refusing and emptying take effect on the acceptable totals."""
        self.blames.append(Blame(rule, field, effect, note, severity))
        self.is_touched = True
        if effect == "row_refused":
            self.refused = True
        elif effect == "cell_emptied":
            self.emptied.add(field)

    def misread(self, field: str, text: str) -> None:
        """Write ``text`` into the cell; no number, date or word can be read from it."""
        self.raw[field] = text
        self.values[field] = None

    def written(self, field: str) -> Value:
        """The value that a reader gets from the cell as written, whether or not it is acceptable."""
        return self.values.get(field)

    def acceptable(self, field: str) -> Value:
        """The value that may count, None where the row is refused or the cell emptied."""
        return None if self.refused or field in self.emptied else self.values.get(field)

    def copy(self) -> Row:
        return Row(dict(self.values), self.part, self.group)


@dataclass(frozen=True)
class Form:
    """A form of the programme: what it is called, its columns and how a county fills it."""

    name: str
    code: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    bands: dict[str, Band]
    has_place: bool
    unit_names: tuple[str, ...]
    """Units other than money that the sub-title lists."""
    period_styles: tuple[str, ...]
    sections: Literal["township", "group", "none"]
    fill: Callable[[Any, Any], list[Row]]
    extras: tuple[str, ...]
    footers: tuple[str, ...]

    @property
    def money_fields(self) -> list[str]:
        return [column.field for column in self.columns if column.kind == "money"]
