"""The sheet 填表说明 of a blank workbook: how to fill it in, what each column holds, and what is checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.context import Context
from ingest.contracts import Contract
from ingest.marks import GUIDE_SHEET
from ingest.places import County
from workbooks.blank import notes
from workbooks.blank.columns import breadth, columns_of, header_of
from workbooks.blank.rules import rules_of

SHEET_NAME = "填表说明"
_WIDTHS = (26, 8, 52, 16, 30, 34)
_HEADER = ("列（表头）", "要求", "填什么", "单位", "范围或可选的内容", "例")
_LINE, _MOST_LINES = 16, 12


def _steps(contract: Contract, county: County) -> list[str]:
    steps = [
        f"本表用于{county.name}。{contract.grain}，从表头下面一行起填，一行接一行；空行不影响读入。",
        "标题里写明报告期，如 2020年6月、2020年第二季度、2020年上半年；填报单位、填表人、审核人、填报日期接在冒号后面填写。",
        "带 * 的列必填。一行里已有内容而必填的格子还空着的，会变成黄色。点一下格子，旁边会显示这一列怎样填。",
        "各列的单位写在表头的括号里，只填数字，不要在数字后面再写单位（数量列除外）。",
        "从别的表格复制时，请用“选择性粘贴—数值”，下拉列表和检查才会留着。长号码先确认没有变成 6.2E+17 的样子再粘贴。",
        "不要改表头，不要合并单元格；小计、合计可以不填，填了的会与各行核对。用不着的选填列可以空着。",
        "工作表加了保护但没有密码：可以插入、删除行，可以排序、筛选、调整列宽。",
        "填好后原样保存为 xlsx 报送，文件名可以改。收到后会逐格核对，有问题的会注明在哪一格、怎样改，退回来改正。",
    ]
    if any(column.holds_persons for column in contract.columns):
        steps.append("身份证号、电话、账号等个人信息只用于核对，入库时换成不可还原的标记；请按规定保管和传送本表。")
    return steps


class _Page:
    """Writes the sheet from top to bottom; each method leaves `row` at the next free one."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.sheet, self.row, self.last = sheet, 0, len(_WIDTHS) - 1
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True}
        self.title = book.add_format({**base, "font_size": 16, "bold": True, "text_wrap": False})
        self.heading = book.add_format({**base, "font_size": 12, "bold": True, "font_color": "#1F4E78"})
        self.text = book.add_format(base)
        self.head = book.add_format({**base, "bold": True, "bg_color": "#DDEBF7", "border": 1, "align": "center"})
        self.cell = book.add_format({**base, "border": 1})
        for index, width in enumerate(_WIDTHS):
            sheet.set_column(index, index, width)

    def line(self, text: str, style: Any, height: float | None = None) -> None:
        lines = -(-breadth(text) // (sum(_WIDTHS) - 4))
        self.sheet.set_row(self.row, height or _LINE * min(lines, _MOST_LINES) + 4)
        self.sheet.merge_range(self.row, 0, self.row, self.last, text, style)
        self.row += 1

    def cells(self, texts: Sequence[str], style: Any) -> None:
        lines = max(-(-breadth(text) // (width - 1)) for text, width in zip(texts, _WIDTHS, strict=True))
        self.sheet.set_row(self.row, _LINE * max(1, min(lines, _MOST_LINES)) + 4)
        for index, text in enumerate(texts):
            self.sheet.write_string(self.row, index, text, style)
        self.row += 1


def write(book: Any, sheet: Any, contract: Contract, county: County, context: Context) -> None:
    """Fill the sheet (an XlsxWriter worksheet of `book`) and protect it."""
    page = _Page(book, sheet)
    page.line(GUIDE_SHEET, page.title, 28)
    page.line(f"《{contract.title}》（{contract.form_id}）", page.text)
    page.line("一、怎样填", page.heading, 24)
    for number, step in enumerate(_steps(contract, county), 1):
        page.line(f"{number}. {step}", page.text)
    page.line("二、各列填什么", page.heading, 24)
    page.cells(_HEADER, page.head)
    for column in columns_of(contract):
        allowed = "、".join(value for value, _ in column.vocabulary) or notes.bounds(column)
        meaning = notes.meaning(column)
        page.cells(
            (
                header_of(column), notes.requirement(column), notes.what(column) + (f"。{meaning}" if meaning else ""),
                notes.unit_note(column), allowed, notes.example(column),
            ),
            page.cell,
        )  # fmt: skip
    rules = rules_of(contract, county, context)
    if rules:
        page.line("三、收到后核对什么", page.heading, 24)
        for number, (sentence, effect) in enumerate(rules, 1):
            page.line(f"{number}. {sentence}（{effect}）", page.text)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.protect("", {"format_columns": True, "format_rows": True})
