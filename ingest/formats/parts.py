"""What may stand in the parts of a workbook: document types, encodings, cells far apart, sheets that are macros."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.issues import UNREADABLE, Refusal
from ingest.text import cell_place

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 1_048_576, 16_384, 20_000_000
# Of a larger part the cells are not walked through: what it asks for is in proportion to it, or the limit of memory ends it.
WALKED = 8 * 1024 * 1024
# Encodings in which `<!DOCTYPE` is these bytes
_PLAIN_ENCODINGS = frozenset(
    "utf-8 utf8 us-ascii ascii iso-8859-1 latin1 windows-1252 gb2312 gbk gb18030 windows-936 cp936".split()
)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_WIDE_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00")
_STRINGS = re.compile(rb"""<(?:\w+:)?sst\b[^>]*?\suniqueCount\s*=\s*["'](\d+)["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr\s*=\s*["'](\d+)["']""")
_FAR = re.compile(rb"""\sr=["']([A-Z]{3,}\d+|[A-Z]+\d{6,}|\d{7,})["']""")
_FILLED = re.compile(rb"""<(?:\w+:)?c\b([^>]*[^>/]|)>\s*<(?:\w+:)?(?:v|is|f)\b""")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]+\d+)["']""")


def check_names(names: Iterable[str]) -> None:
    """Judge a workbook by the names of its parts, in lower case.

    Raises:
        Refusal: S01, where it is no workbook, or holds macros in cells.
    """
    found = list(names)
    for folder, what in (("word/", "Word 文档"), ("ppt/", "PPT 演示文稿")):
        if any(name.startswith(folder) for name in found):
            raise Refusal(UNREADABLE, f"文件是{what}，不是电子表格，请报送 xlsx、xls 或 csv")
    if any("/macrosheets/" in name for name in found):
        raise Refusal(
            UNREADABLE, "工作簿里有旧式宏表（Excel 4.0 宏），不予读取，请删去宏表，另存为不带宏的 xlsx 后报送"
        )


def check_content(name: str, content: bytes) -> None:
    """Judge the bytes of one part, its name in lower case.

    Raises:
        Refusal: S01 with what is dangerous in it.
    """
    if not name.endswith((".xml", ".rels")):
        return
    encoding = _ENCODING.match(content[:1024].removeprefix(b"\xef\xbb\xbf"))
    if content.startswith(_WIDE_STARTS) or (encoding and encoding[1].decode("latin-1").lower() not in _PLAIN_ENCODINGS):
        raise Refusal(UNREADABLE, "工作簿内部用了不常见的文字编码，请用 WPS 或 Excel 另存为 xlsx 后报送")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refusal(UNREADABLE, "工作簿里有外部实体定义，不予读取")
    promised = _STRINGS.search(content, 0, 4096)
    if promised and int(promised[1][:20]) > len(
        content
    ):  # a reader that believes it would set memory aside for so many
        raise Refusal(UNREADABLE, "工作簿的文字部分已损坏，请重新保存后报送")
    if b"sheetData" in content and len(content) <= WALKED:
        _check_cells(content)


def _check_cells(xml: bytes) -> None:
    """Cells that no workbook can have, and few cells so far apart that the rectangle between them would fill the memory.
    Empty cells that only carry a style may reach down to the last row."""
    is_far = False  # told by names, as the rows need not stand in their order
    for match in _FAR.finditer(xml):
        _check_place(match[1].decode("ascii"))
        is_far = True
    if not is_far and not _may_be_wide(xml):
        return
    height = width = 0
    for match in _FILLED.finditer(xml):
        found = _REFERENCE.search(match[1])
        if found:
            row, column = cell_place(found[1].decode("ascii"))
            height, width = max(height, row + 1), max(width, column + 1)
    if height * width > MAX_CELLS:
        raise Refusal(UNREADABLE, f"工作表里有相隔很远的单元格（{height} 行 × {width} 列），请删去表外多余的内容后报送")


def _may_be_wide(xml: bytes) -> bool:
    """Whether the last row and the columns that occur could span too large a rectangle."""
    last = _ROW.search(xml, max(xml.rfind(b"<row "), xml.rfind(b":row ") - 8, 0))
    rows = int(last[1]) if last else MAX_ROWS
    if rows * MAX_COLUMNS <= MAX_CELLS:
        return False
    columns = MAX_CELLS // rows
    wide = rb"[A-Z]{3}" if columns >= 702 else rb"[B-Z][A-Z]|[A-Z]{3}" if columns >= 52 else rb"[A-Z]{2,3}"
    return re.search(rb"""\sr=["'](?:""" + wide + rb")\\d", xml) is not None


def _check_place(name: str) -> None:
    """Of a cell ("XFE1") or a row ("1048577")."""
    try:
        row, column = cell_place(name if name[0].isalpha() else f"A{name}")
    except ValueError:
        row, column = MAX_ROWS, 0
    if row >= MAX_ROWS or column >= MAX_COLUMNS:
        raise Refusal(UNREADABLE, "工作表里有超出 Excel 行列范围的单元格，内容不可靠，请重新保存后报送")
