"""The header band of a sheet: where it is, one to three levels deep, and which column is which field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from ingest.contracts import Column, Contract
from ingest.grid import Sheet
from ingest.personal_text import scrub
from ingest.text import as_text, header_key, narrow, show, split_brackets
from ingest.units import WORDS, dimension, factor, is_unit
from ingest.units import split as split_units

SEARCH_ROWS = 60
MAX_LEVELS = 4
LONGEST, _NO_HEADER = 200, "…"  # characters: a longer text is no header, whatever its words
_TAIL_UNIT = re.compile(
    r"^(.+?)[/:,、]?(?:单位:?)?(" + "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)) + r")$"
)


@dataclass(frozen=True)
class Mapped:
    """A column of the sheet that is a column of the form: its header as written and the unit of its cells."""

    index: int
    column: Column
    header: str
    unit: str | None
    factor: Decimal
    is_unit_assumed: bool = False
    is_unit_written: bool = False


@cache
def header_map(contract: Contract, year: int | None) -> HeaderMap:
    """The header map of a contract for reports of a year, made once."""
    return HeaderMap(contract, year)


@dataclass
class Band:
    """Header rows first..last-1 (from 0), the columns they map, and the headers that are nothing known."""

    first: int
    last: int
    mapped: dict[str, Mapped] = field(default_factory=dict)
    extra: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, str] = field(default_factory=dict)

    @property
    def found(self) -> list[str]:
        """All headers that stand in the band, in the order of the columns."""
        texts = {m.index: m.header for m in self.mapped.values()} | self.extra | self.ignored
        return [texts[i] for i in sorted(texts)]

    def missing(self, contract: Contract, required: str) -> list[Column]:
        """Columns of a kind of requirement that the band lacks; a pair column stands for both of its fields."""
        present = self.fields()
        return [c for c in contract.columns if c.required == required and c.field not in present]

    def fields(self) -> set[str]:
        present = set(self.mapped)
        for m in self.mapped.values():
            present |= set(m.column.fields or ())
        return present


class HeaderMap:
    """A contract's headers, ready to look up: plain ones, and those that need their parent."""

    def __init__(self, contract: Contract, year: int | None = None) -> None:
        self.year = year
        self._found: dict[tuple[str, ...], tuple[str, tuple[int, int]] | None] = {}
        self._spelled: dict[str, tuple[str, ...]] = {}
        self.contract = contract
        self.plain: dict[str, tuple[str, int]] = {}
        self.paths: dict[tuple[str, str], tuple[str, int]] = {}
        leaves: dict[str, set[str]] = {}
        for column in contract.columns:
            for order, text in enumerate(column.headers):
                if ">" in text:
                    for parent, leaf in _paths_of(text):
                        self.paths.setdefault((parent, leaf), (column.field, order))
                        leaves.setdefault(leaf, set()).add(column.field)
                    continue
                # In the header of a pair the bracket (户/人) says that it is one.
                for key in [header_key(text)] if column.type == "pair" else _spellings(text):
                    self.plain.setdefault(key, (column.field, order))
                leaves.setdefault(header_key(text), set()).add(column.field)
        # A leaf that means several fields is told by its parent only (户数 under 建档立卡 or under 未脱贫).
        self.ambiguous = {leaf for leaf, fields in leaves.items() if len(fields) > 1}
        self.ignored = {key for text in contract.ignored for key in _spellings(text)}
        self.words = set(self.plain) | {word for path in self.paths for word in path} | self.ignored

    def field_of(self, path: Sequence[str]) -> tuple[str, tuple[int, int]] | None:
        """The field of a column's header path (top to bottom), and how close the match is (smaller is closer)."""
        key = tuple(text if len(text) <= LONGEST else _NO_HEADER for text in path)
        if key not in self._found:
            self._found[key] = self._field_of(key)
        return self._found[key]

    def _field_of(self, path: tuple[str, ...]) -> tuple[str, tuple[int, int]] | None:
        leaf, parents = self.spellings_of(path[-1]), [self.spellings_of(p) for p in reversed(path[:-1])]
        for parent in parents:
            for p in parent:
                for key in leaf:
                    if (p, key) in self.paths:
                        field_name, order = self.paths[(p, key)]
                        return field_name, (0, order)
        for closeness, key in enumerate(leaf):
            if key in self.plain and not (parents and key in self.ambiguous):
                field_name, order = self.plain[key]
                return field_name, (1 + closeness, order)
        for parent in parents:
            for p in parent:
                for key in leaf:
                    if p + key in self.plain:
                        field_name, order = self.plain[p + key]
                        return field_name, (8, order)
        return None

    def spellings_of(self, text: str) -> tuple[str, ...]:
        """The ways to look a header up, its years told from the report's first (2019 in a report of 2020 is @上年)."""
        if len(text) > LONGEST:
            return (_NO_HEADER,)
        found = self._spelled.get(text)
        if found is None:
            found = self._spelled[text] = self._spellings_of(text)
        return found

    def _spellings_of(self, text: str) -> tuple[str, ...]:
        told = text
        if self.year is not None:
            told = re.sub(rf"{self.year - 1}年?度?", "@上年", re.sub(rf"{self.year}年?度?", "@本年", text))
        return _candidates(text) if told == text else (*_candidates(told), *_candidates(text))

    def is_ignored(self, path: Sequence[str]) -> bool:
        return any(key in self.ignored for key in self.spellings_of(path[-1]))


@lru_cache(maxsize=4096)
def _candidates(text: str) -> tuple[str, ...]:
    """Ways to look a header text up: whole, without units in brackets, without any bracket, without a unit at the end."""
    key = header_key(text)
    found = [key]
    outside, inside = split_brackets(key)
    if inside:
        without_units = key
        for part in inside:
            if is_unit(part) or part.startswith("单位"):
                without_units = without_units.replace(f"({part})", "")
        found += [without_units, outside]
    tail = _TAIL_UNIT.match(outside)
    if tail:
        found.append(tail[1])
    found += [f.removeprefix("其中:").removeprefix("#") for f in list(found)]
    return tuple(dict.fromkeys(f.strip(":/") for f in found if f.strip(":/")))


def _paths_of(text: str) -> list[tuple[str, str]]:
    """The (parent, leaf) pairs of a variant such as 建档立卡|贫困户>户数|户."""
    parents, _, leaves = text.partition(">")
    return [(header_key(parent), header_key(leaf)) for parent in parents.split("|") for leaf in leaves.split("|")]


def _spellings(text: str) -> list[str]:
    key = header_key(text)
    outside, inside = split_brackets(key)
    return [key, outside] if inside and all(is_unit(p) for p in inside) and outside else [key]


def units_in(text: str) -> list[str]:
    """The units that a header states in brackets or at its end."""
    if len(text) > LONGEST:
        return []
    key = narrow(text).translate(str.maketrans("【】[]〔〕", "()()()"))
    outside, inside = split_brackets(key)
    found = [
        u
        for part in inside
        for u in split_units(part.removeprefix("单位").lstrip(":"))
        if is_unit(part.removeprefix("单位").lstrip(":"))
    ]
    if found:
        return found
    tail = _TAIL_UNIT.match(outside)
    return [tail[2]] if tail and dimension(tail[2]) not in (None, "count") else []


def best_band(
    sheet: Sheet, header_map: HeaderMap, sheet_units: list[str], rows: range = range(SEARCH_ROWS)
) -> Band | None:
    """The band of rows that maps the most fields; among equals the shortest, then the highest. None without any.

    `rows` are those that may belong to it.
    """
    inside = range(rows.start, min(rows.stop, len(sheet.rows)))
    hits = [0] * rows.start + [_known_words(sheet.rows[r], header_map) for r in inside]
    windows = [
        (sum(hits[first : first + levels]), first, levels)
        for first in range(rows.start, len(hits))
        for levels in range(1, min(MAX_LEVELS, len(hits) - first) + 1)
        if hits[first]
    ]
    best: tuple[tuple[int, int, int], Band] | None = None
    for most, first, levels in sorted(windows, reverse=True):
        if best is not None and most < best[0][0]:
            break  # a band maps no more columns than its rows have known words
        band = _band(sheet, header_map, first, first + levels, sheet_units)
        rank = (len(band.mapped), -levels, -first)
        if band.mapped and (best is None or rank > best[0]):
            best = (rank, band)
    if best is None:
        return None
    return _with_unit_row(sheet, best[1], header_map, sheet_units)


def _known_words(row: list[Any], header_map: HeaderMap) -> int:
    """How many cells of a row hold a header of the form, or a part of one that a joined path may complete."""
    texts = [v for v in row if isinstance(v, str) and v]
    known = sum(1 for t in texts if any(c in header_map.words for c in header_map.spellings_of(t)))
    return known + (len(texts) - known if known >= 2 else 0)


def _with_unit_row(sheet: Sheet, band: Band, header_map: HeaderMap, sheet_units: list[str]) -> Band:
    """A row of units, or of column numbers (1 2 3, 甲 乙), right below the header belongs to it."""
    last = band.last
    if last < len(sheet.rows):
        texts = [narrow(as_text(v)) for v in sheet.rows[last] if as_text(v)]
        if texts and all(is_unit(t.strip("()")) for t in texts):
            band = _band(sheet, header_map, band.first, last + 1, sheet_units)
            last += 1
    if last < len(sheet.rows):
        texts = [narrow(as_text(v)).strip("()=") for v in sheet.rows[last] if as_text(v)]
        numbers = [int(t) for t in texts if t.isdigit() and len(t) < 4]
        named = texts[: len(texts) - len(numbers)]
        is_numbering = (
            len(numbers) >= 3 and numbers[0] <= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        )
        if is_numbering and len(named) <= 4 and all(t in "甲乙丙丁戊己" for t in named):
            band.last = last + 1
    return band


def _band(sheet: Sheet, header_map: HeaderMap, first: int, last: int, sheet_units: list[str]) -> Band:
    band = Band(first, last)
    chosen: dict[str, tuple[tuple[int, int], int]] = {}
    paths = sheet.header_paths(first, last)
    named: dict[int, str] = {}
    for index, path in enumerate(paths):
        if not path:
            continue
        match = header_map.field_of(path)
        words = path if match else [t for t in path if not is_unit(narrow(t).strip("()"))] or path
        match = match or header_map.field_of(words)
        named[index] = _display([t for t in path if not is_unit(narrow(t).strip("()"))] or path)
        if match is None:
            (band.ignored if header_map.is_ignored(words) else band.extra)[index] = named[index]
            continue
        field_name, rank = match
        held = chosen.get(field_name)
        if held is None or rank < held[0]:
            if held is not None:
                band.extra[held[1]] = named[held[1]]
            chosen[field_name] = (rank, index)
        else:
            band.extra[index] = named[index]
    for field_name, (_, index) in chosen.items():
        column = header_map.contract.by_field[field_name]
        unit, rate, assumed = _unit_of(column, paths[index], sheet_units)
        stated = column.unit is not None and any(
            factor(u, column.unit) is not None for text in (*paths[index], *sheet_units) for u in _all_units(text)
        )
        band.mapped[field_name] = Mapped(index, column, named[index], unit, rate, assumed, stated)
    for m in [m for m in band.mapped.values() if m.column.type == "pair"]:
        if set(m.column.fields or ()) & set(band.mapped):  # the parts stand in columns of their own
            del band.mapped[m.column.field]
            band.extra[m.index] = m.header
    return band


def _display(path: Sequence[str]) -> str:
    return show(scrub(" > ".join(" ".join(t.split()) for t in path)))


def _all_units(text: str) -> list[str]:
    bare = narrow(text).strip("()")
    return split_units(bare) if is_unit(bare) else units_in(text)


def _unit_of(column: Column, path: Sequence[str], sheet_units: list[str]) -> tuple[str | None, Decimal, bool]:
    """The unit of a column's cells: its own header's, a parent's, the sheet's, or what the contract assumes."""
    if column.unit is None:
        own = [u for text in reversed(path) for u in units_in(text)]
        return (own[0] if own else None), Decimal(1), False
    for text in reversed(path):
        for unit in _all_units(text):
            rate = factor(unit, column.unit)
            if rate is not None:
                return unit, rate, False
    for unit in sheet_units:
        rate = factor(unit, column.unit)
        if rate is not None and dimension(unit) not in ("count", "households", "people"):
            return unit, rate, False
    if column.written_unit is not None:
        return column.written_unit, factor(column.written_unit, column.unit) or Decimal(1), column.type == "money"
    return column.unit, Decimal(1), False
