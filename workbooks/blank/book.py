"""A blank workbook of one form for one county, made from the form's contract alone."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from ingest.context import Context
from ingest.contracts import Contract
from ingest.marks import LIST_SHEET, MARK_SHEET, Mark
from ingest.periods import Period
from ingest.places import County
from workbooks.blank import guide, inputs
from workbooks.blank.columns import breadth, columns_of, header_of, is_required, number_format, width_of
from workbooks.blank.lists import lists_of

TITLE_ROW, UNIT_ROW, HINT_ROW, HEADER_ROW, FIRST_ROW = range(5)
LAST_ROW = 100_000  # the last row (from 0) that checks, lists and colours cover
MARK_NAME, LIST_NAME = "_陇仓", "_陇仓选项"
_SCREEN = 130  # narrow characters that stand side by side on a usual screen
_FROZEN = 48
_PAGE = 220  # narrow characters that a printed A4 page across holds and that can still be read
_A4 = 9
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
_HINT = "带 * 的列必填；点选格子可看这一列怎样填；各列含义和核对规则见工作表“填表说明”"
_FILL_REQUIRED, _FILL_EXPECTED, _FILL_FREE, _FILL_MISSING = "#BDD7EE", "#DDEBF7", "#F2F2F2", "#FFF2CC"
# Two workbooks of the same form, county and contract are the same bytes.
_MADE = datetime(2020, 1, 1)
_ALLOWED = dict.fromkeys(
    ("insert_rows", "delete_rows", "sort", "autofilter", "format_cells", "format_columns", "format_rows"), True
)


def spoken_period(period: Period) -> str:
    """A period as a title says it: 2020年, 2020年6月, 2020年上半年, 2020年第二季度."""
    year, rest = f"{period.text[:4]}年", period.text[4:]
    if rest.startswith("-"):
        return f"{year}{int(rest[1:])}月"
    if rest.startswith("H"):
        return year + {"1": "上半年", "2": "下半年"}[rest[1:]]
    return year + (f"第{'一二三四'[int(rest[1:]) - 1]}季度" if rest.startswith("Q") else "")


def file_name(contract: Contract, county: County, period: Period | None) -> str:
    """The workbook's usual name: 通渭县2020年6月贫困村基础台账.xlsx."""
    return f"{county.name}{spoken_period(period) if period else ''}{contract.title}.xlsx"


def make(contract: Contract, county: County, context: Context, period: Period | None = None) -> bytes:
    """The workbook's bytes. Without a period its place in the title is left for the clerk."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        mark = Mark(contract.name, contract.digest, county.code, period.text if period else "")
        book.set_properties({"title": f"{county.name}{contract.title}", "created": _MADE})
        for name, text in mark.entries().items():
            book.set_custom_property(name, text, "text")
        form = book.add_worksheet(_sheet_name(contract))
        pages = {name: book.add_worksheet(name) for name in (guide.SHEET_NAME, LIST_NAME, MARK_NAME)}
        _write_mark(pages[MARK_NAME], mark)
        _write_lists(book, pages[LIST_NAME], contract, county)
        guide.write(book, pages[guide.SHEET_NAME], contract, county, context)
        _Form(book, form, contract).write(county, period)
    return out.getvalue()


def _sheet_name(contract: Contract) -> str:
    """The form's title as far as Excel lets a sheet be named."""
    return "".join(sign for sign in contract.title if sign not in "[]:*?/\\'")[:31]


def _write_mark(sheet: Any, mark: Mark) -> None:
    sheet.write_string(0, 0, MARK_SHEET)
    for row, (name, text) in enumerate(mark.entries().items(), 1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)
    sheet.very_hidden()


def _write_lists(book: Any, sheet: Any, contract: Contract, county: County) -> None:
    """Each list in a column of its own, from the second row on, under a name that the checks refer to."""
    sheet.write_string(0, 0, LIST_SHEET)
    for index, drop_down in enumerate(lists_of(contract, county), 1):
        letter = xl_col_to_name(index)
        sheet.write_column(1, index, drop_down.values)
        last = len(drop_down.values) + 1
        book.define_name(drop_down.name, f"='{LIST_NAME}'!${letter}$2:${letter}${last}")
    if any(column.type == "uscc" for column in contract.columns):
        book.define_name(inputs.USCC_SIGNS, '="0123456789ABCDEFGHJKLMNPQRTUWXY"')
    sheet.very_hidden()


class _Form:
    """The sheet that is filled in."""

    def __init__(self, book: Any, sheet: Any, contract: Contract) -> None:
        self.book, self.sheet, self.contract = book, sheet, contract
        self.columns = columns_of(contract)
        self.widths = [width_of(column) for column in self.columns]
        self.last = len(self.columns) - 1

    def write(self, county: County, period: Period | None) -> None:
        self._columns()
        self._top(county, period)
        self._headers()
        self._checks(date(period.end.year + 1, 12, 31) if period else inputs.LAST_DAY)
        self._colours()
        self._view()

    def _columns(self) -> None:
        """Formats by column, not by cell: every row is ready to be filled in, and none that is blank is printed."""
        sheet, styles = self.sheet, {}
        sheet.set_default_row(20)
        for index, (column, width) in enumerate(zip(self.columns, self.widths, strict=True)):
            shown = number_format(column)
            if shown not in styles:
                styles[shown] = self.book.add_format({**_FONT, "num_format": shown, "locked": False})
            sheet.set_column(index, index, width, styles[shown])
        # A row can be deleted from a protected sheet only where none of its cells is locked.
        free = self.book.add_format({**_FONT, "locked": False})
        sheet.set_column(len(self.columns), 16_383, None, free)

    def _first_screen(self) -> int:
        """The last column that is seen without scrolling."""
        total = 0
        for index, width in enumerate(self.widths):
            total += width
            if total > _SCREEN:
                return max(index - 1, 1)
        return self.last

    def _top(self, county: County, period: Period | None) -> None:
        sheet, book, last = self.sheet, self.book, self._first_screen()
        when = spoken_period(period) if period else "（　　　　年　　月）"
        style = book.add_format({**_FONT, "font_size": 18, "bold": True, "align": "center", "locked": False})
        sheet.set_row(TITLE_ROW, 34)
        sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, f"{county.name}{when}{self.contract.title}", style)
        title_note = "请在标题中写明报告期，如 2020年6月、2020年第二季度、2020年上半年、2020年。"
        self._told(TITLE_ROW, 0, "报告期", title_note)
        line = book.add_format({**_FONT, "locked": False})
        sheet.set_row(UNIT_ROW, 22)
        texts = (f"填报单位：{county.name}", "填表人：", "审核人：", "填报日期：", "单位：见各列表头")
        for (first, final), text in zip(self._blocks(last, len(texts)), texts, strict=True):
            if final > first:
                sheet.merge_range(UNIT_ROW, first, UNIT_ROW, final, text, line)
            else:
                sheet.write_string(UNIT_ROW, first, text, line)
        hint = book.add_format({**_FONT, "font_size": 9, "font_color": "#7F7F7F"})
        sheet.set_row(HINT_ROW, 18)
        sheet.merge_range(HINT_ROW, 0, HINT_ROW, last, _HINT, hint)

    def _blocks(self, last: int, count: int) -> list[tuple[int, int]]:
        """The columns 0 to `last` cut into blocks of about the same width, each of one column at least."""
        blocks: list[tuple[int, int]] = []
        share, first, used = sum(self.widths[: last + 1]) / count, 0, 0
        for index in range(last + 1):
            used += self.widths[index]
            left = count - len(blocks) - 1
            if left and (used >= share * (len(blocks) + 1) or last - index == left) and last - index >= left:
                blocks.append((first, index))
                first = index + 1
        return [*blocks, (first, last)]

    def _headers(self) -> None:
        styles = {}
        tallest = 1
        for index, column in enumerate(self.columns):
            fill = _FILL_REQUIRED if is_required(column) else _FILL_FREE
            fill = _FILL_EXPECTED if column.required == "complete" else fill
            if fill not in styles:
                look = {"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": fill}
                styles[fill] = self.book.add_format({**_FONT, **look})
            text = header_of(column)
            self.sheet.write_string(HEADER_ROW, index, text, styles[fill])
            tallest = max(tallest, -(-breadth(text) // (self.widths[index] - 1)))
        self.sheet.set_row(HEADER_ROW, 16 * tallest + 8)

    def _checks(self, last_day: date) -> None:
        township = next((i for i, c in enumerate(self.columns) if c.type == "township"), None)
        for index, column in enumerate(self.columns):
            place = inputs.Place(
                xl_rowcol_to_cell(FIRST_ROW, index),
                xl_rowcol_to_cell(FIRST_ROW, township, col_abs=True) if township is not None else "",
            )
            check = inputs.check_of(column, place, last_day)
            self._add(FIRST_ROW, index, LAST_ROW, check)
            self._told(HEADER_ROW, index, check["input_title"], check["input_message"])

    def _told(self, row: int, index: int, title: str, message: str) -> None:
        self._add(row, index, row, {"validate": "any", "input_title": title, "input_message": message})

    def _add(self, first: int, index: int, last: int, options: dict[str, Any]) -> None:
        """XlsxWriter only warns of what breaks Excel's limits, and leaves the check out."""
        if self.sheet.data_validation(first, index, last, index, options) != 0:
            raise ValueError(f"{self.contract.name}: the check of column {index + 1} breaks a limit of the format")

    def _colours(self) -> None:
        """Lines around the rows that hold something; yellow where such a row still lacks what it needs."""
        first, last = (
            xl_rowcol_to_cell(FIRST_ROW, 0, col_abs=True),
            xl_rowcol_to_cell(FIRST_ROW, self.last, col_abs=True),
        )
        filled = f"COUNTA({first}:{last})>0"
        missing = self.book.add_format({"bg_color": _FILL_MISSING})
        for index, column in enumerate(self.columns):
            if is_required(column):
                cell = xl_rowcol_to_cell(FIRST_ROW, index)
                rule = {"type": "formula", "criteria": f'=AND({filled},{cell}="")', "format": missing}
                self.sheet.conditional_format(FIRST_ROW, index, LAST_ROW, index, rule)
        lined = {"type": "formula", "criteria": f"={filled}", "format": self.book.add_format({"border": 1})}
        self.sheet.conditional_format(FIRST_ROW, 0, LAST_ROW, self.last, lined)

    def _view(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes(FIRST_ROW, self._frozen())
        sheet.autofilter(HEADER_ROW, 0, LAST_ROW, self.last)
        sheet.protect("", _ALLOWED)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        across = -(-sum(self.widths) // _PAGE)
        sheet.fit_to_pages(across, 0)
        if across > 1:
            sheet.repeat_columns(0, self._frozen() - 1)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.repeat_rows(TITLE_ROW, HEADER_ROW)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.set_selection(FIRST_ROW, 0, FIRST_ROW, 0)

    def _frozen(self) -> int:
        """Columns that stay in sight: up to the one that tells the form's rows apart, as far as they are narrow."""
        keys = [i for i, column in enumerate(self.columns) if column.required == "recognise"]
        wanted = (keys[0] + 1) if keys else 1
        while wanted > 1 and sum(self.widths[:wanted]) > _FROZEN:
            wanted -= 1
        return wanted
