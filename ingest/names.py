"""Names of files as text: what a database can hold and a terminal can show."""

from __future__ import annotations

import os
import re

# Control characters, ends of lines among them, and marks that turn the direction of writing
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def storable(name: str) -> str:
    """A name that a database can hold and a terminal can show: what is no character, or steers one, is escaped."""
    plain = _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), name)
    return plain.encode("utf-8", "backslashreplace").decode()


def decoded(part: str) -> str:
    """A file's name as the system gives it; one that is no UTF-8 (of a GBK system) is read as GB18030 or escaped."""
    raw = os.fsencode(part)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def shown(path: object) -> str:
    """A path for a person to read on a terminal."""
    return storable("/".join(decoded(part) for part in str(path).split("/")))
