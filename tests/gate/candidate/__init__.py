"""What breaks each rule of the suite `candidate`, one module per subject. A module has `CASES`, and `ELSEWHERE` where
rules have a test of their own."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from types import ModuleType

from tests.gate.province import COUNTIES

BAD = COUNTIES[0]
# Numbers of nobody: an area code that was never given out, a mobile range that does not exist.
ID_18, PHONE = "62019119800101001X", "15400000001"


@dataclass(frozen=True)
class Case:
    """A table, a statement that spoils it ({n} is the publication), and what must be found.

    Expected are (county, form, rule) triples, all of them.
    """

    name: str
    table: str
    statement: str
    finds: frozenset[tuple[str, str, str]]


def case(name: str, table: str, statement: str, *finds: tuple[str, str, str]) -> Case:
    return Case(name, table, statement, frozenset(finds))


def modules() -> list[ModuleType]:
    """The modules of cases, by their names."""
    return [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
