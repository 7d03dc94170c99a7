"""One module per form: its columns as counties spell them, and rows that a careful clerk would write.

A module of this package whose name begins with f and a digit and that holds ``FORM`` is a form of the programme; nothing
else lists it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from simulator.rows import Form


@lru_cache(maxsize=1)
def discover() -> tuple[Form, ...]:
    """All forms in the order of their codes, which is the order in which a county writes them."""
    names = sorted(
        found.name for found in iter_modules(__path__) if found.name[:1] == "f" and found.name[1:2].isdigit()
    )
    forms = [import_module(f"{__name__}.{name}").FORM for name in names]
    return tuple(sorted(forms, key=lambda form: form.code))
