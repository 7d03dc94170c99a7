"""Which format bytes are, and the reader of each."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable

from ingest.formats import bundle, delimited, gate, ods, xls, xlsb, xlsx
from ingest.grid import Sheet
from ingest.issues import UNREADABLE, Refusal

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_STARTS = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
# Parts of packages of Office programs, in lower case: nobody sends them one by one
_OFFICE_PART = re.compile(
    r"xl/(?:workbook\.(?:xml|bin)|worksheets/sheet\d*\.(?:xml|bin)|sharedstrings\.(?:xml|bin)|styles\.(?:xml|bin))$"
    r"|word/document\.xml$|ppt/presentation\.xml$|_rels/\.rels$|docprops/(?:app|core)\.xml$"
)
_OPEN_DOCUMENT = {"content.xml", "meta-inf/manifest.xml"}
_OTHERS = (
    (b"%PDF", "PDF 文件"), (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"), (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"), (b"\x1f\x8b", "压缩包"), (b"{\\rtf", "RTF 文档"), (b"PK", "损坏的压缩包或工作簿"),
)  # fmt: skip


def kind_of(data: bytes) -> str:
    """'xlsx' (xlsm too), 'xlsb', 'ods', 'xls' (et too), 'delimited', or 'bundle' (a zip of files), by content.

    Raises:
        Refusal: S01, for what is none of these.
    """
    if not data:
        raise Refusal(UNREADABLE, "文件是空的，没有内容，请重新保存后报送")
    if len(data) > gate.MAX_BYTES:
        raise Refusal(UNREADABLE, f"文件超过 {gate.MAX_BYTES // 1048576} MB，请拆分后报送")
    if data[:4] == ZIP:
        return _kind_of_zip(data)
    if data[:8] == OLE or data[:2] in _BIFF_STARTS:
        return "xls"
    head = data[:4096]
    for start, what in _OTHERS:
        if head.startswith(start):
            raise Refusal(UNREADABLE, f"文件是{what}，不是电子表格，请报送 xlsx、xls 或 csv")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise Refusal(UNREADABLE, "文件内容是网页或 XML，不是电子表格，请用 WPS 或 Excel 另存为 xlsx 后报送")
    if b"\x00" in data and not delimited.is_utf16(data):
        raise Refusal(UNREADABLE, "文件不是电子表格，或已损坏，打不开")
    return "delimited"


def _kind_of_zip(data: bytes) -> str:
    if bundle.directory_bytes(data[-(1 << 16) :]) > bundle.MAX_DIRECTORY_BYTES:
        return "bundle"  # with more entries than are ever opened
    with gate.opened(data) as archive:
        return kind_of_names(archive)


def kind_of_names(archive: zipfile.ZipFile) -> str:
    """The kind of a zip by the parts that it has: 'xlsx', 'xlsb', 'ods' or 'bundle'."""
    names = {gate.plain_name(name) for name in archive.namelist()}
    if gate.LIST_OF_TYPES in names or any(map(_OFFICE_PART.match, names)):  # of a damaged one the list may be missing
        return "xlsb" if "xl/workbook.bin" in names else "xlsx"
    is_ods = names >= _OPEN_DOCUMENT or ("mimetype" in names and ods.is_document(archive))
    return "ods" if is_ods else "bundle"


_READERS: dict[str, Callable[[bytes], list[Sheet]]] = {
    "xlsx": xlsx.sheets, "xlsb": xlsb.sheets, "ods": ods.sheets, "xls": xls.sheets, "delimited": delimited.sheets,
}  # fmt: skip


def open_sheets(data: bytes) -> list[Sheet]:
    """All worksheets of a file, in order, hidden ones included and marked.

    Raises:
        Refusal: S01 with the reason, where the file cannot be read.
    """
    kind = kind_of(data)
    if kind == "bundle":
        bundle.refuse(data)
    return _READERS[kind](data)
