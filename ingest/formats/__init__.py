"""Bytes of a spreadsheet to grids of cells (`ingest.grid.Sheet`): one module per format, and the gate before them.

The format is told by content, never by the name (`kinds`). A container is looked at before it is opened (`gate`).
What cannot be opened raises `Refusal` S01 with a sentence for the sender. Nothing is executed or fetched: formulas give
their stored values, macros and links are not looked at.
"""

from __future__ import annotations

from ingest.formats.kinds import kind_of, open_sheets
from ingest.formats.remarks import remarks

__all__ = ["kind_of", "open_sheets", "remarks"]
