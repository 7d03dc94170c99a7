"""The colours of marks, and which colours of the county they cover.

A mark on a cell that had a colour gets a shade of its own, a hair's breadth from the plain one; which colour that shade
covers stands among the workbook's own properties. There every program keeps it, while some write the fills themselves anew.
"""

from __future__ import annotations

import re

PROPERTY = "退改底色"
# Nobody picks these from a palette, so they are known again in a workbook that was saved by any program.
PLAIN = {"error": "FFFFB9BD", "warn": "FFFFE79F"}
_SHADES = 48  # shades of a severity, the plain one with them
_LONGEST = 240  # characters; of a longer property programs keep a part
_ENTRY = re.compile(r"([EW])(\d+)=([rti])([0-9A-Fa-f]+)(?:,(-?[\d.eE-]+))?")
_COLOUR = re.compile(r"""(rgb|theme|indexed)=["']([0-9A-Fa-f]+)["']""")
_TINT = re.compile(r"""tint=["'](-?[\d.eE-]+)["']""")


class Shades:
    """The shades given out for one workbook, and those that it came with."""

    def __init__(self, earlier: str = "") -> None:
        """`earlier` is the property of a workbook that was marked before."""
        self._earlier = {f"{letter}{number}": _attributes(*rest) for letter, number, *rest in _ENTRY.findall(earlier)}
        self._given: dict[tuple[str, str], int] = {}
        self._entries: list[str] = []

    def shade(self, severity: str, covered: str) -> str:
        """The colour (ARGB) of a mark over a colour, which is '' or the attributes of a colour in a styles part."""
        entry = _entry(covered)
        if entry and (severity, entry) not in self._given:
            number = sum(kind == severity for kind, _ in self._given) + 1
            line = f"{severity[0].upper()}{number}={entry}"
            if number < _SHADES and len(" ".join([*self._entries, line])) <= _LONGEST:
                self._given[(severity, entry)] = number
                self._entries.append(line)
        return _argb(severity, self._given.get((severity, entry), 0))

    @property
    def text(self) -> str:
        """The property that says what the shades cover."""
        return " ".join(self._entries)

    def covered(self, argb: str) -> str | None:
        """What a colour covers, where it is one of ours: '' for nothing, or the attributes of a colour. None else."""
        for severity in PLAIN:
            for number in range(_SHADES):
                if argb.upper() == _argb(severity, number):
                    return self._earlier.get(f"{severity[0].upper()}{number}", "")
        return None


def _argb(severity: str, number: int) -> str:
    return f"{PLAIN[severity][:6]}{int(PLAIN[severity][6:], 16) - number:02X}"


def _entry(attributes: str) -> str:
    colour, tint = _COLOUR.search(attributes), _TINT.search(attributes)
    return f"{colour[1][0]}{colour[2]}{f',{tint[1]}' if tint else ''}" if colour else ""


def _attributes(kind: str, value: str, tint: str) -> str:
    name = {"r": "rgb", "t": "theme", "i": "indexed"}[kind]
    return f'{name}="{value}"' + (f' tint="{tint}"' if tint else "")
