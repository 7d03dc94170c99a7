"""xls and et: BIFF2 to BIFF8, bare or in an OLE2 container, by xlrd."""

from __future__ import annotations

import io
from typing import Any

from ingest.grid import Sheet
from ingest.issues import UNREADABLE, Refusal

MAX_COLUMNS = 256  # of every BIFF; xlrd believes a record that says more
_UNICODE_BIFF = 80
_DAMAGED = "xls 文件的内部结构已损坏，打不开，请另存为 xlsx 后报送"
_CHINESE = (936, 54936, 1200)


def sheets(data: bytes) -> list[Sheet]:
    """All worksheets.

    Raises:
        Refusal: S01, where the file cannot be read.
    """
    import xlrd

    try:
        _check_container(data)
        book = _open_by_its_code_page(data)
        if book is None or (book.biff_version < _UNICODE_BIFF and book.codepage not in _CHINESE):
            book = _open(data, "gb18030")  # written by a program that names no code page, or the wrong one
        return [_sheet(book, number) for number in range(book.nsheets)]
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Refusal(UNREADABLE, "工作簿加了密码，请去掉密码后报送") from None
        raise Refusal(UNREADABLE, _why(data)) from None
    except (MemoryError, KeyboardInterrupt, SystemExit, Refusal):
        raise
    except Exception:
        raise Refusal(UNREADABLE, _why(data)) from None


def _check_container(data: bytes) -> None:
    """Chains of short sectors that go round in a circle: xlrd would follow one for ever."""
    from xlrd import compdoc

    if data[:8] != compdoc.SIGNATURE:
        return
    following = compdoc.CompDoc(data, logfile=io.StringIO()).SSAT
    seen = [0] * len(following)
    for start in range(len(following)):
        at = start
        while 0 <= at < len(following) and not seen[at]:
            seen[at] = start + 1
            at = following[at]
        if 0 <= at < len(following) and seen[at] == start + 1:
            raise Refusal(UNREADABLE, _DAMAGED)


def _why(data: bytes) -> str:
    """What a container without a readable workbook is, by the names of its streams."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "工作簿加了密码，请去掉密码后报送"
    if "WordDocument".encode("utf-16-le") in data:
        return "文件是 Word 文档，不是电子表格，请报送 xlsx、xls 或 csv"
    return "xls 文件打不开，可能已损坏或不是表格，请用 WPS 或 Excel 打开后另存为 xlsx 再报送"


def _open_by_its_code_page(data: bytes) -> Any:
    """The book as its own code page has it; None where Python knows no code page of that number."""
    try:
        return _open(data, None)
    except LookupError as error:
        if type(error) is not LookupError:  # of a damaged book
            raise
        return None


def _open(data: bytes, encoding: str | None) -> Any:
    import xlrd

    def opened(formatting: bool) -> Any:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=formatting, logfile=io.StringIO(), encoding_override=encoding
        )

    try:
        return opened(True)
    except (NotImplementedError, AssertionError, IndexError, KeyError, TypeError):
        return opened(False)  # odd styles: without merged ranges and without what is hidden


def _sheet(book: Any, number: int) -> Sheet:
    sheet = book.sheet_by_index(number)
    broken: dict[tuple[int, int], str] = {}
    rows = [_row(sheet, r, book.datemode, broken) for r in range(sheet.nrows)]
    width = max(map(len, rows), default=0)
    if width > MAX_COLUMNS:
        raise Refusal(UNREADABLE, _DAMAGED)
    for row in rows:
        row.extend([""] * (width - len(row)))  # of a damaged sheet xlrd leaves some shorter
    return Sheet(
        name=sheet.name,
        number=number + 1,
        rows=rows,
        merged=[(r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells],
        is_visible=sheet.visibility == 0,
        hidden_rows=frozenset(r for r, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(c for c, info in sheet.colinfo_map.items() if info.hidden),
        broken=broken,
        is_1904=book.datemode == 1,
    )


def _row(sheet: Any, r: int, datemode: int, broken: dict[tuple[int, int], str]) -> list[Any]:
    """One row's values; dates as dates, error cells as blanks that `broken` names."""
    import xlrd

    values = sheet.row_values(r)
    types = sheet.row_types(r)
    for c, kind in enumerate(types):
        if kind == xlrd.XL_CELL_DATE:
            try:
                values[c] = xlrd.xldate_as_datetime(values[c], datemode)
            except (ValueError, OverflowError):
                pass  # stays the serial number
        elif kind == xlrd.XL_CELL_ERROR:
            broken[(r, c)] = xlrd.error_text_from_code.get(values[c], "#ERROR!")
            values[c] = ""
        elif kind == xlrd.XL_CELL_BOOLEAN:
            values[c] = bool(values[c])
    return values
