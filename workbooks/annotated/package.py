"""The zip container of a workbook: its parts, what they are (content types) and which belongs to which (relations)."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from ingest.formats.gate import plain_name
from workbooks.annotated.markup import CannotEdit, appended, children, escape, root

TYPES = "[Content_Types].xml"
_RELATION_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The same bytes for the same content: no clock in the container.
_DAY = (2020, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20

Writer = Callable[[IO[bytes]], object]


@dataclass(frozen=True)
class Relation:
    """From a part to another one: `kind` is the last word of its type, `target` the plain name of the part."""

    id: str
    kind: str
    target: str


class Package:
    """A workbook's parts by their plain names; edits are kept until `save`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {plain_name(info.filename): info for info in archive.infolist() if not info.is_dir()}
        self._changed: dict[str, str] = {}
        self._written: dict[str, Writer] = {}
        self._names = {name: info.filename.replace("\\", "/") for name, info in self._parts.items()}

    def __contains__(self, part: str) -> bool:
        return plain_name(part) in self._names

    def parts(self) -> list[str]:
        """Plain names of all parts that will be saved."""
        return list(self._names)

    def open(self, part: str) -> IO[bytes]:
        """A part's original bytes as a stream."""
        return self._archive.open(self._parts[plain_name(part)])

    def text(self, part: str) -> str:
        """A part as text, edits so far with it.

        Raises:
            CannotEdit: it is missing, or not written in UTF-8.
        """
        name = plain_name(part)
        if name in self._changed:
            return self._changed[name]
        if name not in self._parts:
            raise CannotEdit(f"no part {name}")
        return utf8(self._archive.read(self._parts[name]))

    def put(self, part: str, text: str, content_type: str | None = None) -> None:
        """Put a text in place of a part, or add a part with its content type."""
        name = plain_name(part)
        self._changed[name] = text
        self._names.setdefault(name, part)
        if content_type:
            self.declare(part, content_type)

    def put_written(self, part: str, writer: Writer) -> None:
        """Let a function write a part's bytes when the package is saved."""
        self._written[plain_name(part)] = writer
        self._names.setdefault(plain_name(part), part)

    def drop(self, part: str) -> None:
        """Leave a part out, with what belongs to it alone: its relations and its content type."""
        name = plain_name(part)
        for gone in (name, relations_part(name)):
            self._names.pop(gone, None)
            self._changed.pop(gone, None)
        text = self.text(TYPES)
        for element in list(children(text, root(text).inner_start, root(text).inner_end)):
            if plain_name((element.attribute("PartName") or "").lstrip("/")) == name:
                self.put(TYPES, text[: element.start] + text[element.end :])
                return

    def free_name(self, pattern: str) -> str:
        """The first of a pattern's names (with {} for a number) that no part has."""
        number = 1
        while plain_name(pattern.format(number)) in self._names:
            number += 1
        return pattern.format(number)

    # ------------------------------------------------------------------------------------------------ content types
    def declare(self, part: str, content_type: str) -> None:
        """State the content type of a part."""
        text = self.text(TYPES)
        top = root(text)
        for element in children(text, top.inner_start, top.inner_end):
            if plain_name((element.attribute("PartName") or "").lstrip("/")) == plain_name(part):
                text = text[: element.start] + text[element.end :]
                break
        self.put(TYPES, appended(text, f'<{top.prefix}Override PartName="/{part}" ContentType="{content_type}"/>'))

    def declare_extension(self, extension: str, content_type: str) -> None:
        """State the content type of all parts with an extension that have none of their own."""
        text = self.text(TYPES)
        top = root(text)
        for element in children(text, top.inner_start, top.inner_end):
            if (element.attribute("Extension") or "").lower() == extension:
                return
        addition = f'<{top.prefix}Default Extension="{extension}" ContentType="{content_type}"/>'
        self.put(TYPES, text[: top.inner_start] + addition + text[top.inner_start :])

    # ---------------------------------------------------------------------------------------------------- relations
    def relations(self, part: str) -> list[Relation]:
        """A part's relations to other parts of the package; '' stands for the package itself."""
        name = relations_part(plain_name(part))
        if name not in self._names:
            return []
        text = self.text(name)
        top = root(text)
        found = []
        for element in children(text, top.inner_start, top.inner_end):
            if (element.attribute("TargetMode") or "").lower() == "external":
                continue
            target = (element.attribute("Target") or "").replace("\\", "/")
            if not target.startswith("/"):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
            kind = (element.attribute("Type") or "").rpartition("/")[2]
            found.append(Relation(element.attribute("Id") or "", kind, plain_name(target.lstrip("/"))))
        return found

    def related(self, part: str, kind: str) -> Relation | None:
        """A part's first relation of a kind."""
        return next((r for r in self.relations(part) if r.kind == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation to a part; its id. `kind` is the last word of the type, or the whole of it."""
        name = relations_part(self._names.get(plain_name(part), part))
        if name not in self:
            self.put(name, f'{HEADER}<Relationships xmlns="{_RELATION_NAMESPACE}"></Relationships>')
        text = self.text(name)
        top = root(text)
        taken = {e.attribute("Id") for e in children(text, top.inner_start, top.inner_end)}
        number = next(f"rIdTg{n}" for n in range(1, len(taken) + 2) if f"rIdTg{n}" not in taken)
        whole = kind if "/" in kind else _KIND + kind
        addition = f'<{top.prefix}Relationship Id="{number}" Type="{whole}" Target="/{escape(target)}"/>'
        self.put(name, appended(text, addition))
        return number

    def unrelate(self, part: str, ids: set[str]) -> None:
        """Take relations away from a part."""
        name = relations_part(plain_name(part))
        text = self.text(name)
        top = root(text)
        for element in reversed(list(children(text, top.inner_start, top.inner_end))):
            if element.attribute("Id") in ids:
                text = text[: element.start] + text[element.end :]
        self.put(name, text)

    # -------------------------------------------------------------------------------------------------------- saving
    def save(self, out: IO[bytes]) -> None:
        """Write the container: the content types, the parts that functions write, in the order in which they were put,
        then the rest. So what one function learns, a later one can write.

        Raises:
            CannotEdit: a part that was edited is no well-formed XML.
        """
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as target:
            first = [plain_name(TYPES), *self._written]
            for name in (*first, *(name for name in self._names if name not in first)):
                info = zipfile.ZipInfo(self._names[name], _DAY)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                with target.open(info, "w", force_zip64=True) as sink:
                    self._pour(name, sink)

    def _pour(self, name: str, sink: IO[bytes]) -> None:
        if name in self._written:
            checked = _Checked(sink)
            self._written[name](checked)  # type: ignore[arg-type]
            checked.end()
        elif name in self._changed:
            data = self._changed[name].encode()
            if not name.endswith(".vml"):  # which old programs wrote as they wrote web pages
                _Checked(sink).check(data)
            sink.write(data)
        else:
            with self._archive.open(self._parts[name]) as source:
                while chunk := source.read(_CHUNK):
                    sink.write(chunk)


class _Checked:
    """Passes bytes on and sees that they are XML."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self._parser = expat.ParserCreate()

    def write(self, data: bytes) -> int:
        self._parse(data, False)
        return self._sink.write(data)

    def check(self, data: bytes) -> None:
        self._parse(data, True)

    def end(self) -> None:
        self._parse(b"", True)

    def _parse(self, data: bytes, is_last: bool) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            raise CannotEdit(f"not well-formed ({expat.errors.messages.get(error.code)})") from None


def relations_part(part: str) -> str:
    """The name of the part that holds a part's relations."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def utf8(data: bytes) -> str:
    """A part's bytes as text.

    Raises:
        CannotEdit: it is in another encoding than UTF-8.
    """
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        raise CannotEdit("not UTF-8") from None
    declared = _DECLARED.match(text[:200])
    if declared and declared[1].lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise CannotEdit(f"encoding {declared[1]}")
    return text
