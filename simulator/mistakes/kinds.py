"""What a kind of mistake is, where it may be made, and the kinds that every form can have."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from simulator.places import counties
from simulator.rows import Form, Row
from simulator.style import Style
from simulator.world import Purpose, World


@dataclass
class Context:
    """One form of one county while mistakes are put into it."""

    form: Form
    style: Style
    world: World
    rows: list[Row]
    rng: random.Random
    households: dict[str, list[Row]] = field(default_factory=dict)
    wrong_totals: int = 0
    violations: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fields = {column.field for column in self.style.columns}
        for row in self.rows:
            if row.group:
                self.households.setdefault(row.group, []).append(row)

    def household(self, row: Row) -> list[Row]:
        """All rows of the row's household; the row itself in forms without households."""
        return self.households[row.group] if self.form.has_households else [row]

    def repeat(self, row: Row) -> Row:
        """The row once more, just below itself; no other mistake comes into the first of the two."""
        again = row.copy()
        row.is_touched = True
        self.rows.insert(self.rows.index(row) + 1, again)
        if row.group:
            self.households[row.group].append(again)
        return again

    def violate(self, rule: str, note: str, rows: list[Row] | None = None) -> None:
        """Record that the county's form as a whole breaks a rule: truth's ``violations``.

        ``rows`` are those that make it so (all of the form by default); no mistake comes into them.
        """
        self.violations.append((rule, note))
        for row in self.rows if rows is None else rows:
            row.is_touched = True

    def is_alone(self, row: Row) -> bool:
        return len(self.household(row)) == 1


Fits = Callable[[Context, Row], bool]
Do = Callable[[Context, Row], None]


@dataclass(frozen=True)
class Kind:
    """A mistake: its rule, the rows that it fits, what it does to one, and the columns it needs.

    ``scope`` row: ``do`` blames cells. cross: it calls ``row.contradict`` and leaves the row acceptable. county: it
    calls ``context.violate`` (the row that it is given is any of the form), once a county and only where asked for.
    """

    rule: str
    do: Do
    fits: Fits = lambda context, row: True
    needs: tuple[str, ...] = ()
    refuses: Literal["none", "row", "household"] = "row"
    share: int = 1
    """How often it comes up in one round of all kinds."""
    scope: Literal["row", "cross", "county"] = "row"
    county: str = ""
    """Code of the one county that it can happen in; dealt there before any other."""


def only_reserved(purpose: Purpose, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """The kinds, those that refuse rows only where no other form names what the row is about (``row.values["_about"]``)."""
    return tuple(kind if kind.refuses == "none" else _reserved(purpose, kind) for kind in kinds)


def _reserved(purpose: Purpose, kind: Kind) -> Kind:
    def fits(context: Context, row: Row) -> bool:
        return context.world.is_reserved(row.values["_about"], purpose) and kind.fits(context, row)

    return replace(kind, fits=fits)


def always(context: Context, row: Row) -> bool:
    return True


def alone(context: Context, row: Row) -> bool:
    """The household has one row, so that nothing else hangs on the changed cell."""
    return context.is_alone(row)


def empty(field: str, fits: Fits = always) -> Kind:
    """C01: a required cell left blank."""

    def do(context: Context, row: Row) -> None:
        row.misread(field, "")
        row.blame("C01", field, "row_refused", "必填单元格为空")

    return Kind("C01", do, fits, (field,))


_NO_NUMBERS = ("待核实", "#REF!", "#VALUE!", "12..5", "3O00")


def no_number(field: str, effect: Literal["row_refused", "cell_emptied"], fits: Fits = always) -> Kind:
    """C02: something in a number's cell that is no number."""

    def do(context: Context, row: Row) -> None:
        text = context.rng.choice(_NO_NUMBERS)
        row.misread(field, text)
        row.blame("C02", field, effect, f"写成“{text}”")

    def filled(context: Context, row: Row) -> bool:
        return row.values.get(field) is not None and fits(context, row)

    return Kind("C02", do, filled, (field,), "row" if effect == "row_refused" else "none")


_NO_DATES = ("20207-10", "2020627--202071日止", "2020年13月5日", "2020-02-31", "202006311")


def no_date(field: str, effect: Literal["row_refused", "cell_emptied"]) -> Kind:
    """C03: a damaged date, as two published tables have it."""

    def do(context: Context, row: Row) -> None:
        text = context.rng.choice(_NO_DATES)
        row.misread(field, text)
        row.blame("C03", field, effect, f"写成“{text}”")

    def filled(context: Context, row: Row) -> bool:
        return row.values.get(field) is not None and alone(context, row)

    return Kind("C03", do, filled, (field,), "row" if effect == "row_refused" else "none")


def not_offered(field: str, words: tuple[str, ...], effect: Literal["row_refused", "cell_emptied"]) -> Kind:
    """C04: a word that the form does not offer."""

    def do(context: Context, row: Row) -> None:
        text = context.rng.choice(words)
        row.misread(field, text)
        row.blame("C04", field, effect, f"写成“{text}”")

    return Kind("C04", do, alone, (field,), "row" if effect == "row_refused" else "none")


def out_of_range(field: str, values: tuple[int | Decimal | date, ...], effect: Literal["row_refused", "cell_emptied"],
                 fits: Fits = alone) -> Kind:  # fmt: skip
    """C05: readable, but outside what can be."""

    def do(context: Context, row: Row) -> None:
        row.values[field] = context.rng.choice(values)
        row.blame("C05", field, effect, f"超出范围：{row.values[field]}")

    def filled(context: Context, row: Row) -> bool:
        return row.values.get(field) is not None and fits(context, row)

    return Kind("C05", do, filled, (field,), "row" if effect == "row_refused" else "none")


def bad_phone(field: str = "phone") -> Kind:
    """C07: a phone number with a digit too few or stars in it."""

    def do(context: Context, row: Row) -> None:
        good = str(row.values[field])
        row.misread(field, context.rng.choice((good[:10], f"{good[:3]}****{good[7:]}")))
        row.blame("C07", field, "cell_emptied", "电话位数不对")

    return Kind("C07", do, alone, (field,), "none")


def unknown_village() -> Kind:
    """R70: a village that the county's list does not have (taken from elsewhere in the province)."""

    def do(context: Context, row: Row) -> None:
        name = foreign_village(context)
        row.misread("village_name", f"{name}村")
        row.blame("R70", "village_name", "row_refused", f"本县没有“{name}村”")

    return Kind("R70", do, alone, ("village_name",), share=2)


def unknown_township() -> Kind:
    """R70: a township that the county does not have; only where each row repeats its township."""

    def do(context: Context, row: Row) -> None:
        have = {township.name for township in counties()[context.world.county.code].townships}
        name = next(name for name in ("新安镇", "永丰乡", "龙泉镇", "和平镇", "红旗乡", "太平乡") if _clear(name, have))
        row.misread("township_name", name)
        row.blame("R70", "township_name", "row_refused", f"本县没有“{name}”")

    def fits(context: Context, row: Row) -> bool:
        style = context.style
        return (
            style.place_mode == "repeat" and style.split == "county" and not style.has_sections and alone(context, row)
        )

    return Kind("R70", do, fits, ("township_name",))


def _clear(name: str, have: set[str]) -> bool:
    return all(name[:2] != other[:2] for other in have)


def foreign_village(context: Context) -> str:
    """A village name of another prefecture that no village of this county has or resembles."""
    county = context.world.county
    own = {village.core for township in county.townships for village in township.villages}
    others = [
        other for other in counties().values() if other.prefecture_code != county.prefecture_code and other.townships
    ]
    while True:
        village = context.rng.choice(context.rng.choice(context.rng.choice(others).townships).villages)
        if len(village.core) >= 3 and all(len(set(village.core) & set(name)) < 2 for name in own):
            return village.core


def wrong_total() -> Kind:
    """R64: a 小计 or 合计 that is not the sum of its rows; the layout makes it once sheets exist."""

    def do(context: Context, row: Row) -> None:
        context.wrong_totals += 1

    def fits(context: Context, row: Row) -> bool:
        return context.style.totals != "none" and context.wrong_totals < 2

    return Kind("R64", do, fits, refuses="none")
