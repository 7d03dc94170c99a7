"""What a workbook's container must not do to its reader: each trick is refused with a sentence, harmless oddities are read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from ingest import bundles
from ingest.formats import gate, open_sheets, remarks
from ingest.issues import Refusal
from tests.ingest.books import Page, by_openpyxl, by_xlsxwriter, by_xlwt, rebuilt, replaced
from tests.ingest.conftest import Reader
from tests.ingest.forms import INCOME_HEADER, expect_income, income_rows

PAGE = Page([["通渭县2020年6月村级集体经济收入统计表"], ["单位：万元"], INCOME_HEADER, *income_rows()])
SHEET, WORKBOOK, RELATIONS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRICT = (
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def refusal_of(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        open_sheets(data)
    assert caught.value.code == "S01"
    return caught.value.sentence


def lying(book: bytes, name: str, content: bytes, said: int) -> bytes:
    """The workbook with a part that says it has `said` bytes, and the sum of so many, and goes on after them."""
    data = rebuilt(book, more={name: content})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo(name)
    true = struct.pack("<3L", part.CRC, part.compress_size, part.file_size)
    false = struct.pack("<3L", zlib.crc32(content[:said]), part.compress_size, said)
    assert data.count(true) == 2  # in the local header and in the directory
    return data.replace(true, false)


@pytest.mark.parametrize("said", [1000, 8 << 20])
def test_sizes_that_lie(said: int) -> None:
    """The zip module would stop at the size that is said, and find the sum right."""
    data = lying(by_openpyxl(PAGE), "xl/sharedStrings2.xml", b"<a/>" + b" " * (9 << 20), said)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.read("xl/sharedStrings2.xml")) == said
    assert "损坏" in refusal_of(data)


def test_a_part_is_never_inflated_further_than_it_says() -> None:
    data = lying(by_openpyxl(PAGE), "xl/zeros.xml", b"\0" * (200 << 20), 100)
    import tracemalloc

    tracemalloc.start()
    try:
        assert "损坏" in refusal_of(data)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_size_that_is_said_to_be_too_large() -> None:
    data = bytearray(by_openpyxl(PAGE))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", gate.MAX_PART_BYTES + 1)
    assert "过大" in refusal_of(bytes(data))


def test_too_many_parts() -> None:
    many = {f"xl/media/{n}.bin": b"" for n in range(gate.MAX_PARTS)}
    assert "部件" in refusal_of(rebuilt(by_openpyxl(PAGE), more=many))


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/x.xml", "C:\\x.xml", "xl\\..\\..\\x.xml"])
def test_names_that_lead_out(name: str) -> None:
    assert "路径" in refusal_of(rebuilt(by_openpyxl(PAGE), more={name: b"<a/>"}))


def test_the_same_name_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = rebuilt(by_openpyxl(PAGE), more={SHEET: b"<worksheet/>"})
    assert "重名" in refusal_of(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_in_a_bundle(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a.xlsx", by_openpyxl(PAGE))
    assert "压缩方式" in refusal_of(out.getvalue())


def test_a_file_without_a_name(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Q", b"a,b")
    data = bytearray(out.getvalue())
    for mark, at in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        lengths = data.index(mark) + at  # the name's one byte becomes one of what follows it
        data[lengths : lengths + 4] = struct.pack("<HH", 0, 1)
    assert "没有名字" in refusal_of(bytes(data))
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert bundles.unpack(path, tmp_path / "archive") is None


def test_an_unusual_compression() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(by_openpyxl(PAGE))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part))
    assert "压缩方式" in refusal_of(out.getvalue())


@pytest.mark.parametrize("spaces", [0, 5000])
@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "docProps/app.xml"])
def test_document_types_wherever_they_stand(part: str, spaces: int) -> None:
    doctype = b"<!--" + b" " * spaces + b'--><!DOCTYPE x [<!ENTITY a "b">]>'
    data = rebuilt(by_openpyxl(PAGE), {part: lambda content: content.replace(b"<", doctype + b"<", 1)})
    assert "实体" in refusal_of(data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-7", "cp037"])
def test_encodings_that_hide_a_document_type(encoding: str) -> None:
    def change(content: bytes) -> bytes:
        body = content.decode().removeprefix('<?xml version="1.0"?>').removeprefix("<?xml version='1.0'?>")
        text = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE x [<!ENTITY a 'b'>]>{body}"
        return text.encode() if encoding == "utf-7" else text.encode(encoding, "xmlcharrefreplace")

    sentence = refusal_of(rebuilt(by_openpyxl(PAGE), {SHEET: change}))
    assert "编码" in sentence or "损坏" in sentence


@pytest.mark.parametrize("name", ["XFE4", "ZZZZZZ4", "B1048577", "B99999999999999", "AAAAAAAAAAAAAAAA99999999999"])
def test_cells_beyond_the_last_row_or_column(name: str) -> None:
    data = rebuilt(by_openpyxl(PAGE), {SHEET: replaced(b'r="B4"', f'r="{name}"'.encode())})
    assert "超出" in refusal_of(data)


@pytest.mark.parametrize("name", ["XFD1048576", "ZZ1048576", "XFD2000", "BA1000000"])
def test_cells_far_apart(name: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active[name] = "通渭县2020年6月村级集体经济收入统计表", 1
    out = io.BytesIO()
    book.save(out)
    assert "相隔很远" in refusal_of(out.getvalue())


def test_empty_cells_with_a_style_may_go_down_to_the_last_row(read_as: Reader) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="AZ{n}" s="0"/></row>' for n in range(9, 1_048_577, 8))
    change = replaced(b"</sheetData>", rows.encode() + b"</sheetData>")
    expect_income(read_as(rebuilt(by_openpyxl(PAGE), {SHEET: change})))


@pytest.mark.parametrize("count", [b"100000", b"4294967295", b"18446744073709551615", b"9" * 500])
def test_counts_of_shared_strings_that_lie(count: bytes) -> None:
    change = replaced(b'uniqueCount="', b'uniqueCount="' + count + b'" x="')
    assert "损坏" in refusal_of(rebuilt(by_xlsxwriter(PAGE), {"xl/sharedStrings.xml": change}))


def test_a_string_may_stand_in_more_cells_than_its_part_has_bytes(read_as: Reader) -> None:
    change = replaced(b' count="', b' count="999999999" x="')
    expect_income(read_as(rebuilt(by_xlsxwriter(PAGE), {"xl/sharedStrings.xml": change})))


def strictly(content: bytes) -> bytes:
    for transitional, strict in STRICT:
        content = content.replace(transitional.encode(), strict.encode())
    return content


def test_strict_workbooks_are_read(read_as: Reader) -> None:
    parts = dict.fromkeys([SHEET, WORKBOOK, RELATIONS, "_rels/.rels", "xl/styles.xml"], strictly)
    data = rebuilt(by_openpyxl(PAGE), parts)
    assert b"purl.oclc.org" in zipfile.ZipFile(io.BytesIO(data)).read(SHEET)
    expect_income(read_as(data))


def test_a_sheet_of_old_macros_is_refused() -> None:
    data = rebuilt(by_openpyxl(PAGE), more={"xl/macrosheets/sheet1.xml": b"<xm:macrosheet/>"})
    assert "宏表" in refusal_of(data)


def test_a_workbook_without_a_workbook() -> None:
    assert "损坏" in refusal_of(rebuilt(by_openpyxl(PAGE), {WORKBOOK: lambda _: b""}))


@pytest.mark.parametrize(
    "missing", [("[Content_Types].xml",), ("[Content_Types].xml", "_rels/.rels", "docProps/app.xml")]
)
def test_a_workbook_without_its_list_of_types_is_one_damaged_workbook(missing: tuple[str, ...], tmp_path: Path) -> None:
    data = rebuilt(by_openpyxl(PAGE), dict.fromkeys(missing, lambda _: b""))
    assert "工作簿不完整或已损坏" in refusal_of(data)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert bundles.unpack(path, tmp_path / "archive") is None


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        (("word/document.xml", "word/styles.xml"), "Word"),
        (("ppt/presentation.xml",), "PPT"),
        (("xl/workbook.bin", "xl/worksheets/sheet1.bin"), "损坏"),
        (("xl/sharedStrings.xml", "docProps/core.xml"), "损坏"),
        (("mimetype", "meta-inf/manifest.xml"), "文字文档"),
        (("content.xml", "META-INF/manifest.xml"), "损坏"),
    ],
)
def test_other_packages_with_parts_missing_are_no_bundles(parts: tuple[str, ...], word: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in parts:
            archive.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "<a")
    assert word in refusal_of(out.getvalue())
    path = tmp_path / "a.zip"
    path.write_bytes(out.getvalue())
    assert bundles.unpack(path, tmp_path / "archive") is None


@pytest.mark.parametrize(("folder", "word"), [("word", "Word"), ("ppt", "PPT")])
def test_other_documents_are_named(folder: str, word: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<a/>")
    assert word in refusal_of(out.getvalue())


def ole_with(name: str) -> bytes:
    """The beginning of an OLE container, with the name of a stream in it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024 + name.encode("utf-16-le") + b"\0" * 1024


@pytest.mark.parametrize(("name", "word"), [("EncryptedPackage", "密码"), ("WordDocument", "Word"), ("Other", "xls")])
def test_ole_containers_without_a_workbook(name: str, word: str) -> None:
    assert word in refusal_of(ole_with(name))


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("xl/vbaProject.bin", "宏"),
        ("xl/externalLinks/externalLink1.xml", "其他文件"),
        ("xl/connections.xml", "外部数据源"),
        ("xl/embeddings/oleObject1.bin", "嵌有"),
        ("xl/activeX/activeX1.bin", "嵌有"),
    ],
)
def test_what_is_neither_run_nor_opened_is_told(read_as: Reader, part: str, word: str) -> None:
    result = read_as(rebuilt(by_openpyxl(PAGE), more={part: b"<a/>"}))
    expect_income(result)
    (issue,) = [i for i in result.issues if i.rule_id == "S14"]
    assert word in issue.message and (issue.severity, issue.effect) == ("info", "none")


def test_nothing_is_told_of_a_plain_workbook() -> None:
    assert [remarks(data) for data in (by_openpyxl(PAGE), by_xlwt(PAGE), b"a,b\n1,2\n")] == [[], [], []]
    assert "宏" in remarks(ole_with("_VBA_PROJECT_CUR"))[0]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"," * 1_000_000 + b"\n1,2\n", "列"),
        (b"x" * (2 << 20), "太长"),
        (b'a,b\n"' + b"x,y\n" * 100_000, "引号"),
        (b"a\x00b,c\n" * 1000, "不是电子表格"),
        (b"\n" * 1_100_000, "行"),
        (b"," * 1900 + b"\n" * 50_000, "过大"),
    ],
    ids=["a million columns", "one cell", "an open quote", "NULs", "a million lines", "a rectangle"],
)
def test_text_that_is_no_table(data: bytes, word: str) -> None:
    assert word in refusal_of(data)
