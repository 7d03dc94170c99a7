"""Sheets that are not one plain table: tables below or beside each other, cards of labels and values, lists of indicators.

Each becomes plain tables (`ingest.grid.Sheet`) whose cells still lead back to where they stand in the file.
"""

from __future__ import annotations

from ingest.arrange.cards import card_of
from ingest.arrange.tables import tables_of

__all__ = ["card_of", "tables_of"]
