"""What breaks each rule of the suite `landed`, one module per subject.

A module has `CASES`, and where it needs them: `ELSEWHERE`, rules that take more than one spoiled reading and have a test
of their own; `FAMILIES`, form -> family, for forms that a rule compares (one case per family and county at a time);
`ECHOES`, (form, rule) pairs that a case on another form of the family may trip.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.gate.rows import Row

Change = Callable[[list[Row]], list[Row] | None]


@dataclass(frozen=True)
class Case:
    """A form, what is done to one county's rows of it, and the rules that must say so."""

    name: str
    form: str
    change: Change
    trips: frozenset[str]


def case(name: str, form: str, trips: str, change: Change) -> Case:
    return Case(name, form, change, frozenset(trips.split()))


def put(**values: Any) -> Change:
    """Set columns of the first row."""
    return lambda rows: rows[0].update(values)


def put_all(**values: Any) -> Change:
    """Set columns of every row."""

    def change(rows: list[Row]) -> None:
        for row in rows:
            row.update(values)

    return change


def put_some(count: int, **values: Any) -> Change:
    """Set columns of the first rows."""
    return lambda rows: [{**row, **values} if number < count else row for number, row in enumerate(rows)]


def again(**values: Any) -> Change:
    """The first row once more, with some columns changed."""
    return lambda rows: [*rows, {**rows[0], **values}]


# Numbers of nobody: an area code that was never given out, a mobile range and a bank that do not exist.
ID_18, ID_15, PHONE, CARD = "62019119800101001X", "620191800101001", "15400000001", "6299000000000000017"


def modules() -> list[ModuleType]:
    """The modules of cases, by their names."""
    return [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def cases() -> list[Case]:
    return [spoiling for module in modules() for spoiling in module.CASES]


def said(name: str) -> set[Any]:
    """What the modules say under `name` (ELSEWHERE, ECHOES), together."""
    return set().union(*(getattr(module, name, ()) for module in modules()))


def family(form: str) -> str:
    """The family of forms that `form` is compared within."""
    return str(next((m.FAMILIES[form] for m in modules() if form in getattr(m, "FAMILIES", {})), form))
