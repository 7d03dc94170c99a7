"""The gate before a zip container: what is dangerous in one is refused before a reader of workbooks sees it.

A `Workbook` is a zip whose parts are inflated here, never past a cap: what the zip says of sizes is not believed, and
each part that a reader asks for is inflated once. Readers that open the bytes themselves come after `check_rest`, which
inflates what has not been read yet.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from ingest.formats import parts
from ingest.issues import UNREADABLE, Refusal

MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 2000
MAX_PART_BYTES = 400 * 1024 * 1024
MAX_TOTAL_BYTES = 800 * 1024 * 1024
MAX_RATIO = 300
SMALL_PART = 8 * 1024 * 1024  # below this a high ratio is harmless (empty styled rows compress a thousandfold)
# All that the zip module raises over bytes in memory that are no sound zip
UNSOUND = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, RuntimeError, ValueError)
DAMAGE = (*UNSOUND, OSError)
LIST_OF_TYPES = "[content_types].xml"  # the part that each OOXML package has
_ENCRYPTED = 0x1
_LOCAL = struct.Struct("<4s5H3L2H")  # the header before a part's bytes; only its last two lengths are used
_NO_ZIP = "工作簿不完整或已损坏（可能没有传完），请重新保存后报送"
_DAMAGED = "工作簿不完整或已损坏，请重新保存后报送"
_TOO_LARGE = "工作簿展开后过大，请删去多余的空行空列或拆分后报送"


def opened(data: bytes) -> zipfile.ZipFile:
    """The bytes as a zip of whatever it may hold.

    Raises:
        Refusal: S01, where they are none.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE:
        raise Refusal(UNREADABLE, _NO_ZIP) from None


def plain_name(name: str) -> str:
    """A part's name as names are compared: `/` between folders, lower case."""
    return name.replace("\\", "/").lower()


def beginning(archive: zipfile.ZipFile, part: zipfile.ZipInfo, count: int) -> bytes:
    """The first bytes of a part."""
    try:
        with archive.open(part) as stream:
            return stream.read(count)
    except DAMAGE:
        raise Refusal(UNREADABLE, _DAMAGED) from None


def workbook(data: bytes) -> Workbook:
    """The container of a workbook, its list of parts looked at.

    Raises:
        Refusal: S01 with what is wrong with it.
    """
    try:
        found = Workbook(io.BytesIO(data))
    except DAMAGE:
        raise Refusal(UNREADABLE, _NO_ZIP) from None
    found.check_list()
    return found


class Workbook(zipfile.ZipFile):
    """A zip that reads its parts under caps; `read` raises `Refusal` S01 for a part that is dangerous."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self._data = stream.getbuffer()
        self._looked_at: set[str] = set()

    def check_list(self) -> None:
        """Judge the list of parts: how many, how named, how large they are said to be, whether encrypted."""
        found = self.infolist()
        names = [plain_name(part.filename) for part in found]
        if len(found) > MAX_PARTS:
            raise Refusal(UNREADABLE, f"工作簿里有 {len(found)} 个部件，多于 {MAX_PARTS} 个，不像正常的表格")
        if len(set(names)) != len(names):
            raise Refusal(UNREADABLE, "工作簿里有重名的部件，内容不可靠，请重新保存后报送")
        for name in names:
            if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/"):
                raise Refusal(UNREADABLE, "工作簿里有指向外部的路径，不予读取")
        if any(part.flag_bits & _ENCRYPTED for part in found):
            raise Refusal(UNREADABLE, "工作簿加了密码，请去掉密码后报送")
        if sum(part.file_size for part in found) > MAX_TOTAL_BYTES or any(p.file_size > MAX_PART_BYTES for p in found):
            raise Refusal(UNREADABLE, _TOO_LARGE)
        if any(p.file_size > SMALL_PART and p.file_size > MAX_RATIO * max(p.compress_size, 1) for p in found):
            raise Refusal(UNREADABLE, "工作簿的压缩比异常，展开后过大，请删去多余的空行空列后报送")
        parts.check_names(names)

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """A part's bytes: as many as the list says, with the sum that it says, nothing dangerous in them."""
        part = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        content = self._inflated(part)
        parts.check_content(plain_name(part.filename), content)
        self._looked_at.add(part.filename)
        return content

    def check_rest(self) -> None:
        """Look at every part that has not been read."""
        for part in self.infolist():
            if part.filename not in self._looked_at:
                self.read(part)

    def _inflated(self, part: zipfile.ZipInfo) -> bytes:
        try:
            mark, *_, name_length, extra_length = _LOCAL.unpack_from(self._data, part.header_offset)
            start = part.header_offset + _LOCAL.size + name_length + extra_length
            packed = self._data[start : start + part.compress_size]
            if mark != b"PK\x03\x04" or len(packed) < part.compress_size:
                raise Refusal(UNREADABLE, _DAMAGED)
            if part.compress_type == zipfile.ZIP_STORED:
                content, is_whole = bytes(packed), True
            elif part.compress_type == zipfile.ZIP_DEFLATED:
                stream = zlib.decompressobj(-zlib.MAX_WBITS)
                # One byte more than said shows a part that is longer than said.
                content = stream.decompress(packed, part.file_size + 1)
                is_whole = stream.eof
            else:
                raise Refusal(UNREADABLE, "工作簿用了不常见的压缩方式，请用 WPS 或 Excel 另存为 xlsx 后报送")
        except (struct.error, zlib.error, OverflowError):
            raise Refusal(UNREADABLE, _DAMAGED) from None
        if not is_whole or len(content) != part.file_size or zlib.crc32(content) != part.CRC:
            raise Refusal(UNREADABLE, _DAMAGED)
        return content
