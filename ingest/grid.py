"""A worksheet as a grid of cells, with what is merged, and positions that lead back to the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingest.text import as_text, cell_name, is_blank

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; from 0
Place = tuple[int, int]  # row and column, from 0
UNCOMPUTED = "=…"


class Broken:
    """What stands for a cell without a value while its column is filled and read: not blank, and like no other cell."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


@dataclass(frozen=True)
class Lines:
    """The lines of a text file as they are written: `widths` counts the cells of each of `rows` (equally long lists),
    `spanning` names those that take several lines of the file, and `is_ended` is whether the last has its line end."""

    rows: list[list[Any]]
    widths: list[int]
    separator: str
    spanning: frozenset[int]
    is_ended: bool


@dataclass
class Sheet:
    """One worksheet. `rows` are equally long lists from A1 on; '' is a blank cell. `number` counts from 1.

    `broken` names the cells that hold no value though they are not blank: an error such as #REF!, or UNCOMPUTED for a
    formula that no program has computed; in `rows` they are blank. With `is_1904` the day numbers of cells that are not
    formatted as days count from 1904. `places` is given where the cells stand elsewhere in the file, `lines` for the one
    sheet of a text file.
    """

    name: str
    number: int
    rows: list[list[Any]]
    merged: list[Merge] = field(default_factory=list)
    is_visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    is_1904: bool = False
    places: dict[Place, Place] | None = None
    lines: Lines | None = None
    _paths: dict[tuple[int, int], list[tuple[str, ...]]] = field(default_factory=dict, repr=False)

    def value_at(self, row: int, column: int) -> Any:
        """A cell's value, a `Broken` where it has none though it is not blank."""
        text = self.broken.get((row, column))
        return self.rows[row][column] if text is None else Broken(text)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def cell(self, row: int, column: int) -> str:
        """The name of a cell as the file has it."""
        return cell_name(*(self.places or {}).get((row, column), (row, column)))

    def row_no(self, row: int) -> int:
        """The number of a row as the file has it, from 1; of a card the row of its first value."""
        if self.places is None:
            return row + 1
        return min((place[0] for (r, _), place in self.places.items() if r == row), default=row) + 1

    def is_empty(self) -> bool:
        return all(is_blank(value) for row in self.rows for value in row)

    def window(self, first: int, last: int) -> list[list[Any]]:
        """Rows first..last-1 with every merged range filled by its top-left value (for headers)."""
        rows = [list(row) for row in self.rows[first:last]]
        for r0, c0, r1, c1 in self.merged:
            if r1 < first or r0 >= last or r0 >= len(self.rows) or c0 >= self.width:
                continue
            value = self.rows[r0][c0]
            for r in range(max(r0, first), min(r1, last - 1, len(self.rows) - 1) + 1):
                for c in range(c0, min(c1, self.width - 1) + 1):
                    rows[r - first][c] = value
        return rows

    def header_paths(self, first: int, last: int) -> list[tuple[str, ...]]:
        """For each column the texts above each other in rows first..last-1, repeats of a merged cell once.

        Where nothing is merged sideways, a blank cell that has a text below it continues the parent on its left.
        """
        if (first, last) not in self._paths:
            self._paths[(first, last)] = self._header_paths(first, last)
        return self._paths[(first, last)]

    def _header_paths(self, first: int, last: int) -> list[tuple[str, ...]]:
        rows = [[as_text(v) for v in row] for row in self.window(first, last)]
        if not any(c1 > c0 and r0 < last and r1 >= first for r0, c0, r1, c1 in self.merged):
            for level in range(len(rows) - 1):
                parent = ""
                for c in range(len(rows[level])):
                    below = any(rows[k][c] for k in range(level + 1, len(rows)))
                    if rows[level][c]:
                        parent = rows[level][c] if below else ""
                    elif below and parent:
                        rows[level][c] = parent
        paths = []
        for texts in zip(*rows, strict=True):
            path: list[str] = []
            for text in texts:
                if text and (not path or path[-1] != text):
                    path.append(text)
            paths.append(tuple(path))
        return paths

    def vertical_merges(self, column: int, first_row: int) -> list[tuple[int, int]]:
        """(first row, last row) of the merged ranges over several rows that cover a column, at or below a row."""
        return [(r0, r1) for r0, c0, r1, c1 in self.merged if c0 <= column <= c1 and r1 > r0 and r0 >= first_row]
