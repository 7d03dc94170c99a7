"""Text from outside (names of files, cells, headers) as a terminal may show it."""

from __future__ import annotations

from rich.markup import escape

from ingest.names import storable


def plain(text: str | None) -> str:
    """Text for a rich console: no markup in it is obeyed, and what steers a terminal is escaped."""
    return escape(storable(text or ""))


def sentence(text: str) -> str:
    """An error's text for the terminal: its own ends of lines stay, all else that steers a terminal is escaped."""
    return "\n".join(storable(line) for line in text.split("\n"))
