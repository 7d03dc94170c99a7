"""Bytes of a spreadsheet to grids of cells: xlsx by calamine, xls by xlrd, csv by the standard library.

The kind is told by the first bytes, never by the name. What cannot be opened raises `Refusal` S01 with a sentence for
the sender. Nothing is executed or fetched: formulas give their stored values, macros and links are not looked at.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from typing import Any

from ingest.grid import Sheet
from ingest.issues import UNREADABLE, Refusal

MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 2000
MAX_PART_BYTES = 400 * 1024 * 1024
MAX_TOTAL_BYTES = 800 * 1024 * 1024
MAX_RATIO = 300
SMALL_PART = 8 * 1024 * 1024  # below this a high ratio is harmless (empty styled rows compress a thousandfold)
MAX_CSV_COLUMNS = 2000

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_STARTS = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


def kind_of(data: bytes) -> str:
    """'xlsx', 'xls', 'csv' by content.

    Raises:
        Refusal: S01, for what is none of these.
    """
    if not data:
        raise Refusal(UNREADABLE, "文件是空的，没有内容，请重新保存后报送")
    if len(data) > MAX_BYTES:
        raise Refusal(UNREADABLE, f"文件超过 {MAX_BYTES // 1048576} MB，请拆分后报送")
    if data[:4] == ZIP:
        return "xlsx"
    if data[:8] == OLE or data[:2] in _BIFF_STARTS:
        return "xls"
    head = data[:4096]
    for start, what in ((b"%PDF", "PDF 文件"), (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"Rar!", "RAR 压缩包"),
                        (b"7z\xbc\xaf", "7z 压缩包"), (b"{\\rtf", "RTF 文档"), (b"GIF8", "图片"), (b"\x1f\x8b", "压缩包"),
                        (b"PK", "损坏的压缩包或工作簿")):  # fmt: skip
        if head.startswith(start):
            raise Refusal(UNREADABLE, f"文件是{what}，不是电子表格，请报送 xlsx、xls 或 csv")
    if head[:3] == b"\xef\xbb\xbf":
        head = head[3:]
    if head.lstrip()[:1] == b"<":
        raise Refusal(UNREADABLE, "文件内容是网页或 XML，不是电子表格，请用 WPS 或 Excel 另存为 xlsx 后报送")
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\x00" in data:
        raise Refusal(UNREADABLE, "文件不是电子表格，或已损坏，打不开")
    return "csv"


def open_sheets(data: bytes) -> list[Sheet]:
    """All worksheets of a file, in order, hidden ones included and marked.

    Raises:
        Refusal: S01 with the reason, where the file cannot be read.
    """
    kind = kind_of(data)
    if kind == "xlsx":
        check_zip(data)
        return _xlsx(data)
    return _xls(data) if kind == "xls" else _csv(data)


def check_zip(data: bytes) -> None:
    """A cheap look at a workbook's container before it is read: entries, declared sizes, ratio, encryption, DTDs."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise Refusal(UNREADABLE, "工作簿不完整或已损坏（可能没有传完），请重新保存后报送") from None
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    if "[content_types].xml" not in names:
        raise Refusal(UNREADABLE, "文件是压缩包，不是工作簿，请解压后把里面的表格逐个报送")
    if len(parts) > MAX_PARTS:
        raise Refusal(UNREADABLE, f"工作簿里有 {len(parts)} 个部件，多于 {MAX_PARTS} 个，不像正常的表格")
    if len(set(names)) != len(names):
        raise Refusal(UNREADABLE, "工作簿里有重名的部件，内容不可靠，请重新保存后报送")
    for name in names:
        if name.startswith("/") or ".." in name.split("/"):
            raise Refusal(UNREADABLE, "工作簿里有指向外部的路径，不予读取")
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refusal(UNREADABLE, "工作簿加了密码，请去掉密码后报送")
    if sum(part.file_size for part in parts) > MAX_TOTAL_BYTES or any(p.file_size > MAX_PART_BYTES for p in parts):
        raise Refusal(UNREADABLE, "工作簿展开后过大，请删去多余的空行空列或拆分后报送")
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Refusal(UNREADABLE, "工作簿的压缩比异常，展开后过大，请删去多余的空行空列后报送")
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_prolog(archive, part)


def _check_prolog(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type has to stand before the first element, so the beginning of the part shows it."""
    try:
        with archive.open(part) as stream:
            head = stream.read(1024)
            if b"<!" in head and (b"<!DOCTYPE" in head or b"<!ENTITY" in head):
                raise Refusal(UNREADABLE, "工作簿里有外部实体定义，不予读取")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise Refusal(UNREADABLE, "工作簿不完整或已损坏，请重新保存后报送") from None


def _xlsx(data: bytes) -> list[Sheet]:
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
        sheets = []
        for number, meta in enumerate(book.sheets_metadata):
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(number)
            rows = sheet.to_python(skip_empty_area=False)
            merged = [(a[0], a[1], b[0], b[1]) for a, b in (sheet.merged_cell_ranges or [])]
            visible = meta.visible == calamine.SheetVisibleEnum.Visible
            sheets.append(Sheet(name=meta.name, number=number + 1, rows=rows, merged=merged, is_visible=visible))
    except calamine.PasswordError:
        raise Refusal(UNREADABLE, "工作簿加了密码，请去掉密码后报送") from None
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the reader's panics are no Exception
        raise Refusal(UNREADABLE, f"工作簿打不开，内容可能已损坏（{type(error).__name__}），请重新保存后报送") from None
    return sheets


def _xls(data: bytes) -> list[Sheet]:
    import xlrd

    try:
        try:
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        except (NotImplementedError, AssertionError, IndexError, KeyError, TypeError):
            book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())  # odd styles: without merged ranges
        sheets = []
        for number in range(book.nsheets):
            sheet = book.sheet_by_index(number)
            rows = [_xls_row(sheet, r, book.datemode) for r in range(sheet.nrows)]
            merged = [(r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells]
            sheets.append(Sheet(sheet.name, number + 1, rows, merged, is_visible=sheet.visibility == 0))
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Refusal(UNREADABLE, "工作簿加了密码，请去掉密码后报送") from None
        raise Refusal(UNREADABLE, "xls 文件打不开，可能已损坏或不是表格，请另存为 xlsx 后报送") from None
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:
        raise Refusal(
            UNREADABLE, f"xls 文件打不开，内容可能已损坏（{type(error).__name__}），请另存为 xlsx 后报送"
        ) from None
    return sheets


def _xls_row(sheet: Any, r: int, datemode: int) -> list[Any]:
    """One row's values; dates as dates, error cells as blanks (as calamine gives them)."""
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
            values[c] = ""
        elif kind == xlrd.XL_CELL_BOOLEAN:
            values[c] = bool(values[c])
    return values


def _csv(data: bytes) -> list[Sheet]:
    text = _decode(data)
    if "\x00" in text:
        raise Refusal(UNREADABLE, "文本文件里有空字符，内容不可靠，请重新导出后报送")
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    counts = Counter({mark: sum(line.count(mark) for line in lines) for mark in (",", "\t", ";", "|")})
    delimiter = counts.most_common(1)[0][0] if counts else ","
    csv.field_size_limit(1 << 20)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Refusal(UNREADABLE, "文本表格的引号不配对，读不出各列，请重新导出后报送") from None
    width = max((len(row) for row in rows), default=0)
    if width > MAX_CSV_COLUMNS:
        raise Refusal(UNREADABLE, f"文本表格有 {width} 列，不像正常的表格")
    for row in rows:
        row.extend([""] * (width - len(row)))
    return [Sheet(name="", number=1, rows=rows, merged=[], is_visible=True)]


def _decode(data: bytes) -> str:
    """By byte-order mark, else strict UTF-8, else strict GB18030 (which is checked later by the headers found)."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError:
                raise Refusal(UNREADABLE, "文本文件的编码有误，请另存为 UTF-8 后报送") from None
    for name in ("utf-8", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise Refusal(UNREADABLE, "文本文件的编码认不出，请另存为 UTF-8 或 GB18030 后报送")
