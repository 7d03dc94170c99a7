"""A zip of files: which of its entries are files that a county sends, under which names."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass

from ingest.formats import gate
from ingest.issues import UNREADABLE, Refusal

MAX_ENTRIES = 500
MAX_BYTES = 1 << 30
# The list of entries stands at the end and says its own length: one of more bytes is not opened at all.
MAX_DIRECTORY_BYTES = 1 << 20
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial", ".swp")
SYSTEM = frozenset({"thumbs.db", "desktop.ini"})
_UTF8, _ENCRYPTED = 0x800, 0x1


@dataclass(frozen=True)
class Entry:
    """A file in a bundle: its name with `/` between folders, and where the archive has it."""

    name: str
    info: zipfile.ZipInfo


def is_listed(name: str) -> bool:
    """Whether a file of this name is looked at: not the system's own, not one that is still being written."""
    lower = name.lower()
    return not (lower.startswith((".", "~$")) or lower.endswith(UNFINISHED) or lower in SYSTEM)


def directory_bytes(tail: bytes) -> int:
    """How long a zip's list of entries says it is, by the last 64 KiB of the file; -1 where there is none."""
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 and len(tail) >= at + 22 else -1


def entries(archive: zipfile.ZipFile) -> list[Entry]:
    """The files of a bundle, by name.

    Raises:
        Refusal: S01: encrypted, too much in it, names that climb out or stand there twice, links, or nothing at all.
    """
    found = []
    for info in archive.infolist():
        name = name_of(info)
        parts = name.split("/")
        if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":"):
            raise Refusal(UNREADABLE, "压缩包里有指向外部的路径，不予读取，请重新压缩后报送")
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refusal(UNREADABLE, "压缩包里有链接或设备文件，不予读取，请重新压缩后报送")
        if not name:
            raise Refusal(UNREADABLE, "压缩包里有没有名字的文件，已损坏，请重新压缩后报送")
        if name.endswith("/") or not all(map(is_listed, parts)) or parts[0] == "__MACOSX":
            continue
        if info.flag_bits & _ENCRYPTED:
            raise Refusal(UNREADABLE, "压缩包加了密码，请去掉密码后报送")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others may ask for much memory
            raise Refusal(UNREADABLE, "压缩包用了不常见的压缩方式，请重新压缩成普通 zip 后报送")
        found.append(Entry(name, info))
    if not found:
        raise Refusal(UNREADABLE, "压缩包里没有文件")
    if len(found) > MAX_ENTRIES:
        raise Refusal(UNREADABLE, f"压缩包里有 {len(found)} 个文件，多于 {MAX_ENTRIES} 个，请分几次报送")
    if len({entry.name for entry in found}) < len(found):
        raise Refusal(UNREADABLE, "压缩包里有重名的文件，分不清以哪个为准，请重新压缩后报送")
    if any(entry.info.file_size > gate.MAX_BYTES for entry in found):
        raise Refusal(UNREADABLE, f"压缩包里有超过 {gate.MAX_BYTES // 1048576} MB 的文件，请拆分后报送")
    if sum(entry.info.file_size for entry in found) > MAX_BYTES:
        raise Refusal(UNREADABLE, "压缩包展开后过大，请分几次报送")
    return sorted(found, key=lambda entry: entry.name)


def name_of(info: zipfile.ZipInfo) -> str:
    """An entry's name. Programs on Windows write it in GBK and say nothing; the zip module then takes it for code page 437."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name.replace("\\", "/")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def refuse(data: bytes) -> None:
    """Say why a bundle that came this far cannot be read as a file.

    Raises:
        Refusal: S01, always.
    """
    if directory_bytes(data[-(1 << 16) :]) > MAX_DIRECTORY_BYTES:
        raise Refusal(UNREADABLE, f"压缩包里的文件多于 {MAX_ENTRIES} 个，请分几次报送")
    with gate.opened(data) as archive:
        entries(archive)
    raise Refusal(UNREADABLE, "压缩包里还套着压缩包，或有文件损坏，请把里面的表格逐个报送")
