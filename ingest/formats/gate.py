"""A cheap look at a zip container before it is opened: entries, names, sizes as declared and as they are, DTDs."""

from __future__ import annotations

import io
import zipfile
import zlib

from ingest.issues import UNREADABLE, Refusal

MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 2000
MAX_PART_BYTES = 400 * 1024 * 1024
MAX_TOTAL_BYTES = 800 * 1024 * 1024
MAX_RATIO = 300
SMALL_PART = 8 * 1024 * 1024  # below this a high ratio is harmless (empty styled rows compress a thousandfold)
# All that the zip module raises over bytes in memory that are no sound zip
UNSOUND = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error)
DAMAGE = (*UNSOUND, OSError)


def opened(data: bytes) -> zipfile.ZipFile:
    """The bytes as a zip.

    Raises:
        Refusal: S01, where they are none.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE:
        raise Refusal(UNREADABLE, "工作簿不完整或已损坏（可能没有传完），请重新保存后报送") from None


def plain_name(name: str) -> str:
    """A part's name as names are compared: `/` between folders, lower case."""
    return name.replace("\\", "/").lower()


def beginning(archive: zipfile.ZipFile, part: zipfile.ZipInfo, count: int) -> bytes:
    """The first bytes of a part."""
    try:
        with archive.open(part) as stream:
            return stream.read(count)
    except DAMAGE:
        raise Refusal(UNREADABLE, "工作簿不完整或已损坏，请重新保存后报送") from None


def check_zip(data: bytes) -> None:
    """Let a workbook's container pass, or refuse it.

    Raises:
        Refusal: S01 with what is wrong with it.
    """
    with opened(data) as archive:
        parts = archive.infolist()
        names = [plain_name(part.filename) for part in parts]
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
                # A document type has to stand before the first element, so the beginning of the part shows it.
                head = beginning(archive, part, 1024)
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise Refusal(UNREADABLE, "工作簿里有外部实体定义，不予读取")
