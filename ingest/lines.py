"""Lines of a text file that do not have a cell for each column of the header.

Nothing in a line says which cell belongs to which column but its place in the line: a separator too many or too few moves
all that follows. A line is read where its cells stand as those of the other lines do. Else it is refused, whatever the moved
cells would be read as; blanks left out or added behind the last cell move nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import Any

from ingest.cells import parse_column
from ingest.columns import NUMBER_TYPES
from ingest.formats.delimited import SEPARATORS
from ingest.grid import Lines, Sheet
from ingest.headers import Band, Mapped
from ingest.issues import UNREADABLE, Refusal
from ingest.personal import TokenMaker
from ingest.rows import Body, TotalRow, is_footer
from ingest.series import LONGEST
from ingest.text import as_text, bare_number, is_blank, narrow

SAMPLE = 50  # lines of the usual width that say whether that width can be believed
MANY = 2000  # lines: so many at most are held against other columns one by one
EXCEL_BLOCK = 16  # lines: Excel leaves blank cells at the end of a line out, or not, for so many at once
MISFIT, UNLIKELY, UNPLACED = 2, 1, 3  # what a cell costs that its column cannot hold, seldom holds, that has no column
MOST_MOVED = 6  # columns by which a cell may have moved
_NAMES = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "逗号", "；": "分号", " ": "空格", ":": "冒号"}
_UNREAD = frozenset({"serial", "township", "village", "places"})
_TEXTS = frozenset({"text", "person_name", "person_or_body", "township", "village", "places"})
_COUNTED = (*NUMBER_TYPES, "pair")
_HEAD, _TAIL = re.compile(r"[¥￥$+-]?\d{1,3}", re.ASCII), re.compile(r"\d{3}(?!\d)", re.ASCII)
_DAY = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}", re.ASCII)
_NUMERIC = re.compile(r"[\d.,%Xx/-]*\d[\d.,%Xx/-]*", re.ASCII)


@dataclass
class Misplaced:
    """Rows whose cells may stand in the wrong columns: per data row, and per row of stated totals, the sentence."""

    data: dict[int, str] = field(default_factory=dict)
    totals: dict[int, str] = field(default_factory=dict)
    settler: _Settler | None = None

    def add_moved(self, rows: Iterable[int]) -> None:
        """Of rows with wrong cells add those whose cells would be right in other columns."""
        if self.settler is None:
            return
        wrong = [r for r in islice(rows, MANY) if r not in self.data]
        self.settler.read_ahead(wrong)
        for r in wrong:
            sentence = self.settler.moved(r)
            if sentence:
                self.data[r] = sentence


def settle(sheet: Sheet, band: Band, body: Body, tokens: TokenMaker) -> Misplaced:
    """Find the lines of a text file that cannot be read, and move them among `body.data`, so that none is passed over as
    a note; totals that cannot be read leave `body.totals` for `body.notes`.

    Raises:
        Refusal: S01, where the file ends in the middle of a line.
    """
    if sheet.lines is None:
        return Misplaced()
    notes = [r for r in body.data if is_footer(_first(sheet.lines.rows[r]))]  # with separators between their words
    if notes:
        body.data, body.footers = [r for r in body.data if r not in notes], sorted([*body.footers, *notes])
    settler = _Settler(sheet, sheet.lines, band, body, tokens)
    settler.check_end()
    found = Misplaced(settler=settler)
    for r in settler.passed_over():
        found.data[r] = settler.other_line(r) or ""
    found.data |= settler.misplaced()
    for total in list(body.totals):
        sentence = settler.misplaced_total(total)
        if sentence:
            found.totals[total.row] = sentence
    lost = set(found.data) - set(body.data)
    body.sections = [s for s in body.sections if s[0] not in lost]
    for kind in (body.notes, body.blanks):
        kind[:] = [r for r in kind if r not in lost]
    body.data = sorted({*body.data, *lost})
    body.totals = [t for t in body.totals if t.row not in found.totals]
    body.notes = sorted([*body.notes, *found.totals])
    body.check(len(sheet.rows) - band.last)
    return found


def ends_in_a_whole_line(sheet: Sheet) -> bool:
    """Whether a text's last line has its line end; of a whole line without one nobody can tell whether its last value is
    whole."""
    return sheet.lines is None or sheet.lines.is_ended or all(map(is_blank, sheet.lines.rows[-1]))


class _Settler:
    def __init__(self, sheet: Sheet, lines: Lines, band: Band, body: Body, tokens: TokenMaker) -> None:
        self.sheet, self.lines, self.body, self.tokens = sheet, lines, body, tokens
        header = range(band.first, min(band.last, len(lines.rows)))
        self.first = band.last
        self.width = max((_content(lines.rows[r]) for r in header), default=0)  # columns that have a name
        self.widest = max((lines.widths[r] for r in header), default=0)  # or stand in the header without one
        self.limit = max(self.width, self.widest)
        self.columns: dict[int, Mapped] = {m.index: m for m in band.mapped.values()}
        self.usual = Counter(lines.widths[r] for r in body.data).most_common(1)[0][0] if body.data else self.width
        self._fits: dict[tuple[int, str], int] = {}
        self._misread: dict[tuple[int, str], bool] = {}
        self._ahead: set[int] = set()

    # --------------------------------------------------------------------------------------------- the end of the file
    def check_end(self) -> None:
        """A last line that is no whole line and has no line end was cut off, and with it nobody knows what."""
        last = len(self.lines.rows) - 1
        if ends_in_a_whole_line(self.sheet) or last < self.first or last >= len(self.sheet.rows):
            return
        written = self.lines.widths[last]
        others = [self.lines.widths[r] for r in self.body.data if r != last]
        if last in self.body.data:
            is_cut = sum(w <= written for w in others) * 5 < len(others) if others else written < self.width
        else:
            aside = {*self.body.footers, *(t.row for t in self.body.totals), *self.body.headers}
            is_cut = last not in aside and self._begins_a_row(last)
        if is_cut:
            whole = self.usual if others else self.width
            raise Refusal(
                UNREADABLE,
                f"文件不完整：最后一行只有 {written} 格（一行应有 {whole} 格），行末也没有换行，可能没有传完或被截断，请重新导出后报送",
            )

    def _begins_a_row(self, last: int) -> bool:
        """Whether a line that is no row is the beginning of one: each of its cells of what stands in its column above, a
        serial number alone of the next row's."""
        before = self.body.data[-200:]
        cells = [(c, narrow(as_text(v))) for c, v in enumerate(self.lines.rows[last]) if not is_blank(v)]
        if last - 1 in self.body.blanks and not all(map(is_blank, self.lines.rows[last - 1])):
            return False  # one of the numbers filled down below the last row
        for c, text in cells:
            column = self.columns.get(c)
            if column is not None and column.column.type == "serial":
                if not text.isdigit():
                    return False
            elif not any(narrow(as_text(self.lines.rows[r][c])).startswith(text) for r in before):
                return False
        return bool(cells)

    # ---------------------------------------------------------------------------------------- lines in the wrong places
    def passed_over(self) -> list[int]:
        """Rows that are nothing for the table and hold a line of it: of another separator, or within quotes."""
        aside = [r for r, _ in self.body.sections] + self.body.notes + self.body.blanks
        return sorted(r for r in aside if self.other_line(r))

    def other_line(self, r: int) -> str | None:
        """Why a row whose cell holds a whole line, or several, cannot be read."""
        own = self.lines.separator
        is_row = self.lines.widths[r] >= self.usual
        for text in (as_text(v) for v in self.lines.rows[r] if isinstance(v, str) and len(v) > self.width):
            if any(self._is_line(line, own) for line in text.splitlines()):
                return "一格里有整行的内容，引号可能不配对，看不出各格属于哪一列，请检查本行的引号后重新报送"
            other = None if is_row else next((m for m in SEPARATORS if m != own and self._is_line(text, m)), None)
            if other is not None:
                return f"本行用{_named(other)}分隔，其他行用{_named(own)}分隔，没有分出各列，请统一用{_named(own)}分隔后重新报送"
        return None

    def _is_line(self, text: str, mark: str) -> bool:
        """Whether a text has about as many pieces as the header has columns, and numbers among them."""
        pieces = text.split(mark)
        if len(pieces) < max(3, round(0.6 * self.width)):
            return False
        return sum(1 for piece in pieces if _NUMERIC.fullmatch(narrow(piece[:40]))) >= 2

    def misplaced(self) -> dict[int, str]:
        """The data rows that may have a cell too many or too few, and what to say of each."""
        widths, found = self.lines.widths, {}
        for r in self.body.data:
            is_usual = self._is_sound and widths[r] == self.usual
            if is_usual and widths[r] <= self.limit and r not in self.lines.spanning:
                continue
            other = self.other_line(r)
            if other:
                found[r] = other
            elif self._has_too_many(r, is_usual):
                found[r] = self._too_many(r)
            elif widths[r] < self.usual and not self._leaves_out and not self._is_excels(r) and self._has_too_few(r):
                found[r] = self._too_few(r)
        return found

    def moved(self, r: int) -> str | None:
        """What to say of a row with wrong cells whose width is not the usual one, where they would be right elsewhere."""
        written = self.lines.widths[r]
        is_open = 2 * len(self._usual_rows) <= len(self.body.data)  # no width is that of most lines
        if (written >= self.usual or is_open) and self._may_be_moved(r, range(self.width), gain=MISFIT):
            return self._too_many(r)
        if (written < self.usual or is_open) and self._may_be_moved(r, (), skips=True, gain=MISFIT):
            return self._too_few(r)
        return None

    def misplaced_total(self, total: TotalRow) -> str | None:
        """What to say of a total whose line is wider than the header; within it 0 and 418 beside each other are two sums."""
        if self.lines.widths[total.row] <= self.limit or not self._has_too_many(total.row):
            return None
        return f"{total.label}没有核对：{self._too_many(total.row)}"

    @cached_property
    def _usual_rows(self) -> list[int]:
        return [r for r in self.body.data if self.lines.widths[r] == self.usual]

    @cached_property
    def _is_sound(self) -> bool:
        """Whether most lines of the usual width hold no number that the separator has cut (4,500 in every line)."""
        rows = self._usual_rows
        sample = rows[:: max(1, len(rows) // SAMPLE)][:SAMPLE]
        self.read_ahead(r for r in sample if self._holds_cut_number(r))
        return 2 * sum(map(self._is_cut_in_a_number, sample)) <= len(sample)

    @cached_property
    def _leaves_out(self) -> bool:
        """Whether blanks at the end of a line are not written."""
        rows = self._usual_rows
        is_usual = 2 * len(rows) > len(self.body.data)
        return not is_usual or all(self.lines.rows[r][self.usual - 1].strip() for r in rows if self.usual)

    def _has_too_many(self, r: int, is_usual: bool = False) -> bool:
        written = self.lines.widths[r]
        if _content(self.lines.rows[r]) > self.limit:
            return True
        if is_usual or written < self.usual:
            return False
        if written == self.usual and len(self._usual_rows) > MANY:
            return True
        ends_blank = is_blank(self.lines.rows[r][written - 1])
        if written != self.usual and written > self.width and not (ends_blank and self._leaves_out):
            # As many cells have come of others as the line has more than the rest
            joined = None if self._leaves_out else written - self.usual
            if self._may_be_moved(r, range(self.width), joins=joined):
                return True
        return self._is_cut_in_a_number(r)

    def _is_cut_in_a_number(self, r: int) -> bool:
        return self._holds_cut_number(r) and self._may_be_moved(r, self._counted)

    def _has_too_few(self, r: int) -> bool:
        return self._may_be_moved(r, (), skips=True)

    def _too_few(self, r: int) -> str:
        others = max(self.usual, self.width)
        return f"本行只有 {self.lines.widths[r]} 格，应有 {others} 格，少了一格，看不出各格属于哪一列，请补全后重新报送"

    def _is_excels(self, r: int) -> bool:
        """Whether all lines of the block have this width."""
        start = r - r % EXCEL_BLOCK
        block = range(max(start, self.first), min(start + EXCEL_BLOCK, len(self.lines.rows)))
        return {self.lines.widths[b] for b in block if self.lines.widths[b]} == {self.lines.widths[r]}

    def _too_many(self, r: int) -> str:
        own, written = _NAMES.get(self.lines.separator, "分隔符"), self.lines.widths[r]
        mark = "数字里的逗号（如 4,500）或文字里的逗号" if own == "逗号" else f"数字或文字里的{own}"
        than = f"表头只有 {self.width} 格" if written > self.width else f"其他行多为 {self.usual} 格"
        if written == self.usual and written <= self.width:
            than = "数字像是被分在两格里"
        return (
            f"本行有 {written} 格，{than}：可能是{mark}没有加引号，后面各格错了位；请去掉，或给这一格加上引号，重新报送"
        )

    # -------------------------------------------------------------------------------------------- where cells may belong
    @cached_property
    def _counted(self) -> list[int]:
        return [c for c, m in self.columns.items() if m.column.type in _COUNTED]

    def _holds_cut_number(self, r: int) -> bool:
        cells = self.lines.rows[r]
        return any(
            _HEAD.fullmatch(narrow(str(a)[:20])) and _TAIL.match(narrow(str(b)[:20]))
            for a, b in pairwise(cells)
            if a and b
        )

    def _may_be_moved(
        self, r: int, joined: Sequence[int], skips: bool = False, joins: int | None = None, gain: int = 0
    ) -> bool:
        """Whether the row's cells would fit as well (better by `gain`) with some of them joined again, in the columns
        `joined` and so that `joins` cells are saved, or with a column passed over.

        The costs of all ways to lay the cells on the columns are had column by column: `ways` says, for the number of
        cells used so far, what the cheapest way costs that changes nothing, and the cheapest that changes something.
        """
        self.read_ahead([r])
        cells = self._written(r)
        never = float("inf")
        ways: dict[int, tuple[float, float]] = {0: (0.0, never)}
        for c in range(self.width):
            after: dict[int, tuple[float, float]] = {}

            def reach(used: int, plain: float, changed: float, after: dict[int, tuple[float, float]] = after) -> None:
                known = after.get(used, (never, never))
                after[used] = min(known[0], plain), min(known[1], changed)

            for used, (plain, changed) in ways.items():
                cost = self._cost(c, cells[used] if used < len(cells) else "")
                reach(used + 1, plain + cost, changed + cost)
                if c in joined:
                    for count in range(2, MOST_MOVED - (used - c)):
                        parts = cells[used : used + count]
                        if len(parts) < count or any(map(is_blank, parts)):
                            break
                        cost = self._cost(c, self.lines.separator.join(parts))
                        reach(used + count, never, min(plain, changed) + cost)
                if skips and used < len(cells) and c - used < MOST_MOVED:
                    reach(used, never, min(plain, changed) + self._cost(c, ""))
            ways = after
        left = {used: UNPLACED * sum(not is_blank(v) for v in cells[used:]) for used in ways}
        as_it_is = min(plain + left[used] for used, (plain, _) in ways.items())
        wanted = [used for used in ways if joins is None or used == self.width + joins]
        return min((ways[used][1] + left[used] for used in wanted), default=never) + gain <= as_it_is

    def _cost(self, c: int, text: str) -> int:
        key = (c, text)
        if key not in self._fits:
            self._fits[key] = self._misfit(c, text)
        return self._fits[key]

    def _misfit(self, c: int, text: str) -> int:
        filled = self._filled.get(c)
        mapped = self.columns.get(c)
        if is_blank(text):
            needed = mapped is not None and mapped.column.required in ("recognise", "row")
            return UNLIKELY if needed or (filled is not None and filled >= 0.8) else 0
        cost = UNLIKELY if filled is not None and filled <= 0.2 else 0
        if mapped is None:
            return cost
        kind = mapped.column.type
        if kind == "serial":
            return cost + (0 if narrow(text).isdigit() else MISFIT)
        if len(text) > LONGEST and kind != "text":
            return cost + MISFIT
        if kind in _TEXTS:
            return cost + (UNLIKELY if bare_number(text) or _DAY.match(narrow(text[:40])) else 0)
        return cost + (MISFIT if kind not in _UNREAD and self._is_misread(c, text) else 0)

    def read_ahead(self, rows: Iterable[int]) -> None:
        """Read what the cells of some rows, as they are and joined, would be in each column that they may have come from:
        a column at a time, since reading one cell takes as long as reading some hundred."""
        new = [r for r in rows if r not in self._ahead]
        self._ahead.update(new)
        for c, mapped in self.columns.items() if new else ():
            kind = mapped.column.type
            if kind in _UNREAD or kind in _TEXTS or mapped.column.fractions_up_to is not None:
                continue  # of fractions, what one cell is depends on the others
            texts = [
                text
                for text in dict.fromkeys(text for r in new for text in self._candidates(r, c))
                if (c, text) not in self._misread and len(text) <= LONGEST and not is_blank(text)
            ]
            wrong = {i for i, _ in parse_column(mapped, texts, self.tokens, None).problems} if texts else ()
            self._misread.update({(c, text): i in wrong for i, text in enumerate(texts)})

    def _candidates(self, r: int, c: int) -> Iterator[str]:
        """What may belong to a column of a row: cells near by, and some of them joined."""
        cells = self._written(r)
        for used in range(max(0, c - MOST_MOVED), min(len(cells), c + MOST_MOVED)):
            yield cells[used]
            for count in range(2, MOST_MOVED - (used - c)) if used >= c else ():
                yield self.lines.separator.join(cells[used : used + count])

    def _is_misread(self, c: int, text: str) -> bool:
        key = (c, text)
        if key not in self._misread:
            self._misread[key] = bool(parse_column(self.columns[c], [text], self.tokens, None).problems)
        return self._misread[key]

    def _written(self, r: int) -> list[str]:
        """The row's cells up to the last that is not blank."""
        return self.lines.rows[r][: _content(self.lines.rows[r])]

    @cached_property
    def _filled(self) -> dict[int, float]:
        """Of each column the share of lines of the usual width that fill it; nothing where there are too few to say."""
        rows = [self.lines.rows[r] for r in self.body.data if self.lines.widths[r] == self.usual][:200]
        if len(rows) < 4:
            return {}
        return {c: sum(not is_blank(row[c]) for row in rows) / len(rows) for c in range(min(self.width, len(rows[0])))}


def _first(cells: Sequence[Any]) -> str:
    text = next((v for v in cells if v), "")
    return "" if not isinstance(text, str) or text[:1].isdigit() else narrow(text[:40])


def _content(cells: Sequence[Any]) -> int:
    """How many cells there are up to the last that is not blank."""
    return next((c + 1 for c in range(len(cells) - 1, -1, -1) if not is_blank(cells[c])), 0)


def _named(mark: str) -> str:
    return f"{_NAMES[mark]}（{mark}）" if mark in _NAMES and mark.strip() else _NAMES.get(mark, f"“{mark}”")
