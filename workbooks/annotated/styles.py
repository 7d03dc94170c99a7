"""Cell formats: those of the county with a fill for what is wrong, those of our own sheet, and our old fills taken back."""

from __future__ import annotations

import re
from typing import IO

from workbooks.annotated.markup import CannotEdit, Element, child, children, root, with_attribute, with_inner
from workbooks.annotated.shades import Shades

FONT = "微软雅黑"
_NO_COLOUR = re.compile(r"""indexed=["']6[45]["']""")  # the window's own colours
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# The least that a workbook without formats of its own needs.
EMPTY = (
    f'<styleSheet xmlns="{_NAMESPACE}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class Styles:
    """A workbook's styles part: formats are added, none is changed but those that carry our old fills."""

    def __init__(self, text: str, shades: Shades) -> None:
        """Take the part's text, and the shades of marks.

        Raises:
            CannotEdit: fonts, fills, borders or formats are missing.
        """
        self._text, self._shades = text, shades
        self._prefix = root(text).prefix
        self._lists = {name: self._items(name) for name in ("fonts", "fills", "borders", "cellXfs")}
        self._marked: dict[tuple[int, str], int] = {}
        self._own: dict[tuple[str, ...], int] = {}

    def _container(self, name: str) -> Element:
        found = child(self._text, root(self._text), name)
        if found is None:
            raise CannotEdit(f"styles without {name}")
        return found

    def _items(self, name: str) -> list[str]:
        box = self._container(name)
        items = [self._text[e.start : e.end] for e in children(self._text, box.inner_start, box.inner_end)]
        if not items:
            raise CannotEdit(f"no {name}")
        return items

    def marked(self, base: int, severity: str) -> int:
        """The number of the format that is `base` with the fill for a severity ('error', 'warn')."""
        formats = self._lists["cellXfs"]
        base = base if 0 <= base < len(formats) else 0
        if (base, severity) not in self._marked:
            fills, number = self._lists["fills"], self._fill_of(formats[base])
            covered = self._solid_colour(fills[number]) if number < len(fills) else ""
            fill = self._add("fills", self._solid(f'rgb="{self._shades.shade(severity, covered)}"'))
            self._marked[(base, severity)] = self._add("cellXfs", self._filled(formats[base], fill))
        return self._marked[(base, severity)]

    def forget_marks(self) -> None:
        """Give every format that has one of our fills the fill that it had before."""
        ours = {}
        for number, fill in enumerate(self._lists["fills"]):
            argb = re.search(r"""rgb=["']([0-9A-Fa-f]{8})["']""", self._solid_colour(fill))
            covered = self._shades.covered(argb[1]) if argb else None
            if covered is not None:
                ours[number] = covered
        for position, form in enumerate(self._lists["cellXfs"]):
            covered = ours.get(self._fill_of(form))
            if covered is not None:
                number = self._add("fills", self._solid(covered)) if covered else 0
                self._lists["cellXfs"][position] = self._filled(form, number)

    def own(self, font: str, fill: str = "", border: str = "", alignment: str = "", is_text: bool = True) -> int:
        """The number of a format of our own sheet.

        Args:
            font: content of a font without its name; the name is added.
            fill: an ARGB colour, '' for none.
            border: an ARGB colour of thin lines on all sides, '' for none.
            alignment: attributes of the alignment.
            is_text: a program that lets the cell be edited keeps it a text, whatever it begins with.
        """
        key = (font, fill, border, alignment, str(is_text))
        if key not in self._own:
            p = self._prefix
            fonts = self._add("fonts", self._prefixed(f'<font>{font}<name val="{FONT}"/><charset val="134"/></font>'))
            fills = self._add("fills", self._solid(f'rgb="{fill}"')) if fill else 0
            sides = "".join(
                f'<{side} style="thin"><color rgb="{border}"/></{side}>' for side in ("left", "right", "top", "bottom")
            )
            lines = self._add("borders", self._prefixed(f"<border>{sides}<diagonal/></border>")) if border else 0
            quote = ' quotePrefix="1"' if is_text else ""
            form = (
                f'<{p}xf numFmtId="0" fontId="{fonts}" fillId="{fills}" borderId="{lines}" xfId="0"{quote} applyFont="1" '
                f'applyFill="1" applyBorder="1" applyAlignment="1"><{p}alignment {alignment}/></{p}xf>'
            )
            self._own[key] = self._add("cellXfs", form)
        return self._own[key]

    def write(self, sink: IO[bytes]) -> None:
        """Write the part with all formats that were added."""
        for name, items in self._lists.items():
            box = self._container(name)
            self._text = with_inner(
                self._text, box, "".join(items), with_attribute(box.attributes, "count", str(len(items)))
            )
        sink.write(self._text.encode())

    def _add(self, name: str, item: str) -> int:
        """The number of an item of a list; formats are always new ones, since old ones may be changed."""
        items = self._lists[name]
        if name != "cellXfs" and item in items:
            return items.index(item)
        items.append(item)
        return len(items) - 1

    def _prefixed(self, text: str) -> str:
        return re.sub(r"<(/?)(?=\w)", rf"<\g<1>{self._prefix}", text) if self._prefix else text

    def _solid(self, colour: str) -> str:
        return self._prefixed(
            f'<fill><patternFill patternType="solid"><fgColor {colour}/><bgColor indexed="64"/></patternFill></fill>'
        )

    @staticmethod
    def _solid_colour(fill: str) -> str:
        """Attributes of a solid fill's colour; '' for another fill."""
        found = re.search(r"""patternType=["']solid["'].*?<[\w:]*fgColor([^>]*?)/?>""", fill, re.DOTALL)
        colour = found[1].strip() if found else ""
        return "" if _NO_COLOUR.search(colour) else colour

    @staticmethod
    def _fill_of(form: str) -> int:
        found = re.search(r"""\sfillId=["'](\d+)["']""", form)
        return int(found[1]) if found else 0

    @staticmethod
    def _filled(form: str, fill: int) -> str:
        top = root(form)
        attributes = with_attribute(with_attribute(top.attributes, "fillId", str(fill)), "applyFill", "1")
        if top.inner_start == top.end:  # an empty element
            return f"<{top.prefix}xf{attributes}/>"
        return with_inner(form, top, form[top.inner_start : top.inner_end], attributes)
