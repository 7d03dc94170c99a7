"""What goes wrong in a county's rows, and how the mistakes are dealt out.

Every module of this package that holds ``KINDS`` (form name -> its kinds of mistakes) is found by itself.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.mistakes.kinds import Kind


@lru_cache(maxsize=1)
def collect() -> dict[str, tuple[Kind, ...]]:
    """All kinds by form name; those of several modules for one form in the order of the modules' names."""
    found: dict[str, tuple[Kind, ...]] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        kinds: dict[str, tuple[Kind, ...]] = getattr(import_module(f"{__name__}.{name}"), "KINDS", {})
        for form, more in kinds.items():
            found[form] = found.get(form, ()) + more
    return found
