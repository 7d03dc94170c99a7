"""Comments at marked cells: a part with the texts, and a drawing with a box for each, as spreadsheets have had them since
long before threads; every program shows these."""

from __future__ import annotations

import re

from ingest.text import cell_name, cell_place
from workbooks.annotated.markup import CannotEdit, child, children, escape, root, unescape, with_inner

AUTHOR, MARK = "陇仓退改", "【退改】"  # a comment or the end of one that begins with the mark is ours
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TEXT = re.compile(r"(<(?:[\w.-]+:)?t\b[^>]*>)([^<]*)(</(?:[\w.-]+:)?t>)")
_SHAPE = re.compile(r"<v:shape\b(?:(?!<v:shape\b).)*?</v:shape\s*>", re.DOTALL)
_BOX_ROW, _BOX_COLUMN = (re.compile(rf"<x:{name}>\s*(\d+)\s*</x:{name}>") for name in ("Row", "Column"))
_WIDTH = 24  # characters of a line in a box

EMPTY = f'<comments xmlns="{_NAMESPACE}"><authors></authors><commentList></commentList></comments>'
EMPTY_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)

Texts = dict[tuple[int, int], str]  # what is said at a cell (row and column from 0)


def has_ours(text: str) -> bool:
    """Whether a comments part holds something of an earlier return."""
    return MARK in unescape(text)


def edit(text: str, new: Texts) -> tuple[str, set[tuple[int, int]], set[tuple[int, int]]]:
    """Put new texts in place of our old ones.

    A comment of the county's stays, and ours is added below it.

    Returns:
        The comments part; cells that have a comment no more; cells that have one now and had none.
    """
    top = root(text)
    prefix = top.prefix
    box = child(text, top, "commentList")
    authors = child(text, top, "authors")
    if box is None or authors is None:
        raise CannotEdit("comments without a list")
    kept: list[str] = []
    removed: set[tuple[int, int]] = set()
    left = dict(new)
    for element in children(text, box.inner_start, box.inner_end):
        try:
            place = cell_place(element.attribute("ref") or "")
        except ValueError:
            raise CannotEdit("a comment at no cell") from None
        comment = _without_ours(text[element.start : element.end])
        if comment is None:
            removed.add(place)
            continue
        if place in left:
            comment = _with_run(comment, "\n" + left.pop(place), prefix)
        kept.append(comment)
    names = [text[e.inner_start : e.inner_end] for e in children(text, authors.inner_start, authors.inner_end)]
    if left and AUTHOR not in names:
        names.append(AUTHOR)
    for place, said in sorted(left.items()):
        run = _run(said, prefix)
        kept.append(
            f'<{prefix}comment ref="{cell_name(*place)}" authorId="{names.index(AUTHOR)}">'
            f"<{prefix}text>{run}</{prefix}text></{prefix}comment>"
        )
    text = with_inner(text, box, "".join(kept))
    text = with_inner(text, authors, "".join(f"<{prefix}author>{name}</{prefix}author>" for name in names))
    return text, removed - set(left), set(left) - removed


def _without_ours(comment: str) -> str | None:
    """A comment without what an earlier return said in it; None where nothing else is left."""
    for match in _TEXT.finditer(comment):
        before, mark, _ = unescape(match[2]).partition(MARK)
        if not mark:
            continue
        earlier = "".join(unescape(t[2]) for t in _TEXT.finditer(comment, 0, match.start()))
        own = (earlier + before).strip().removesuffix(":").removesuffix("：")
        if own.strip() in ("", AUTHOR):  # some programs put the author's name in front
            return None
        rest = comment[match.end() :]
        run_end = re.match(r"\s*</(?:[\w.-]+:)?r>", rest)
        end = re.search(r"</(?:[\w.-]+:)?text>", rest)
        if end is None:
            raise CannotEdit("a comment without a text")
        kept = escape(before.rstrip("\n"))
        return (
            comment[: match.start()]
            + match[1]
            + kept
            + match[3]
            + (run_end[0] if run_end else "")
            + rest[end.start() :]
        )
    return comment


def _with_run(comment: str, said: str, prefix: str) -> str:
    """A comment with a run of text more, before what a text has after its runs."""
    place = re.search(r"<(?:[\w.-]+:)?(?:rPh|phoneticPr)\b|</(?:[\w.-]+:)?text>", comment)
    if place is None:
        raise CannotEdit("a comment without a text")
    return comment[: place.start()] + _run(said, prefix) + comment[place.start() :]


def _run(said: str, prefix: str) -> str:
    p = prefix
    look = f'<{p}rPr><{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="宋体"/><{p}charset val="134"/></{p}rPr>'
    return f'<{p}r>{look}<{p}t xml:space="preserve">{escape(said)}</{p}t></{p}r>'


def edit_drawing(text: str, texts: Texts, removed: set[tuple[int, int]], added: set[tuple[int, int]]) -> str:
    """The drawing with boxes for added comments and without those of removed ones.

    Raises:
        CannotEdit: it does not end as a drawing does.
    """

    def stays(match: re.Match[str]) -> str:
        row, column = _BOX_ROW.search(match[0]), _BOX_COLUMN.search(match[0])
        is_gone = 'ObjectType="Note"' in match[0] and row and column and (int(row[1]), int(column[1])) in removed
        return "" if is_gone else match[0]

    if removed:
        text = _SHAPE.sub(stays, text)
    end = text.rfind("</xml")
    if end < 0:
        raise CannotEdit("a drawing without an end")
    taken = [int(number) for number in re.findall(r"""id=["']_x0000_s(\d+)["']""", text)]
    first = max([1024, *taken]) + 1
    boxes = [_box(first + n, place, texts[place]) for n, place in enumerate(sorted(added))]
    return text[:end] + "".join(boxes) + text[end:]


def _box(number: int, place: tuple[int, int], said: str) -> str:
    row, column = place
    lines = sum(1 + len(line) // _WIDTH for line in said.split("\n"))
    top = max(row - 1, 0)
    anchor = f"{column + 1}, 12, {top}, 6, {column + 4}, 60, {top + lines + 1}, 6"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )
