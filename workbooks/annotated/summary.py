"""The sheet 退改说明: what was read, what is wrong and where, and how to send the corrected workbook back.

It is written as XML beside the county's own sheets, with formats added to theirs. One page wide, its columns serve the
list of findings, which comes last; the lines above it are merged over them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

from ingest.issues import FILE_REFUSED
from ingest.returned import LABEL, SHEET
from ingest.text import cell_name
from workbooks.annotated.findings import SEVERITIES, Finding, Order
from workbooks.annotated.markup import RELATIONS, escape
from workbooks.annotated.package import HEADER
from workbooks.annotated.shades import PLAIN
from workbooks.annotated.styles import Styles

LISTED, KINDS = 1000, 40  # findings and kinds of findings that are listed
WIDTHS = (6, 22, 20, 20, 66, 8, 13)  # of the columns, in characters
NAME = 1  # the column of places
_LINE, _HIGHEST = 17.0, 400.0  # points of a line of text, and of the highest row
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_BLUE, _DARK, _GREY, _LINES = "FF1F4E79", "FF262626", "FF7F7F7F", "FFBFBFBF"
_WRAPPED = 'horizontal="left" vertical="center" wrapText="1" indent="1"'
_MIDDLE = 'horizontal="center" vertical="center"'
# font, fill, border, alignment
LOOKS: dict[str, tuple[str, str, str, str]] = {
    "title": (f'<b/><sz val="16"/><color rgb="{_BLUE}"/>', "", "", 'vertical="center"'),
    "number": (f'<b/><sz val="12"/><color rgb="{_DARK}"/>', "FFDDEBF7", "", 'vertical="center" wrapText="1"'),
    "section": (f'<b/><sz val="12"/><color rgb="{_BLUE}"/>', "", "", 'vertical="center"'),
    "name": (f'<b/><sz val="10"/><color rgb="{_DARK}"/>', "FFF2F2F2", _LINES, _WRAPPED),
    "value": (f'<sz val="10"/><color rgb="{_DARK}"/>', "", _LINES, _WRAPPED),
    "count": (f'<sz val="10"/><color rgb="{_DARK}"/>', "", _LINES, _MIDDLE),
    "link": ('<u/><sz val="10"/><color rgb="FF0563C1"/>', "", _LINES, _WRAPPED),
    "head": ('<b/><sz val="10"/><color rgb="FFFFFFFF"/>', _BLUE, _LINES, 'horizontal="center" vertical="center" wrapText="1"'),
    "refused": ('<b/><sz val="11"/><color rgb="FF9C0006"/>', PLAIN["error"], _LINES, _WRAPPED),
    "partly": ('<b/><sz val="11"/><color rgb="FF7F6000"/>', PLAIN["warn"], _LINES, _WRAPPED),
    "accepted": ('<b/><sz val="11"/><color rgb="FF375623"/>', "FFE2EFDA", _LINES, _WRAPPED),
    "error": (f'<sz val="10"/><color rgb="{_DARK}"/>', PLAIN["error"], _LINES, _MIDDLE),
    "warn": (f'<sz val="10"/><color rgb="{_DARK}"/>', PLAIN["warn"], _LINES, _MIDDLE),
    "info": (f'<sz val="10"/><color rgb="{_DARK}"/>', "FFF2F2F2", _LINES, _MIDDLE),
    "step": (f'<sz val="10"/><color rgb="{_DARK}"/>', "", "", 'vertical="center" wrapText="1"'),
    "hint": (f'<sz val="9"/><color rgb="{_GREY}"/>', "", "", 'vertical="center" wrapText="1"'),
}  # fmt: skip

STEPS = (
    "1. 就在本文件里改：红色的格子必须改正，黄色的格子请核对；批注写明错在哪里、应当怎样填。点下面“位置”一栏可以跳到那一格。",
    "2. 标题、表头和“退改编号”请保持原样；颜色、批注和本页不必删除，读表时会自动略过。",
    "3. 改好后另存为 xlsx，整份（不是只报改过的行）放回原来的报送文件夹，文件名可以不变，也可以另起。",
    "4. 新报的一份读入后即代替原来的一份；其中没有问题的行不必改动。",
)
BARE_STEPS = (
    "1. 原文件打不开，所以这里没有它的内容。请按“处理结果”中的说明，用 WPS 或 Excel 打开原表，另存为 xlsx。",
    "2. 另存后关掉再打开，看一看内容是否完整，然后放回原来的报送文件夹。",
)


@dataclass
class _Page:
    """Rows of the sheet as they are put together: XML of rows, merged ranges and links."""

    styles: Styles
    rows: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def next(self) -> int:
        return len(self.rows)

    def style(self, look: str, is_text: bool = True) -> int:
        return self.styles.own(*LOOKS[look], is_text=is_text)

    def add(self, *cells: tuple[int, int, str, str | int], height: float | None = None) -> int:
        """A row of cells (first column, last column, look, text or number); its number from 0. Cells over several
        columns are merged."""
        row, parts, lines = self.next, [], 1
        for first, last, look, content in cells:
            if last > first:
                self.merged.append(f"{cell_name(row, first)}:{cell_name(row, last)}")
            parts.append(self._cell(row, first, look, content))
            parts += [self._cell(row, column, look, "") for column in range(first + 1, last + 1)]
            lines = max(lines, lines_of(str(content), sum(WIDTHS[first : last + 1])))
        points = height or min(lines * _LINE + 4, _HIGHEST)
        self.rows.append(f'<row r="{row + 1}" ht="{points:g}" customHeight="1">{"".join(parts)}</row>')
        return row

    def _cell(self, row: int, column: int, look: str, content: str | int) -> str:
        where = f'r="{cell_name(row, column)}" s="{self.style(look, isinstance(content, str))}"'
        if isinstance(content, int):
            return f"<c {where}><v>{content}</v></c>"
        if not content:
            return f"<c {where}/>"
        return f'<c {where} t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'

    def link(self, row: int, sheet: str, target: str) -> None:
        """Make the cell of places of a row lead to a cell of a sheet."""
        quoted = sheet.replace("'", "''")
        location = escape(f"'{quoted}'!{target}")
        self.links.append(f'<hyperlink ref="{cell_name(row, NAME)}" location="{location}" display="{escape(target)}"/>')

    def gap(self) -> None:
        self.rows.append(f'<row r="{self.next + 1}" ht="8" customHeight="1"/>')


@dataclass(frozen=True)
class Summary:
    """The sheet's XML, and the areas that the workbook has to name: rows repeated on each printed page, the list."""

    xml: str
    titles: str
    listed: str


def summary(order: Order, styles: Styles, sheets: dict[str, str]) -> Summary:
    """Write the sheet.

    Args:
        sheets: the workbook's own sheets: as the findings name them -> as the workbook has them.
    """
    page = _Page(styles)
    page.add((0, 6, "title", f"{order.title}　{SHEET}"), height=32)
    page.add((0, 6, "number", f"{LABEL}：{order.number}　　请保留，凭此编号认出更正件"), height=26)
    page.gap()
    for name, value in order.facts:
        page.add((0, 1, "name", name), (2, 6, "value", value))
    page.add((0, 1, "name", "处理结果"), (2, 6, order.tone, order.verdict))
    page.gap()
    page.add((0, 6, "section", "怎样改、怎样报"))
    for step in BARE_STEPS if order.is_bare else STEPS:
        page.add((0, 6, "step", step))
    page.add(
        (0, 1, "error", "红色：错误"),
        (2, 2, "warn", "黄色：提醒"),
        (3, 6, "hint", "红色的不改正就不计入；黄色的已照原样处理，请核对。"),
    )
    _kinds(page, order.findings, sheets)
    _totals(page, order, sheets)
    head, last = _list(page, order.findings, sheets)
    return Summary(_sheet(page, head, last), f"${head + 1}:${head + 1}", f"$A${head + 1}:$G${last + 1}")


def _place(finding: Finding, sheets: dict[str, str]) -> tuple[str, str | None]:
    """Where a finding is, in words, and the cell that a link to it leads to."""
    sheet = finding.sheet if finding.sheet in sheets else None
    if sheet is None or finding.row is None or finding.column is None:
        return (sheets[sheet] if sheet is not None else finding.sheet or "整份文件"), None
    target = cell_name(finding.row, finding.column)
    return (f"{sheets[sheet]} {target}" if len(sheets) > 1 else target), target


def _add_placed(page: _Page, finding: Finding, sheets: dict[str, str], *cells: tuple[int, int, str, str | int]) -> None:
    words, target = _place(finding, sheets)
    row = page.add(cells[0], (NAME, NAME, "link" if target else "value", words), *cells[1:])
    if target is not None and finding.sheet is not None:
        page.link(row, sheets[finding.sheet], target)


def _kinds(page: _Page, findings: Sequence[Finding], sheets: dict[str, str]) -> None:
    """Findings of one rule in one column as one line, with a link to the first of them."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.rule, finding.header), []).append(finding)
    if not kinds:
        return
    page.gap()
    page.add((0, 6, "section", f"问题归类（共 {len(findings):,} 处，{len(kinds)} 类）"))
    page.add(*((at, at, "head", name) for at, name in enumerate(("处数", "首处", "列"))), (3, 4, "head", "问题"),
             (5, 5, "head", "级别"), (6, 6, "head", "处理"))  # fmt: skip
    ordered = sorted(kinds.values(), key=_rank)
    for found in ordered[:KINDS]:
        first = found[0]
        words = first.message if len(found) == 1 else f"{first.message}　等 {len(found):,} 处"
        _add_placed(page, first, sheets, (0, 0, "count", len(found)), (2, 2, "value", first.header), (3, 4, "value", words),
                    (5, 5, first.severity, SEVERITIES[first.severity]), (6, 6, "count", first.outcome))  # fmt: skip
    if len(ordered) > KINDS:
        page.add((0, 6, "hint", f"另有 {len(ordered) - KINDS} 类，见下面的清单和各格批注。"))


def _rank(kind: list[Finding]) -> tuple[bool, int, int, str]:
    """What refuses the file first, then errors before warnings, the most frequent first."""
    first = kind[0]
    return first.effect != FILE_REFUSED, [*SEVERITIES].index(first.severity), -len(kind), first.rule


def _totals(page: _Page, order: Order, sheets: dict[str, str]) -> None:
    if not order.totals:
        return
    page.gap()
    page.add((0, 6, "section", "小计、合计与各行之和不符"))
    page.add(
        *((at, at, "head", name) for at, name in enumerate(("序号", "位置", "列", "表内写的"))),
        (4, 6, "head", "按各行相加"),
    )
    for number, total in enumerate(order.totals, 1):
        at = Finding(total.label, "error", "none", "", total.sheet, total.row, total.column)
        _add_placed(page, at, sheets, (0, 0, "count", number), (2, 2, "value", total.header),
                    (3, 3, "value", total.stated), (4, 6, "value", f"{total.computed}（{total.label}）"))  # fmt: skip


def _list(page: _Page, findings: Sequence[Finding], sheets: dict[str, str]) -> tuple[int, int]:
    """All findings, as far as they go; first and last row of the list, its header with it."""
    page.gap()
    listed = findings[:LISTED]
    more = len(findings) - len(listed)
    page.add(
        (0, 6, "section", "问题清单" + (f"（列出前 {LISTED:,} 处，另有 {more:,} 处见各格颜色和批注）" if more else ""))
    )
    head = page.add(
        *(
            (at, at, "head", name)
            for at, name in enumerate(("序号", "位置", "列", "原值", "问题和改法", "级别", "处理"))
        )
    )
    for number, finding in enumerate(listed, 1):
        words = f"{finding.message}\n{finding.advice}" if finding.advice else finding.message
        _add_placed(page, finding, sheets, (0, 0, "count", number), (2, 2, "value", finding.header),
                    (3, 3, "value", finding.shown), (4, 4, "value", words),
                    (5, 5, finding.severity, SEVERITIES[finding.severity]), (6, 6, "count", finding.outcome))  # fmt: skip
    return head, max(page.next - 1, head)


def _sheet(page: _Page, head: int, last: int) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, 1)
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in page.merged)
    links = f"<hyperlinks>{''.join(page.links)}</hyperlinks>" if page.links else ""
    return (
        f'{HEADER}<worksheet xmlns="{_NAMESPACE}" xmlns:r="{RELATIONS}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:G{page.next}"/><sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        '<pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A3" sqref="A3"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols><sheetData>{"".join(page.rows)}</sheetData>'
        f'<autoFilter ref="A{head + 1}:G{last + 1}"/>'
        f'<mergeCells count="{len(page.merged)}">{merged}</mergeCells>{links}'
        '<printOptions horizontalCentered="1"/><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


def width_of(text: str) -> int:
    """Columns that a text takes on the screen: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def lines_of(text: str, width: int) -> int:
    """Lines that a text takes in a cell of a width in characters."""
    return sum(max(1, ceil(width_of(line) / max(width - 1.5, 1))) for line in text.split("\n"))
