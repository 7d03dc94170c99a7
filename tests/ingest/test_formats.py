"""What opens and what does not: by content, never by name, each refusal one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest.formats import open_sheets
from ingest.issues import Refusal
from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlwt
from tests.ingest.conftest import Reader
from tests.ingest.forms import INCOME_HEADER, expect_income, income_rows

PAGE = Page([["通渭县2020年6月村级集体经济收入统计表"], ["单位：万元"], INCOME_HEADER, *income_rows()])


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def with_part(book: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part.filename))
        new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"), [(by_openpyxl(PAGE), "a.xls"), (by_xlwt(PAGE), "a.xlsx"), (by_csv(PAGE), "a.xlsx")]
)
def test_the_name_does_not_matter(read_as: Reader, data: bytes, name: str) -> None:
    expect_income(read_as(data, f"621121-通渭县/{name}"))


def refusal_of(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        open_sheets(data)
    assert caught.value.code == "S01"
    return caught.value.sentence


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空的"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"<html><table></table></html>", "网页"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "XML"),
        (b"\x00\x01\x02" * 40, "不是电子表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "xls"),
        (zipped(**{"a.txt": b"x"}), "压缩包"),
        (b"PK\x03\x04broken", "损坏"),
        (b"PK\x05\x06" + b"\x00" * 18, "损坏"),
        (b'a,b\n"x', "引号"),
        (b"\xff\xfe\x00", "文件不完整"),
        (b"\x80\x81\xff" * 30, "编码"),
    ],
)
def test_refusals(data: bytes, word: str) -> None:
    assert word in refusal_of(data)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_never_reads_short(share: float) -> None:
    data = by_openpyxl(PAGE)
    refusal_of(data[: int(len(data) * share)])


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_xls_never_reads_short(read_as: Reader, share: float) -> None:
    data = by_xlwt(Page([*PAGE.rows, *([[n, "平襄镇", "中林", *[""] * 11] for n in range(200)])]))
    result = read_as(data[: int(len(data) * share)])
    assert result.outcome == "refused"


def test_entities_are_refused() -> None:
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert "实体" in refusal_of(with_part(by_openpyxl(PAGE), "xl/sharedStrings.xml", doctype))


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    assert "展开后过大" in refusal_of(with_part(by_openpyxl(PAGE), "xl/media/zeros.bin", b"\0" * (64 << 20)))


def test_names_that_climb_and_names_twice() -> None:
    assert "路径" in refusal_of(with_part(by_openpyxl(PAGE), "../evil.xml", b"<a/>"))
    assert "重名" in refusal_of(with_part(by_openpyxl(PAGE), "XL/WORKBOOK.XML", b"<a/>"))


def test_an_encrypted_workbook_says_so() -> None:
    data = bytearray(by_openpyxl(PAGE))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    assert "密码" in refusal_of(bytes(data))
