"""An honest table laid out as counties lay them out: each function gives the pages of a workbook.

Ranges are names such as 'A1:F1'. Rows of `Page` count from the first line of the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ingest.text import cell_name
from tests.ingest.books import Page, by_openpyxl
from tests.layouts.honest import Honest

Row = list[Any]


def area(r0: int, c0: int, r1: int, c1: int) -> str:
    return f"{cell_name(r0, c0)}:{cell_name(r1, c1)}"


def body(table: Honest) -> list[Row]:
    return [list(row) for row in table.rows]


def page(table: Honest, rows: Sequence[Sequence[Any]] | None = None, merged: Sequence[str] = (), **more: Any) -> Page:
    """Title, unit, header, rows; `merged` ranges beside the title's."""
    width = len(table.header)
    lines = [[table.title], [table.unit], list(table.header), *(body(table) if rows is None else rows)]
    return Page(lines, [area(0, 0, 0, width - 1), *merged], **more)


def changed(table: Honest, row: int, header: str, cell: Any) -> bytes:
    """The plain table with one cell changed, as openpyxl writes it."""
    return by_openpyxl(page(table.with_cell(row, header, cell)))


# ------------------------------------------------------------------------------------------------ above the table
def title_and_units(table: Honest) -> Page:
    """L1: a merged title, and below it reporter, persons, closing day and unit in merged cells of one row."""
    width = len(table.header)
    bounds = [0, width // 5, 2 * width // 5, 3 * width // 5, 4 * width // 5, width]
    texts = ["填报单位（盖章）：通渭县农业农村局", "填报人：张三", "审核人：李四", "填报日期：2020年7月5日", table.unit]
    line: Row = [""] * width
    for at, text in zip(bounds, texts, strict=False):
        line[at] = text
    parts = [area(1, a, 1, b - 1) for a, b in pairwise(bounds) if b - a > 1]
    return Page([[table.title], line, list(table.header), *body(table)], [area(0, 0, 0, width - 1), *parts])


def attachment_and_notes(table: Honest) -> Page:
    """An 附件 line above the title, notes between title and header, an empty row."""
    notes = [["填表说明：请按实填写，不得空项。"], []]
    return Page([["附件3"], [table.title], *notes, [table.unit], list(table.header), *body(table)])


# ------------------------------------------------------------------------------------------------------- headers
def _levels(table: Honest) -> tuple[Row, Row]:
    top: Row = list(table.header)
    low: Row = [""] * len(top)
    for parent, first, last in table.groups:
        a, b = table.at(first), table.at(last)
        low[a : b + 1] = top[a : b + 1]
        top[a : b + 1] = [parent, *[""] * (b - a)]
    return top, low


def two_levels(table: Honest, is_merged: bool = True) -> Page:
    """L2: parents over groups of columns; the other headers merged over both rows."""
    top, low = _levels(table)
    merged = [area(2, table.at(a), 2, table.at(b)) for _, a, b in table.groups]
    merged += [area(2, c, 3, c) for c, text in enumerate(low) if text == ""]
    return Page([[table.title], [table.unit], top, low, *body(table)], merged if is_merged else ())


def three_levels(table: Honest, is_merged: bool = True) -> Page:
    """L2 with a third level: everything right of the serial number under one merged text, as in L3."""
    width = len(table.header)
    top, low = _levels(table)
    first = [top[0], "基本情况", *[""] * (width - 2)]
    middle = ["", *top[1:]]
    merged = [area(2, 0, 4, 0), area(2, 1, 2, width - 1)]
    merged += [area(3, table.at(a), 3, table.at(b)) for _, a, b in table.groups]
    merged += [area(3, c, 4, c) for c, text in enumerate(low) if text == "" and c > 0]
    return Page([[table.title], [table.unit], first, middle, low, *body(table)], merged if is_merged else ())


def _respelt(table: Honest, spell: Callable[[str], str]) -> Page:
    return Page([[table.title], [table.unit], [spell(h) for h in table.header], *body(table)])


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "wrapped": lambda h: f"{h[:2]}\n{h[2:]}",
    "one character a line": lambda h: "\n".join(h),
    "wide spaces": lambda h: "　".join(h[:2]) + h[2:],
    "outer spaces": lambda h: f"  {h}　",
    "full width": _wide,
    "colon": lambda h: f"{h}：",
    "hard spaces": lambda h: f"{h[0]}\u00a0{h[1:]}",
}


def spelt(table: Honest, how: str) -> Page:
    return _respelt(table, SPELLINGS[how])


def other_order(table: Honest) -> Page:
    """The columns from right to left, the serial number still first."""
    order = [0, *range(len(table.header) - 1, 0, -1)]
    return Page([[table.title], [table.unit], *[[line[i] for i in order] for line in (table.header, *table.rows)]])


def extra_columns(table: Honest) -> Page:
    """Two columns more: one at the end, one in the middle."""
    at = len(table.header) // 2
    lines = [list(line) for line in (table.header, *table.rows)]
    for n, line in enumerate(lines):
        line.insert(at, "驻村干部" if n == 0 else "某某")
        line.append("核查意见" if n == 0 else "属实")
    return Page([[table.title], [table.unit], *lines])


def numbering(table: Honest) -> Page:
    """A row of column numbers right below the header."""
    return page(table, [list(range(1, len(table.header) + 1)), *body(table)])


def header_far_below(table: Honest) -> Page:
    notes = [[f"填表说明{i}：请按实填写"] for i in range(1, 21)]
    return Page([[table.title], *notes, [table.unit], list(table.header), *body(table)])


# ---------------------------------------------------------------------------------------------------------- rows
def sections_by_township(table: Honest) -> Page:
    """L4: 一、平襄镇（共2行；…） merged over the whole width, above each township's rows."""
    lines: list[Row] = []
    merged = []
    for number, (name, members) in zip("一二三四", table.townships(), strict=False):
        merged.append(area(3 + len(lines), 0, 3 + len(lines), len(table.header) - 1))
        lines += [[f"{number}、{name}（共计：{len(members)}个）"], *[list(table.rows[i]) for i in members]]
    return page(table, lines, merged)


def sections_by_kind(table: Honest) -> Page:
    """L4 where the rows have no township: numbered sections with counts and totals in their text."""
    lines: list[Row] = [["一、续报情况（共计：1项）"], list(table.rows[0])]
    lines += [["（二）新增情况（项目共计：2个；总投资：100万元）"], *[list(row) for row in table.rows[1:]]]
    return page(table, lines)


def total(table: Honest, label: str, positions: Sequence[int], count: bool = False) -> Row:
    """A total row of the columns in `sums`; with `count` the number of rows in the serial number's cell."""
    line: Row = [""] * len(table.header)
    line[1 if count else 0] = label
    if count:
        line[0] = len(positions)
    for header in table.sums:
        values = [table.rows[i][table.at(header)] for i in positions]
        line[table.at(header)] = float(sum(Decimal(str(v)) for v in values if v != ""))
    return line


def totals_last(table: Honest) -> Page:
    """L5: 小计 after each township's rows (or after the first two), 合计 at the end."""
    lines: list[Row] = []
    groups = [m for _, m in table.townships()] if table.has_village else [[0, 1], [2]]
    for members in groups:
        lines += [list(table.rows[i]) for i in members] + [total(table, "小计", members)]
    return page(table, [*lines, total(table, "合　计", range(len(table.rows)))])


def total_first(table: Honest) -> Page:
    return page(table, [total(table, "合计", range(len(table.rows))), *body(table)])


def total_in_the_middle(table: Honest) -> Page:
    """A running 合计 of the rows so far between the rows, and the whole at the end."""
    lines = body(table)
    lines.insert(2, total(table, "合计", [0, 1]))
    return page(table, [*lines, total(table, "总计", range(len(table.rows)))])


def totals_with_counts(table: Honest) -> Page:
    """L5: the total row's serial cell holds the count of rows."""
    return page(table, [*body(table), total(table, "总计", range(len(table.rows)), count=True)])


def township_totals(table: Honest) -> Page:
    """平襄镇小计 above its rows, the whole at the very top."""
    lines = [total(table, "全县合计", range(len(table.rows)))]
    for name, members in table.townships():
        lines += [total(table, f"{name}小计", members), *[list(table.rows[i]) for i in members]]
    return page(table, lines)


def serials_restart(table: Honest) -> Page:
    """L6: serial numbers that restart, and one that is missing."""
    lines = body(table)
    for line, serial in zip(lines, [1, "", 1, 2], strict=False):
        line[0] = serial
    return page(table, lines)


def footers(table: Honest) -> Page:
    """L9: what stands below the rows."""
    below = [
        [],
        ["备注：每个具体项目建设情况由责任单位另行公告公示。"],
        ["注：本表一式三份"],
        ["数据来源：县农业农村局"],
        ["监督电话：0932-0000000"],
        ["单位负责人：张三　统计负责人：李四　填表人：王五　报出日期：2020 年 7 月 5 日"],
    ]
    return page(table, [*body(table), *below])


def empty_lines(table: Honest) -> Page:
    """Empty rows between the rows, serial numbers filled down over empty rows at the end."""
    lines = body(table)
    down = [[n, *[""] * (len(table.header) - 1)] for n in range(len(lines) + 1, len(lines) + 20)]
    return page(table, [*lines[:1], [], ["", "  ", "　"], *lines[1:], *down])


def merged_places(table: Honest) -> Page:
    """L6: the township's cell merged over its rows."""
    column = table.header.index("乡(镇)" if "乡(镇)" in table.header else "乡镇")
    lines, merged = body(table), []
    for _, members in table.townships():
        if len(members) > 1:
            merged.append(area(3 + members[0], column, 3 + members[-1], column))
            for i in members[1:]:
                lines[i][column] = ""
    return page(table, lines, merged)


def merged_households(table: Honest) -> Page:
    """L6: what is said of a household merged over its persons, the serial number too; its first two rows are one."""
    page_ = merged_places(table)
    lines = [list(row) for row in page_.rows[3:]]
    merged = list(page_.merged)[1:]
    for header in ("序号", *table.merge):
        lines[1][table.at(header)] = ""
        merged.append(area(3, table.at(header), 4, table.at(header)))
    return page(table, lines, merged)


def blank_places(table: Honest) -> Page:
    """The township written at the first of its rows only, nothing merged."""
    return Page(merged_places(table).rows)


def header_again(table: Honest) -> Page:
    """The header printed again at each page break."""
    lines = body(table)
    return page(table, [*lines[:2], [], list(table.header), *lines[2:]])


def everything(table: Honest) -> Page:
    """L1, L2, L4, L5, L6 and L9 together: titles, three levels, sections with totals, merged places, notes below."""
    head = three_levels(table)
    width, above = len(table.header), len(head.rows) - len(table.rows)
    lines: list[Row] = [list(row) for row in head.rows[:above]]
    merged = [area(0, 0, 0, width - 1), *head.merged]
    place = next(i for i, h in enumerate(table.header) if h in ("乡镇", "乡(镇)"))
    for number, (name, members) in zip("一二", table.townships(), strict=False):
        merged.append(area(len(lines), 0, len(lines), width - 1))
        lines.append([f"{number}、{name}（{len(members)}行）", *[""] * (width - 1)])
        first = len(lines)
        lines += [[v if i == members[0] or c != place else "" for c, v in enumerate(table.rows[i])] for i in members]
        if len(members) > 1:
            merged.append(area(first, place, len(lines) - 1, place))
        lines.append(total(table, f"{name}小计", members))
    lines.append(total(table, "合计", range(len(table.rows)), count=True))
    below = [[], ["注：本表一式三份"], ["单位负责人：张三　填表人：王五　报出日期：2020年7月5日"]]
    return Page([*lines, *below], merged)


# -------------------------------------------------------------------------------------------------------- sheets
def _of(table: Honest, members: Sequence[int], without: Sequence[str], name: str) -> Page:
    kept = [i for i, h in enumerate(table.header) if h not in without]
    lines = [[line[i] for i in kept] for line in (table.header, *[table.rows[m] for m in members])]
    return Page([[table.title], [table.unit], *lines], name=name)


def by_township(table: Honest, drops_column: bool) -> list[Page]:
    """L12: a sheet per township, named by it."""
    without = ("乡镇", "乡(镇)") if drops_column else ()
    return [_of(table, members, without, name) for name, members in table.townships()]


def by_village(table: Honest) -> list[Page]:
    """L12: a sheet per village, named by it, without columns for the place."""
    column = table.at("行政村")
    names = list(dict.fromkeys(row[column] for row in table.rows))
    members = [[i for i, row in enumerate(table.rows) if row[column] == name] for name in names]
    without = ("乡镇", "乡(镇)", "行政村")
    return [_of(table, m, without, f"{name}村") for name, m in zip(names, members, strict=True)]


def with_empty_sheets(table: Honest) -> list[Page]:
    """L19: the default empty Sheet2 and Sheet3."""
    return [page(table, name="Sheet1"), Page([], name="Sheet2"), Page([], name="Sheet3")]


# ------------------------------------------------------------------------------------------- tables on one sheet
def stacked(table: Honest, reordered: bool) -> Page:
    """Two tables on a sheet, each with title, unit and header; the second's columns may be in another order."""
    order = list(range(len(table.header)))
    if reordered:
        order = [0, *order[:0:-1]]
    half = len(table.rows) - 2
    first = [[table.title], [table.unit], list(table.header), *[list(r) for r in table.rows[:half]]]
    second = [[line[i] for i in order] for line in (table.header, *table.rows[half:])]
    return Page([*first, [], [table.title], [table.unit], *second])


def side_by_side(table: Honest) -> Page:
    """L10: the same header again to the right, the first half of the rows on the left, the rest on the right."""
    half = (len(table.rows) + 1) // 2
    left = [list(r) for r in table.rows[:half]]
    right = [list(r) for r in table.rows[half:]]
    right += [[""] * len(table.header)] * (half - len(right))
    lines = [[*a, *b] for a, b in zip(left, right, strict=True)]
    return Page([[table.title], [table.unit], [*table.header, *table.header], *lines])


def key_value(table: Honest, position: int, per_line: int = 2) -> Page:
    """L11: one row as labels and values in turn, some pairs to a line."""
    pairs = [(h, v) for h, v in zip(table.header[1:], table.rows[position][1:], strict=True)]
    lines = [[x for pair in pairs[i : i + per_line] for x in pair] for i in range(0, len(pairs), per_line)]
    return Page([[table.title], [table.unit], *lines])
