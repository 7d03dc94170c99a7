"""The project's own YAML files: contracts and rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from warehouse.errors import ProjectError


def read(path: Path, called: str, error: type[ProjectError]) -> Any:
    """What a YAML file holds.

    Raises:
        error: it is no YAML; the text says on one line what is wrong with it, in which file, as it is called here, and where.
    """
    import yaml  # here, since reading processes import what reads contracts, but are given them loaded

    try:  # libyaml's loader reads all contracts in a tenth of a second, PyYAML's own in two
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as trouble:
        mark = getattr(trouble, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(trouble, "problem", None) or type(trouble).__name__
        raise error(f"{called}{where}: not readable as YAML: {problem}") from None
