"""A workbook that went back to its county and comes again, corrected: the sheet 退改说明 and the number on it.

The number 退改编号 names the submission that is corrected. It stands on that sheet, where people see it, and among the
workbook's own properties, where it outlives the sheet. Its last four characters are computed from the rest, so that a
typing error is told from another submission's number.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ingest.grid import Sheet
from ingest.issues import NONE, RETURN_NUMBER, WARN, Issue
from ingest.text import as_text, narrow

SHEET, LABEL = "退改说明", "退改编号"
LOOKED_AT = 12  # rows of the sheet; the number stands in its second
_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # those that are not mistaken for another
_NUMBER = re.compile(r"TG-?(\d{1,12})-?([A-Z0-9]{4})(?![A-Z0-9])")
_DASHES = re.compile("[‐-―−－~～_]")


def number_of(submission_id: int) -> str:
    """The number under which a submission goes back to its county: TG-000123-XXXX."""
    total = int.from_bytes(hashlib.sha256(f"longcang {LABEL} {submission_id}".encode()).digest()[:8], "big")
    check = ""
    for _ in range(4):
        total, rest = divmod(total, len(_SIGNS))
        check += _SIGNS[rest]
    return f"TG-{submission_id:06d}-{check}"


def submission_of(text: str) -> int | None:
    """The submission that a text's number names; None where it has none.

    Raises:
        ValueError: there is one, but its check characters are wrong.
    """
    found = _NUMBER.search(_DASHES.sub("-", narrow(text).upper()))
    if found is None:
        return None
    number = int(found[1])
    if number_of(number).rpartition("-")[2] != found[2]:
        raise ValueError(f"{LABEL}“{found[0]}”有误，请照退回文件中的编号填写")
    return number


def is_summary(sheet: Sheet) -> bool:
    """Whether a sheet is the one that was put in front of a returned workbook."""
    return narrow(sheet.name).startswith(SHEET) and any(LABEL in text for text in _texts(sheet))


def take_out(custom: dict[str, str], sheets: list[Sheet]) -> tuple[list[Sheet], int | None, list[Issue]]:
    """The county's own sheets, numbered as they were before it; the submission that the file corrects; what is wrong
    with its number. `custom` are the workbook's custom properties."""
    own: list[Sheet] = []
    texts: list[str] = []
    for sheet in sheets:
        if is_summary(sheet):
            texts += _texts(sheet)
        else:
            sheet.number -= len([s for s in sheets if s.number < sheet.number and is_summary(s)])
            own.append(sheet)
    for text in (*texts, custom.get(LABEL, "")):
        try:
            found = submission_of(text)
        except ValueError as error:
            return own, None, [Issue(RETURN_NUMBER, WARN, NONE, str(error))]
        if found is not None:
            return own, found, []
    return own, None, []


def _texts(sheet: Sheet) -> Iterator[str]:
    return (as_text(value) for row in sheet.rows[:LOOKED_AT] for value in row if isinstance(value, str))
