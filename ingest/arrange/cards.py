"""Cards: labels and values that alternate (合作社基本情况表), and lists of indicators with a number each.

A card becomes a table of one row per record, its labels as the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ingest.grid import Place, Sheet
from ingest.headers import HeaderMap
from ingest.text import as_text, header_key, is_blank, narrow

MIN_FIELDS = 4
MAX_CELLS = 6_000  # a larger sheet is no card, and is not searched for one
MAX_LABEL = 20
_NAMES = frozenset({"指标名称", "指标", "项目", "项目名称", "内容", "指标内容"})
_VALUES = frozenset(
    {"数量", "金额", "数值", "数额", "本期数", "本年数", "本年金额", "本期金额", "实际数", "完成数", "累计数"}
)
_UNITS = frozenset({"计量单位", "单位"})
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.,，．]|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}[、.．)])+|^(?:其中|#)[:：]?"
)


@dataclass(frozen=True)
class _Pair:
    """A value of a field: the label as a header would say it, the value, and where it stands."""

    field: str
    label: str
    value: Any
    place: Place


def card_of(sheet: Sheet, header_map: HeaderMap) -> tuple[Sheet, int] | None:
    """A sheet of cards or indicators as a table, and the row of its first label; None where it is neither.

    `Sheet.places` of the table says where each of its values stands in the file.
    """
    if len(sheet.rows) * sheet.width > MAX_CELLS:
        return None
    for find in (_indicators, _labels):
        pairs = list(find(sheet, header_map))
        if len({pair.field for pair in pairs}) >= MIN_FIELDS:
            return _table(sheet, _records(pairs)), min(pair.place[0] for pair in pairs)
    return None


def _records(pairs: list[_Pair]) -> list[dict[str, _Pair]]:
    """A field that comes once more begins the next record."""
    records: list[dict[str, _Pair]] = [{}]
    for pair in pairs:
        if pair.field in records[-1]:
            records.append({})
        records[-1][pair.field] = pair
    return records


def _table(sheet: Sheet, records: list[dict[str, _Pair]]) -> Sheet:
    labels = {pair.field: pair.label for record in reversed(records) for pair in record.values()}
    rows: list[list[Any]] = [list(labels.values())]
    places: dict[Place, Place] = {}
    broken: dict[Place, str] = {}
    for r, record in enumerate(records, 1):
        first = min(pair.place[0] for pair in record.values())
        rows.append([record[name].value if name in record else "" for name in labels])
        for c, name in enumerate(labels):
            places[(r, c)] = record[name].place if name in record else (first, 0)
            if places[(r, c)] in sheet.broken:
                broken[(r, c)] = sheet.broken[places[(r, c)]]
    for c, name in enumerate(labels):
        places[(0, c)] = next(record[name].place for record in records if name in record)
    seen = frozenset[int]()  # what is hidden counts by rows and columns, which a card has none of
    return replace(
        sheet, rows=rows, merged=[], hidden_rows=seen, hidden_columns=seen, broken=broken, places=places, lines=None,
        _paths={},
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------------------- labels
def _labels(sheet: Sheet, header_map: HeaderMap) -> Iterator[_Pair]:
    """Labels and the cells to their right; `label：value` in one cell."""
    ends = {(r0, c0): c1 for r0, c0, _, c1 in sheet.merged}
    for r, row in enumerate(sheet.rows):
        c = 0
        while c < len(row):
            label = _label(row[c], header_map)
            here, c = c, ends.get((r, c), c) + 1
            if label is None:
                continue
            if label.value:
                yield _Pair(label.field, label.text, label.value, (r, here))
            elif c < len(row) and (
                _label(row[c], header_map) is None or _stands_as_value(row, ends.get((r, c), c) + 1, header_map)
            ):
                yield _Pair(label.field, label.text, row[c], (r, c))
                c = ends.get((r, c), c) + 1


def _stands_as_value(row: list[Any], after: int, header_map: HeaderMap) -> bool:
    """Whether a cell that could be a label (资金来源：中央) is the value of the one before it: what comes next is a label, or
    nothing."""
    rest = row[after:]
    return all(map(is_blank, rest)) or _label(rest[0], header_map) is not None


@dataclass(frozen=True)
class _Label:
    """A cell that is a label: of which field, its text, and the value that stands behind its colon."""

    field: str
    text: str
    value: str = ""


def _label(cell: Any, header_map: HeaderMap) -> _Label | None:
    if not isinstance(cell, str) or is_blank(cell):
        return None
    found = header_map.field_of((cell,))
    if found is not None:
        return _Label(found[0], as_text(cell).strip(":："))
    text, colon, value = cell.replace("：", ":").partition(":")
    found = header_map.field_of((text,)) if colon and value.strip() and len(text) <= MAX_LABEL else None
    return _Label(found[0], as_text(text), value.strip()) if found else None


# ------------------------------------------------------------------------------------------------------- indicators
def _indicators(sheet: Sheet, header_map: HeaderMap) -> Iterator[_Pair]:
    """Rows of 指标名称, 计量单位, 数量; perhaps several such blocks side by side."""
    for top, row in enumerate(sheet.rows[:20]):
        texts = [narrow(as_text(v)) if isinstance(v, str) else "" for v in row]
        names = [c for c, text in enumerate(texts) if text in _NAMES]
        if not names:
            continue
        blocks = []
        for name, end in zip(names, [*names[1:], len(texts)], strict=True):
            value = next((c for c in range(name + 1, end) if _is_value_header(texts[c])), None)
            if value is not None:
                unit = next((c for c in range(name + 1, end) if texts[c] in _UNITS), None)
                blocks.append((name, value, unit))
        if blocks:
            for block in blocks:
                yield from _block(sheet, header_map, top + 1, *block)
            return


def _is_value_header(text: str) -> bool:
    return header_key(text).partition("(")[0] in _VALUES


def _block(sheet: Sheet, header_map: HeaderMap, top: int, name: int, value: int, unit: int | None) -> Iterator[_Pair]:
    for r in range(top, len(sheet.rows)):
        row = sheet.rows[r]
        label = _NUMBERING.sub("", narrow(as_text(row[name])))
        found = header_map.field_of((label,)) if label else None
        if found is None:
            continue
        written = narrow(as_text(row[unit])) if unit is not None else ""
        yield _Pair(found[0], f"{label}({written})" if written else label, row[value], (r, value))
