"""What forms are made of: columns, bands of a header, rows and the mistakes that a row carries."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Kind = Literal[
    "seq", "text", "enum", "int", "decimal", "money", "date", "range", "flag", "code", "phone", "id", "extra",
    "person", "year", "percent", "quantity", "period", "pair", "list",
]  # fmt: skip
"""What a cell holds, as ``row.values`` has it:

person   a name (str); some counties align two-letter names
year     digits or a word (str): may be written as a number
percent  Decimal, 6 for six per cent: written 6, 6% or 0.06 as ``percent_styles`` allows
quantity Decimal or int, sometimes with its unit (``unit_of``) in the cell
period   '2019', '2019H1' or '2019H2': written 2019年, 2019年上半年, …
pair     the values of the two columns in ``pair`` as ``a/b``; stands in some layouts instead of these two
list     a sequence of words, joined by 、
date     a date, or a str that is written as it is (立行立改)
"""
PercentStyle = Literal["plain", "header", "sign", "fraction"]
Split = Literal["county", "sheets", "townships"]
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
    unit_of: Callable[[Row], str] | None = None
    """The unit row by row, instead of ``unit``."""
    needs: tuple[str, ...] = ()
    """The column is left out of layouts that lack one of these."""
    per_household: bool = False
    """Once for a household's rows, merged downwards, where a county writes its roster so."""
    percent_styles: tuple[PercentStyle, ...] = ("plain", "header", "sign", "fraction")
    """Leave ``fraction`` out where values below 1 % occur, which no reader could tell from it."""
    pair: tuple[str, str] = ("", "")
    note_of: Callable[[Row], tuple[str, Decimal] | None] | None = None
    """Money whose cell may carry a note: (what for, yuan of it), written ``10(其中,灾情因素6万元)``."""


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


@dataclass(frozen=True)
class Contradiction:
    """A row that is right in itself and says something else than another form."""

    rule: str
    other_form: str
    note: str
    about: tuple[Row, ...]
    """All rows that the finding is about; it is told at the first of them that is written and acceptable."""


class Row:
    """One line of a form: canonical values (money in yuan), cells written otherwise, and its mistakes."""

    __slots__ = ("values", "raw", "part", "group", "blames", "refused", "emptied", "is_touched", "contradictions")

    def __init__(self, values: dict[str, Any], part: str, group: str = "") -> None:
        self.values = values
        self.raw: dict[str, str] = {}
        self.part = part
        """Code of the township (or of the county) to which the row's figures belong."""
        self.group = group
        """Household key, or the category that section rows name."""
        self.blames: list[Blame] = []
        self.contradictions: list[Contradiction] = []
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

    def contradict(self, rule: str, other_form: str, note: str, about: Sequence[Row] = ()) -> None:
        """Record that the row, or the sum of those it is ``about``, contradicts another form: truth's ``cross_checks``.

        It stays acceptable.
        """
        self.contradictions.append(Contradiction(rule, other_form, note, tuple(about) or (self,)))
        self.is_touched = True

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


Counts = dict[str, "int | list[str]"]
"""What a form counts for targets: numbers are added up over parts, lists of keys united (no key of a person's own)."""


def no_counts(rows: list[Row]) -> Counts:
    return {}


@dataclass(frozen=True)
class Form:
    """A form of the programme: what it is called, its columns and how a county fills it.

    A county where ``fill`` gives no row does not send the form.
    """

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
    extras: dict[str, tuple[str, ...]]
    """Columns that nobody asked for: header -> words in their cells."""
    footers: tuple[str, ...]
    counts: Callable[[list[Row]], Counts] = no_counts
    """From the acceptable rows of one part; see ``simulator.targets`` for the names."""
    revise: Callable[[list[Row], random.Random, int], None] | None = None
    """What a later delivery changes; the number is the months since the first. None: the form is never corrected."""
    is_monthly: bool = False
    """Later months come in as deliveries of their own."""
    is_cumulative: bool = False
    """Its figures run from the start of the year, so that no month has less than the one before."""
    has_households: bool = False
    """Rows with the same ``group`` belong to one household, and a mistake in one spares the others."""
    splits: tuple[Split, ...] = ("county",)
    """Deck from which it is dealt whether the county sends one sheet, a sheet or a file per township."""
    has_short_dates: bool = False
    section_note: Callable[[list[Row]], str] | None = None
    """What a section row says after its name."""

    @property
    def money_fields(self) -> list[str]:
        return [column.field for column in self.columns if column.kind == "money"]
