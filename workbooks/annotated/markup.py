"""XML as text: edits that leave every other byte of a part as it was, which no parser and writer of XML would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workbooks.safe_text import for_workbook

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Attributes as they stand in a tag; a closing bracket may stand within their quotes.
ATTRIBUTES = r"""(?:[^<>"']|"[^"]*"|'[^']*')*?"""
_TAG = re.compile(rf"<(/?)((?:[\w.-]+:)?)([\w.-]+)({ATTRIBUTES})(/?)>")
_ENTITY = re.compile(r"&(#x?[0-9A-Fa-f]+|lt|gt|amp|quot|apos);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class CannotEdit(Exception):
    """A part is not as editors write it; the workbook has to be written anew."""


@dataclass(frozen=True)
class Element:
    """An element of a part: where it begins and ends in the text, its prefix ('x:' or ''), name and attributes."""

    start: int
    end: int
    prefix: str
    name: str
    attributes: str
    inner_start: int
    inner_end: int

    def attribute(self, name: str) -> str | None:
        return attribute(self.attributes, name)


def escape(text: str) -> str:
    """A text as the content of an element or attribute; what the file format would take for an escape is escaped too."""
    text = _ESCAPE_LIKE.sub("_x005F_", for_workbook(text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def unescape(text: str) -> str:
    """Entities of XML as the characters that they stand for."""

    def character(match: re.Match[str]) -> str:
        name = match[1]
        if not name.startswith("#"):
            return _ENTITIES[name]
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return chr(number) if number < 0x110000 else ""

    return _ENTITY.sub(character, text)


def attribute(attributes: str, name: str) -> str | None:
    """An attribute's value, entities resolved; None where the tag does not have it."""
    match = re.search(rf"""(?<![\w:.-]){re.escape(name)}\s*=\s*(?:"([^"]*)"|'([^']*)')""", attributes)
    return None if match is None else unescape(match[1] if match[1] is not None else match[2])


def with_attribute(attributes: str, name: str, value: str) -> str:
    """The attributes with one set or added."""
    bare = without_attribute(attributes, name).rstrip()
    return f'{bare} {name}="{escape(value)}"'


def without_attribute(attributes: str, name: str) -> str:
    return re.sub(rf"""\s*(?<![\w:.-]){re.escape(name)}\s*=\s*(?:"[^"]*"|'[^']*')""", "", attributes)


def children(text: str, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """The elements of the outermost level in text[start:end], in order.

    Raises:
        CannotEdit: they do not close.
    """
    depth, first = 0, None
    for match in _TAG.finditer(text, start, len(text) if end is None else end):
        closes, prefix, name, attributes, empty = match.groups()
        if not closes:
            if depth == 0:
                first = match
                if empty:
                    yield Element(match.start(), match.end(), prefix, name, attributes, match.end(), match.end())
            depth += 0 if empty else 1
            continue
        depth -= 1
        if depth < 0:
            return
        if depth == 0 and first is not None:
            yield Element(first.start(), match.end(), first[2], first[3], first[4], first.end(), match.start())
    if depth:
        raise CannotEdit("an element that does not close")


def root(text: str) -> Element:
    """The part's outermost element.

    Raises:
        CannotEdit: there is none, or what looks like an element may be part of a comment.
    """
    if "<!" in text:
        raise CannotEdit("a comment or a section of plain text")
    for found in children(text):
        return found
    raise CannotEdit("no element")


def child(text: str, parent: Element, name: str) -> Element | None:
    """The first element of a name directly below another."""
    return next((e for e in children(text, parent.inner_start, parent.inner_end) if e.name == name), None)


def with_inner(text: str, element: Element, inner: str, attributes: str | None = None) -> str:
    """The text with an element's content, and its attributes where given, put in place of what it has."""
    tag = f"{element.prefix}{element.name}"
    stated = element.attributes if attributes is None else attributes
    return f"{text[: element.start]}<{tag}{stated.rstrip()}>{inner}</{tag}>{text[element.end :]}"


def appended(text: str, addition: str) -> str:
    """The text with something added at the end of its outermost element's content."""
    top = root(text)
    return with_inner(text, top, text[top.inner_start : top.inner_end] + addition)
