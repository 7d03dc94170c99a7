"""What is said to the county: one issue per wrong cell, and the codes of what can be wrong."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

ERROR, WARN, INFO = "error", "warn", "info"
NONE, CELL_EMPTIED, ROW_REFUSED, FILE_REFUSED = "none", "cell_emptied", "row_refused", "file_refused"

# Cells
BLANK, NOT_A_NUMBER, NOT_A_DATE, NOT_IN_LIST, OUT_OF_RANGE = "C01", "C02", "C03", "C04", "C05"
BAD_PHONE, BAD_ACCOUNT, TAKEN_FROM_NEIGHBOUR, PRECISION_LOST = "C07", "C08", "C09", "C10"
FORMULA_ERROR, FORMULA_UNCOMPUTED = "C11", "C12"
OTHER_WIDTH, TOO_LONG = "C13", "C14"
# Files
UNREADABLE, NO_FORM, NO_COLUMN, NO_COUNTY, NO_PERIOD = "S01", "S02", "S03", "S04", "S05"
NO_ROWS, TOO_MANY_REFUSED, EXTRA_COLUMN, MISSING_COLUMN = "S06", "S07", "S08", "S09"
OTHER_COUNTY, UNIT_ASSUMED, SHEET_SKIPPED, HIDDEN = "S10", "S11", "S12", "S13"
NOT_LOOKED_AT = "S14"
OLD_TEMPLATE, RETURN_NUMBER = "S15", "S16"
ONE_BATCH_ALONE, NO_LINE_END = "S17", "S18"
# Every form
TOTAL_DIFFERS, PLACE_UNKNOWN = "R64", "R70"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, in words for a county clerk.

    `cell` is a name such as D17 in `sheet`, `row_no` counts from 1, `header` is the column's header as the county wrote
    it, `value_shown` the cell's value (a mask where it is personal).
    """

    rule_id: str
    severity: str
    effect: str
    message: str
    sheet: str | None = None
    cell: str | None = None
    row_no: int | None = None
    field: str | None = None
    header: str | None = None
    value_shown: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Refusal(Exception):
    """The whole file is refused: a code and a sentence that the sender understands, free of personal data.

    `form` is its form, where that could be told.
    """

    def __init__(self, code: str, sentence: str, form: str | None = None) -> None:
        super().__init__(f"{code} {sentence}")
        self.code = code
        self.sentence = sentence
        self.form = form
