"""What the hand-made province holds beside its first six forms: a module per subject with `land(world)`, found by itself.

A subject lands a few rows of each of its forms, so that every fact and mart has rows and every rule a case.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def subjects() -> list[ModuleType]:
    """The modules of this package, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]
