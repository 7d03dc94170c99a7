"""Clean rows of each form, one module per subject: rows that every rule of the gate accepts.

A module registers what makes a form's row. Rows of different forms agree with each other where rules compare them: the
n-th row of a form is about the n-th village, household or entity of its county.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Maker = Callable[[str, int], Row | list[Row]]

MAKERS: dict[str, Maker] = {}


def clean(form: str) -> Callable[[Maker], Maker]:
    """Register the function below it as the maker of `form`: (county's code, number from 0) -> a row, or some.

    `village_code`, `township_code` and `part_code` are filled in where the row does not say them.
    """

    def register(make: Maker) -> Maker:
        assert form not in MAKERS, f"{form} has two makers of clean rows"
        MAKERS[form] = make
        return make

    return register


def token(kind: str, *parts: Any) -> str:
    """A token of the shape that the reader makes, of a value that nobody has."""
    digest = hashlib.sha256("/".join(map(str, (kind, *parts))).encode()).digest()[:16]
    return "k1:" + base64.b32encode(digest).decode().rstrip("=")


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
