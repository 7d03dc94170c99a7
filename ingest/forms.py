"""Which form a file is: by its titles, its sheets' names and its headers, then by the file's and folders' names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.arrange import card_of, tables_of
from ingest.contracts import Column, Contract
from ingest.grid import Sheet
from ingest.headers import Band, HeaderMap, best_band, header_map
from ingest.issues import NO_COLUMN, NO_FORM, Refusal
from ingest.personal_text import scrub
from ingest.recognise import Heading, heading_of, period_of, title_score
from ingest.text import as_text, is_blank, narrow

_PLAIN_NAME = re.compile(r"(?i)^((sheet|工作表|表)\s*\d*)?$")
_DATA = re.compile(r"^[\d.,%-]+$|\d{6}")  # a number, or digits enough to be somebody's
_FIRST_COLUMNS = frozenset("序号 编号 乡镇 行政村 村 村名 姓名 户主姓名 项目名称 名称 日期 单位 备注".split())
_VILLAGE_IN_TITLE = re.compile(r"(?:镇|乡|街道)[\u4e00-\u9fff]{1,10}?(?:村|社区)")
MIN_FIELDS = 3
FEW_FIELDS = 6  # a row of so few headers may be one of a card's rows of labels


@dataclass
class Candidate:
    """A contract held against a file: its sheets (cards as tables), per sheet the header band found and what stands
    above it, and how well titles and names fit."""

    contract: Contract
    header_map: HeaderMap
    sheets: list[Sheet] = field(default_factory=list)
    bands: dict[int, Band] = field(default_factory=dict)
    headings: dict[int, Heading] = field(default_factory=dict)
    is_marked: bool = False
    title: int = 0
    sheet_name: int = 0
    file_name: int = 0

    @property
    def fields(self) -> int:
        return max((len(b.fields()) for b in self.bands.values()), default=0)

    @property
    def is_complete(self) -> bool:
        return any(not self.missing(n) and len(b.fields()) >= MIN_FIELDS for n, b in self.bands.items())

    def missing(self, number: int) -> list[Column]:
        """Columns that the form must have and a sheet lacks; its name or title may be the village."""
        band = self.bands[number]
        return [
            c for c in band.missing(self.contract, "recognise") if not (c.type == "village" and number in self.named)
        ]

    named: set[int] = field(default_factory=set)

    def split(self) -> None:
        """Part the sheets that hold several tables of the form."""
        tables: list[Sheet] = []
        next_number = max(sheet.number for sheet in self.sheets) + 1
        for sheet in self.sheets:
            band = self.bands.get(sheet.number)
            if band is None or self.missing(sheet.number):
                tables.append(sheet)
                continue
            units = self.headings[sheet.number].units
            for table, header in tables_of(sheet, band, self.header_map, units, next_number):
                tables.append(table)
                if table.number != sheet.number:
                    next_number += 1
                    self.headings[table.number] = heading_of(table, header.first)
                    if sheet.number in self.named:
                        self.named.add(table.number)
                self.bands[table.number] = header
        self.sheets = tables


def weigh(sheets: list[Sheet], path: str, contracts: dict[str, Contract], marked: str | None = None) -> list[Candidate]:
    """The contracts held against the file, the likeliest by its titles first; where that one fits and no other has a
    title as long, the rest are not looked at. The form that the workbook is `marked` as comes before all, and where it
    fits nothing else is asked."""
    top = [as_text(v) for s in sheets[:3] for row in s.rows[:8] for v in row if isinstance(v, str) and len(v) > 3]
    likely = {name: max((title_score(c, t) for t in top), default=0) for name, c in contracts.items()}
    found: list[Candidate] = []
    for name in sorted(contracts, key=lambda n: (n != marked, -likely[n])):
        if found and found[0].is_complete and (found[0].is_marked or found[0].title > likely[name]):
            break
        found.append(_hold(contracts[name], sheets, path))
        found[-1].is_marked = name == marked
    return found


def _hold(contract: Contract, sheets: list[Sheet], path: str) -> Candidate:
    tops = [heading_of(sheet, min(len(sheet.rows), 8)) for sheet in sheets]
    period = period_of(tops, [], path)
    candidate = Candidate(contract, header_map(contract, period.end.year if period else None))
    for sheet, top in zip(sheets, tops, strict=True):
        band = best_band(sheet, candidate.header_map, top.units)
        heading = heading_of(sheet, band.first) if band else top
        if band is not None and heading.units != top.units:
            band = best_band(sheet, candidate.header_map, heading.units)
        if band is None or len(band.fields()) < FEW_FIELDS or band.missing(contract, "recognise"):
            card = card_of(sheet, candidate.header_map)
            if card is not None and (band is None or len(band.fields()) < card[0].width):
                sheet, heading = card[0], heading_of(sheet, card[1])
                band = best_band(sheet, candidate.header_map, heading.units)
        candidate.sheets.append(sheet)
        if band is not None:
            candidate.bands[sheet.number] = band
        candidate.headings[sheet.number] = heading
        candidate.title = max([candidate.title, *(title_score(contract, t) for t in heading.texts)])
        candidate.sheet_name = max(candidate.sheet_name, title_score(contract, sheet.name))
        if not _PLAIN_NAME.match(sheet.name.strip()) or _VILLAGE_IN_TITLE.search(heading.title):
            candidate.named.add(sheet.number)
    candidate.file_name = title_score(contract, path.replace("/", "　"))
    return candidate


def choose(candidates: list[Candidate], sheets: list[Sheet]) -> Candidate:
    """The one form of the file.

    Raises:
        Refusal: S02 where no form fits, S03 where the form is told but columns that it needs are missing; both with
            the headers that were found and those that were looked for.
    """

    def rank(c: Candidate) -> tuple[int, int, int, int]:
        return c.title, c.sheet_name, c.fields, c.file_name

    complete = [c for c in candidates if c.is_complete]
    titled = [c for c in candidates if c.title or c.is_marked]
    best = max(complete, key=rank, default=None)
    told = max(titled, key=rank, default=None)
    if best is not None and (told is None or told is best or best.title or told.fields < MIN_FIELDS):
        equals = [c for c in complete if rank(c) == rank(best)]
        if len(equals) > 1:
            names = "、".join(c.contract.title for c in equals)
            raise Refusal(NO_FORM, f"分不清是哪种表：标题没有写明，表头与 {names} 都相符，请在标题中写明表名")
        return best
    likely = told or max(candidates, key=rank)
    if told is None and likely.fields < MIN_FIELDS + 1 and not likely.file_name:
        raise Refusal(NO_FORM, _no_form(candidates, sheets))
    raise Refusal(NO_COLUMN, missing_sentence(likely, sheets), likely.contract.name)


def missing_sentence(candidate: Candidate, sheets: list[Sheet]) -> str:
    """S03 with both lists: the headers found, and those that the form needs."""
    contract = candidate.contract
    number = max(candidate.bands, key=lambda n: len(candidate.bands[n].fields()), default=None)
    if number is None:
        looked = "、".join(c.header for c in contract.columns if c.required == "recognise")
        return f"标题是《{contract.title}》，但没有找到表头。要找的列：{looked}。找到的文字：{_texts(sheets)}"
    missing = candidate.missing(number) or [c for c in contract.columns if c.required == "recognise"]
    looked = "；".join(
        f"{c.header}（也可写作 {'、'.join(c.variants[:4])}）" if c.variants else c.header for c in missing
    )
    found = "、".join(candidate.bands[number].found)
    return f"这是《{contract.title}》，缺少必要的列：{looked}。找到的表头：{found}"


def _no_form(candidates: list[Candidate], sheets: list[Sheet]) -> str:
    looked = "、".join(f"《{c.contract.title}》" for c in candidates)
    return f"认不出是哪种表。要找的表：{looked}。表中找到的文字：{_texts(sheets)}。请在标题中写明表名，并用规定的表头"


def _texts(sheets: list[Sheet]) -> str:
    """The titles and the first header row of each sheet, cut short: rows of data name people and are never shown."""
    texts = [scrub(text) for sheet in sheets for row in _heads(sheet) for text in row]
    return "、".join(t if len(t) <= 20 else t[:19] + "…" for t in texts[:16]) or "（没有文字）"


def _heads(sheet: Sheet) -> Iterator[list[str]]:
    """Rows of one or two texts above the first row with more, and that row, as long as no cell holds a number."""
    has_title = False
    for row in sheet.rows[:8]:
        texts = [as_text(v) for v in row if not is_blank(v)]
        if any(not isinstance(v, str) and not is_blank(v) for v in row) or any(_DATA.search(narrow(t)) for t in texts):
            return
        if len(texts) > 2:
            # Without a title and without a usual first column it may be a row of data that has lost its header.
            if has_title or any(narrow(t) in _FIRST_COLUMNS for t in texts):
                yield texts
            return
        has_title = has_title or bool(texts)
        yield texts
