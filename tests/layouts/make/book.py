"""Books as plain data: what is to be written, whoever writes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from tests.ingest.books import Page


@dataclass(frozen=True)
class Cell:
    """A cell that is more than a value: a day, a formula with its value, an error, a value with a note."""

    value: Any = ""
    kind: str = "value"  # value, day, formula, error
    formula: str = ""
    note: str = ""


@dataclass
class SheetData:
    """One sheet: rows of values or `Cell`s, merged ranges by name, hidden rows and columns counted from 0."""

    name: str
    rows: list[list[Any]]
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    is_hidden: bool = False


@dataclass
class Book:
    """A workbook; with `is_1904` its days count from 1904."""

    sheets: list[SheetData]
    is_1904: bool = False

    @classmethod
    def of(cls, pages: Page | list[Page]) -> Book:
        pages = [pages] if isinstance(pages, Page) else pages
        return cls(
            [SheetData(p.name, [list(row) for row in p.rows], list(p.merged), is_hidden=p.is_hidden) for p in pages]
        )

    def as_dict(self) -> dict[str, Any]:
        """For a writer in another language: every cell a `Cell`, days as ISO text."""
        sheets = []
        for sheet in self.sheets:
            rows = [[asdict(cell_of(value)) for value in row] for row in sheet.rows]
            for row in rows:
                for cell in row:
                    if cell["kind"] == "day":
                        cell["value"] = cell["value"].isoformat()
            sheets.append(asdict(sheet) | {"rows": rows})
        return {"sheets": sheets, "is_1904": self.is_1904}


def cell_of(value: Any) -> Cell:
    if isinstance(value, Cell):
        return value
    if isinstance(value, date):
        return Cell(value, "day")
    return Cell("" if value is None else value)
