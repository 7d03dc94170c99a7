"""The checks that contracts name: each kind once, over whole columns.

Numbers are compared as exact ten-thousandths. A check looks only at rows whose inputs are readable: a wrong cell has
its own issue already. `numbers` compares figures, `words` dates, words, places and persons, `groups` rows that belong
together.
"""

from __future__ import annotations

from typing import Any

from ingest.checks import groups, numbers, words
from ingest.checks.rows import Finding, Kind, Rows
from ingest.text import show

KINDS: dict[str, Kind] = {**numbers.KINDS, **words.KINDS, **groups.KINDS}


def run(check: dict[str, Any], rows: Rows) -> list[Finding]:
    """The rows that fail a check, in their order."""
    if not rows.frame.height:
        return []
    return KINDS[check["kind"]].run(check, rows)


def sentence(check: dict[str, Any], finding: Finding, rows: Rows) -> str:
    """The check's sentence with the row's own figures; it names no personal field."""
    values: dict[str, Any] = {"expected": finding.expected, "limit": finding.limit}
    for column in rows.contract.raw_columns():
        if "{" + column.name + "}" in check["message"]:
            values[column.name] = rows.shown(column.name, finding.position)
    return str(check["message"].format_map({name: _short(value) for name, value in values.items()}))


def _short(value: Any) -> Any:
    """A text no longer than an issue shows one."""
    return show(value) if isinstance(value, str) else value


__all__ = ["Finding", "KINDS", "Kind", "Rows", "run", "sentence"]
