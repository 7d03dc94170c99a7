"""One change, or a few, that make a damaged or a hostile file of an honest one."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Sequence

from ingest.formats import gate

ZIPPED = frozenset({"xlsx", "xlsm", "xlsb", "ods", "zip"})
_NUMBERS = (b"0", b"-1", b"1048576", b"1048577", b"16385", b"4294967295", b"2147483648", b"99999999999999999999", b"1e309",
            b"NaN", b"", b"43978", b"-5", b"60", b"2958466", b"6e23")  # fmt: skip
_WORDS = (b"XFD1048576", b"ZZ999999", b"A0", b"#SPILL!", b"#REF!", b"true", b"e", b"s", b"inlineStr", b"str", b"d", b"b", b"hidden",
          b"\xe5\x90\x88\xe8\xae\xa1", b"_x0000_", b"&#x0;", b"&lol;", b"]]>", b"<a>" * 300, b"9" * 400)  # fmt: skip
_BOMB = (
    b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (c + 1, c, c, c, c) for c in range(ord("a"), ord("z")))
    + b"]>"
)
_ATTRIBUTE = re.compile(rb'="[^"]{0,60}"')
_TEXT = re.compile(rb">[^<>]{1,200}<")
_ELEMENT = re.compile(rb"<([\w:]+)\b[^<>]*>[^<>]{0,400}</\1>|<[\w:]+\b[^<>]*/>")

Bytes = Callable[[bytes, random.Random], bytes]


def mutated(data: bytes, kind: str, others: Sequence[bytes], rng: random.Random) -> tuple[str, bytes]:
    """A file made of `data`, and which changes were made.

    Args:
        others: files of the same format, from which parts are taken.
    """
    changes = _CHANGES[kind] if rng.random() < 0.85 else _CHANGES["any"]
    names = []
    for _ in range(1 if rng.random() < 0.6 else rng.randrange(2, 5)):
        change = rng.choice(changes)
        names.append(change.__name__.strip("_"))
        try:
            data = change(data, others, rng)
        except (*gate.DAMAGE, LookupError, struct.error):
            data = _flip_bytes(data, others, rng)  # an earlier change has broken the container
    return "+".join(names), data


def _at(data: bytes, rng: random.Random) -> int:
    return rng.randrange(len(data)) if data else 0


def _flip_bytes(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 64))):
        if changed:
            changed[_at(changed, rng)] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _truncate(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    return data[: _at(data, rng)]


def _cut_out(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    at = _at(data, rng)
    return data[:at] + data[at + rng.choice((1, 2, 16, 512, 4096)) :]


def _repeat(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    at, length = _at(data, rng), rng.choice((1, 16, 512, 4096))
    return data[: at + length] + data[at : at + length] * rng.choice((1, 2, 50)) + data[at + length :]


def _overwrite(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 10))):
        at = _at(changed, rng)
        changed[at : at + 4] = struct.pack(
            "<L", rng.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, rng.getrandbits(32)))
        )
    return bytes(changed)


def _swap_blocks(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    other, at, length = rng.choice(others), _at(data, rng), rng.choice((64, 512, 4096))
    start = _at(other, rng)
    return data[:at] + other[start : start + length] + data[at + length :]


def _rezip(data: bytes, change: Callable[[list[tuple[str, bytes]]], None]) -> bytes:
    """The zip with its list of parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = [(part.filename, old.read(part)) for part in old.infolist() if not part.is_dir()]
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, content in parts:
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _in_part(change: Bytes, prefer: str) -> Callable[[bytes, Sequence[bytes], random.Random], bytes]:
    """The change made inside one part, rather in those whose name holds `prefer`."""

    def changed(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
        def within(parts: list[tuple[str, bytes]]) -> None:
            preferred = [n for n, (name, _) in enumerate(parts) if re.search(prefer, name)]
            at = rng.choice(preferred) if preferred and rng.random() < 0.7 else rng.randrange(len(parts))
            parts[at] = (parts[at][0], change(parts[at][1], rng))

        return _rezip(data, within)

    changed.__name__ = change.__name__
    return changed


def _damage_part(content: bytes, rng: random.Random) -> bytes:
    return rng.choice((_flip_bytes, _truncate, _cut_out, _repeat, _overwrite))(content, (), rng)


def _xml_attribute(content: bytes, rng: random.Random) -> bytes:
    return _substituted(content, _ATTRIBUTE, b'="', b'"', rng)


def _xml_text(content: bytes, rng: random.Random) -> bytes:
    return _substituted(content, _TEXT, b">", b"<", rng)


def _substituted(content: bytes, what: re.Pattern[bytes], before: bytes, after: bytes, rng: random.Random) -> bytes:
    found = list(what.finditer(content))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 3, 20)))), key=lambda m: -m.start()):
        value = rng.choice(_NUMBERS + _WORDS)
        content = content[: match.start()] + before + value + after + content[match.end() :]
    return content


def _xml_element(content: bytes, rng: random.Random) -> bytes:
    found = list(_ELEMENT.finditer(content))
    if not found:
        return content
    match = rng.choice(found)
    again = rng.choice((b"", match[0] * 2, match[0] * 500, match[0][:-2], rng.choice(found)[0]))
    return content[: match.start()] + again + content[match.end() :]


def _xml_nesting(content: bytes, rng: random.Random) -> bytes:
    found = list(_ELEMENT.finditer(content))
    if not found:
        return content
    match, depth = rng.choice(found), rng.choice((10, 1000, 20_000))
    name = re.match(rb"<([\w:]+)", match[0])[1]  # type: ignore[index]
    return content[: match.start()] + b"<%s>" % name * depth + b"</%s>" % name * depth + content[match.end() :]


def _xml_bomb(content: bytes, rng: random.Random) -> bytes:
    at = content.find(b"?>") + 2 if content.startswith(b"<?") else 0
    bombed = content[:at] + _BOMB + content[at:]
    return _TEXT.sub(b">&z;<", bombed, count=rng.choice((0, 5)))


def _xml_encoding(content: bytes, rng: random.Random) -> bytes:
    encoding = rng.choice(("utf-16", "utf-16-le", "gb18030", "utf-7", "cp1252"))
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def _swap_part(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(rng.choice(others))) as other:
        theirs = [(part.filename, other.read(part)) for part in other.infolist()]

    def swap(parts: list[tuple[str, bytes]]) -> None:
        name, content = rng.choice(theirs)
        at = next((n for n, (mine, _) in enumerate(parts) if mine == name), rng.randrange(len(parts)))
        parts[at] = (parts[at][0], content)

    return _rezip(data, swap)


def _drop_or_rename_part(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    def change(parts: list[tuple[str, bytes]]) -> None:
        at = rng.randrange(len(parts))
        name, content = parts.pop(at)
        other = rng.choice(
            (None, name.upper(), f"../{name}", f"/{name}", name.replace("/", "\\"), "x" * 300, "[Content_Types].xml")
        )
        if other:
            parts.append((other, content))

    return _rezip(data, change)


def _large_part(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    size = rng.choice((1 << 20,) * 6 + (9 << 20,) * 2 + (40 << 20,))

    def change(parts: list[tuple[str, bytes]]) -> None:
        at = rng.randrange(len(parts))
        name, content = parts[at]
        middle = content.rfind(b"</")
        parts[at] = (name, content[:middle] + b" " * size + content[middle:])

    return _rezip(data, change)


def _zip_header(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    """A number in the header of a part, or in the list at the end, that is not so."""
    marks = [m.start() for m in re.finditer(rb"PK(?:\x03\x04|\x01\x02|\x05\x06)", data)]
    changed = bytearray(data)
    for _ in range(rng.choice((1, 2))):
        at = rng.choice(marks) + rng.randrange(4, 44)
        form = rng.choice(("<H", "<L"))
        size = struct.calcsize(form)
        changed[at : at + size] = struct.pack(
            form, rng.getrandbits(8 * size) if rng.random() < 0.5 else rng.choice((0, 1, 12, 14, 99))
        )
    return bytes(changed)


def _records(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    """BIFF records of a workbook stream, where it begins after the container's first sector: other bodies, lengths, types."""
    start = data.find(b"\x09\x08\x10\x00")
    at, places = max(start, 0), []
    while at + 4 <= len(data) and len(places) < 5000:
        length = struct.unpack_from("<H", data, at + 2)[0]
        if length > 8224:
            break
        places.append((at, length))
        at += 4 + length
    changed = bytearray(data)
    for _ in range(rng.choice((1, 2, 10))):
        at, length = rng.choice(places)
        choice = rng.random()
        if choice < 0.2:
            changed[at + 2 : at + 4] = struct.pack(
                "<H", rng.choice((0, 1, length + 1, max(length - 1, 0), 8224, 0xFFFF))
            )
        elif choice < 0.35:
            changed[at : at + 2] = changed[(other := rng.choice(places)[0]) : other + 2]
        elif length:
            inside = at + 4 + rng.randrange(length)
            changed[inside : inside + 2] = struct.pack("<H", rng.choice((0, 0xFFFF, 0x7FFF, 256, rng.getrandbits(16))))
    return bytes(changed[: len(data)])


def _binary_records(content: bytes, rng: random.Random) -> bytes:
    """Records of a binary part: types, lengths and bodies overwritten."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 10))):
        if changed:
            changed[_at(changed, rng)] = rng.choice((0, 1, 2, 7, 19, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(changed)


def _text_marks(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 3, 20))):
        at = _at(data, rng)
        mark = rng.choice((b'"', b"\0", b",", b"\t", b"\n", b"\r", b";", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b'""', b"=1+1", b"\x1b[2J",
                           "𠮷".encode("gb18030"), "县".encode(), b"," * 3000, b"\n" * 3000, b"1" * 400))  # fmt: skip
        data = data[:at] + mark + data[at + rng.choice((0, 0, 1)) :]
    return data


def _text_encoding(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    text = data.decode("utf-8", "ignore")
    return text.encode(rng.choice(("utf-16", "utf-16-be", "utf-32", "gb18030", "big5", "utf-7")), "ignore")


def _random_bytes(data: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    return rng.randbytes(rng.choice((1, 100, 5000))) if rng.random() < 0.3 else data + rng.randbytes(rng.randrange(200))


_ANY = (_flip_bytes, _truncate, _cut_out, _repeat, _overwrite, _swap_blocks)
_CONTAINER = (_swap_part, _drop_or_rename_part, _large_part, _zip_header)
_SHEETS = r"sheet\d*\.xml|workbook\.xml|sharedStrings|content\.xml|styles\.xml"
_IN_XML = (
    *(_xml_attribute, _xml_attribute, _xml_text, _xml_element, _xml_nesting, _xml_bomb, _xml_encoding, _damage_part),
)
_XML = tuple(_in_part(change, _SHEETS) for change in _IN_XML)
_CHANGES: dict[str, tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...]] = {
    "any": _ANY,
    "xlsx": (*_CONTAINER, *_XML),
    "xlsm": (*_CONTAINER, *_XML),
    "ods": (*_CONTAINER, *_XML),
    "xlsb": (
        *_CONTAINER,
        *(_in_part(c, r"\.bin$") for c in (_binary_records, _binary_records, _damage_part, _xml_attribute)),
    ),
    "zip": (*_CONTAINER, _in_part(_damage_part, "")),
    "xls": (_records, _records, _overwrite, _truncate, _swap_blocks),
    "csv": (_text_marks, _text_marks, _text_encoding, _random_bytes, _cut_out, _truncate),
    "tsv": (_text_marks, _text_marks, _text_encoding, _random_bytes, _cut_out, _truncate),
}
