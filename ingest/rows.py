"""Which rows of a sheet are data, and which are totals, section rows, notes, footers or blanks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ingest.columns import NUMBER_TYPES
from ingest.contracts import Contract
from ingest.grid import Sheet
from ingest.headers import LONGEST, Band
from ingest.text import as_text, header_key, is_blank, narrow

_TOTAL = re.compile(r"^(?P<of>.{0,14}?)(?P<word>小计|合计|总计|共计|累计)[:：]?(?:\(.*\))?$")
_COUNTED = re.compile(r"^(?:共|总共)?\d+(?:个|户|村|项|人)?$")
_SECTION = re.compile(
    r"^(?:第?[一二三四五六七八九十百]{1,4}(?:[、.，,:：]|部分|章|类)|\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}$)"
)
_SECTION_MARK = re.compile(r"^(?:第?[一二三四五六七八九十百]+[、.，,:：部分章类]*|\([一二三四五六七八九十]+\))")
_FOOTER = re.compile(
    r"^(?:\d[.、])?(?:备注|附注|注|说明|填表说明|填报说明|监督电话|举报电话|监督举报电话|投诉电话|联系电话|数据来源|资料来源|来源|单位负责人|"
    r"负责人|统计负责人|分管领导|主要领导|主管领导|填表人|制表人|制表|审核人|审核|复核人|填报人|经办人|报出日期|填报日期|填表日期|填报单位|"
    r"填表单位|领导签字|乡镇长签字|公示单位|指标平衡关系)(?:$|[:：(\d.、])"
)
DATA, TOTAL, SECTION, FOOTER, BLANK, HEADER, NOTE = "data", "total", "section", "footer", "blank", "header", "note"


@dataclass(frozen=True)
class TotalRow:
    """A stated total: its row (from 0), 小计 or 合计, and what it is of where its label says so (平襄镇小计)."""

    row: int
    label: str
    word: str
    of: str


@dataclass
class Body:
    """What stands below a header: each row is of one kind. Rows count from 0; `sections` are (row, text without its
    number), `headers` repeat the header, and of `blanks` some hold a serial number or a mark and nothing else."""

    data: list[int] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    footers: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind: together all that stand below the header."""
        return {
            DATA: len(self.data), TOTAL: len(self.totals), SECTION: len(self.sections), FOOTER: len(self.footers),
            NOTE: len(self.notes), HEADER: len(self.headers), BLANK: len(self.blanks),
        }  # fmt: skip

    def check(self, rows: int) -> None:
        """Hold the kinds against the number of rows below the header: a row that is of none, or of two, would be lost or
        counted twice."""
        if sum(self.counts().values()) != max(rows, 0):
            raise AssertionError("rows below the header are not accounted for")


def is_footer(text: str) -> bool:
    """Whether a cell begins a note or a signature: 备注：…"""
    return ":" in text[:12] and _FOOTER.match(text) is not None


class _Sorter:
    """Tells the kind of a row; the quick test lets plain data rows pass without a closer look."""

    def __init__(self, sheet: Sheet, band: Band) -> None:
        self.width = sheet.width
        self.broken: dict[int, list[int]] = {}
        for r, c in sorted(sheet.broken):
            if c < self.width:
                self.broken.setdefault(r, []).append(c)
        self.serial = next((m.index for m in band.mapped.values() if m.column.type == "serial"), None)
        self.needed = [m.index for m in band.mapped.values() if m.column.required == "recognise"]
        values = [m for m in band.mapped.values() if m.column.type != "serial"]
        self.mapped = [m.index for m in values]
        numeric = [m.index for m in values if m.column.type in (*NUMBER_TYPES, "pair")]
        self.numeric = numeric
        self.labels = list(range(min(self.width, max(2, min(min(numeric, default=4), 8)))))
        self.header_keys = {m.index: header_key(m.header.rpartition(" > ")[2]) for m in values}

    def is_plain(self, row: list[Any]) -> bool:
        if self.serial is not None and type(row[self.serial]) not in (float, int):
            return False
        for c in self.needed:
            if row[c] == "" or row[c] is None:
                return False
        for c in self.labels:
            value = row[c]
            if type(value) is str and ("计" in value or (c == 0 and self.serial is None)):
                return False
        return True

    def kind(self, row: list[Any], r: int) -> tuple[str, Any]:
        """The kind of row r. A cell without a value though it is not blank counts as filled: its row is not lost."""
        broken = [c for c in self.broken.get(r, ()) if c in self.mapped]
        filled = [c for c in range(self.width) if not is_blank(row[c])]
        if not filled:
            return (DATA if broken else BLANK), None
        labels = [(c, narrow(as_text(row[c])[:LONGEST])) for c in filled if c in self.labels]
        words = [(c, t) for c, t in labels if not re.fullmatch(r"\d+(\.0)?", t)]
        total = self._total(words)
        if total is not None:
            return TOTAL, total
        if self._is_header(row):
            return HEADER, None
        lacks_key = all(is_blank(row[c]) and c not in broken for c in self.needed if c != filled[0])
        first = narrow(as_text(row[filled[0]])[:LONGEST])
        # 审核人： may stand right below a column that every row needs
        others = [narrow(as_text(row[c])[:LONGEST]) for c in self.needed if c != filled[0] and not is_blank(row[c])]
        if _FOOTER.match(first) and all(map(_FOOTER.match, others)):
            return FOOTER, None
        lacks_numbers = all(is_blank(row[c]) for c in self.numeric)
        if lacks_key and isinstance(row[filled[0]], str) and _SECTION.match(first):
            text = first if len(filled) == 1 or len(first) > 2 else first + "".join(t for _, t in labels[1:2])
            return SECTION, _SECTION_MARK.sub("", text)
        mapped = broken + [c for c in filled if c in self.mapped]
        if not mapped:
            return (NOTE if any(len(t) > 4 for _, t in words) else BLANK), first
        if lacks_numbers and len(filled) + len(broken) <= 1 and len(self.mapped) > 2:
            return (SECTION if len(first) <= 30 else NOTE), first
        return DATA, None

    def _total(self, words: list[tuple[int, str]]) -> tuple[str, str, str] | None:
        for _, text in words[:3]:
            match = _TOTAL.match(text)
            if match:
                return text, match["word"], match["of"]
            if not _COUNTED.match(text) and len(words) > 1 and len(text) > 12:
                break
        return None

    def _is_header(self, row: list[Any]) -> bool:
        same = sum(
            1
            for c, key in self.header_keys.items()
            if isinstance(row[c], str) and 0 < len(row[c]) <= LONGEST and header_key(row[c]) == key
        )
        return same >= 3


def sort_rows(sheet: Sheet, band: Band) -> Body:
    """Sort the rows below the header into data and the rest. Positions decide nothing: a total may stand anywhere."""
    sorter, body = _Sorter(sheet, band), Body()
    for r in range(band.last, len(sheet.rows)):
        row = sheet.rows[r]
        if sorter.is_plain(row):
            body.data.append(r)
            continue
        kind, what = sorter.kind(row, r)
        if kind == DATA:
            body.data.append(r)
        elif kind == TOTAL:
            body.totals.append(TotalRow(r, *what))
        elif kind == SECTION:
            body.sections.append((r, what))
        elif kind == FOOTER:
            body.footers.append(r)
        else:
            {NOTE: body.notes, HEADER: body.headers, BLANK: body.blanks}[kind].append(r)
    body.check(len(sheet.rows) - band.last)
    return body


def columns_of(sheet: Sheet, rows: list[int]) -> list[list[Any]]:
    """The cells of each column in these rows, merged ranges filled downwards; `Broken` where one has no value."""
    columns = [list(c) for c in zip(*[sheet.rows[r] for r in rows], strict=True)] or [[] for _ in range(sheet.width)]
    if sheet.broken:
        place = {r: i for i, r in enumerate(rows)}
        for r, c in sheet.broken:
            if r in place and c < sheet.width:
                columns[c][place[r]] = sheet.value_at(r, c)
    return [_filled(sheet, rows, index, cells) for index, cells in enumerate(columns)]


def _filled(sheet: Sheet, rows: list[int], index: int, cells: list[Any]) -> list[Any]:
    merges = [m for m in sheet.merged if m[1] <= index <= m[3] and m[2] > m[0] >= rows[0]] if rows else []
    if merges:
        place = {r: i for i, r in enumerate(rows)}
        for r0, c0, r1, _ in merges:
            value = sheet.value_at(r0, c0)
            for r in range(r0, min(r1, len(sheet.rows) - 1) + 1):
                if r in place:
                    cells[place[r]] = value
    return cells


def fill_blocks(cells: list[Any]) -> list[Any]:
    """Blanks below a written place take its value, where the column is written block by block.

    A column in which a value follows itself is written out in full: there a blank is a blank.
    """
    if not any(is_blank(v) for v in cells):
        return cells
    written = [v for v in cells if not is_blank(v)]
    if any(a == b and not is_blank(a) for a, b in pairwise(cells)) or not written:
        return cells
    filled, last = [], ""
    for value in cells:
        if not is_blank(value):
            last = value
        filled.append(last)
    return filled


def fill_household_blocks(contract: Contract, band: Band, cells: dict[str, list[Any]]) -> None:
    """A row whose whole identity block is blank goes on with the household above it (cells not merged, or unmerged)."""
    block = [c.field for c in contract.columns if c.fill == "block" and c.type not in ("township", "village")]
    block = [name for name in block if name in cells]
    needed = [name for name in block if band.mapped[name].column.required in ("recognise", "row")]
    if len(needed) < 2:
        return
    blank = [i for i, values in enumerate(zip(*(cells[n] for n in needed), strict=True)) if all(map(is_blank, values))]
    for i in blank:
        if i > 0:
            for name in block:
                cells[name][i] = cells[name][i - 1]
