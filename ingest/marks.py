"""The mark of a blank workbook that Longcang made: which form, county and period it is for, whatever became of it since.

The mark stands twice, on a very hidden sheet and in the workbook's custom properties, because programs drop the one or
the other. It holds names of data only and is believed as far as they exist.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest import issues
from ingest.contracts import Contract
from ingest.grid import Sheet
from ingest.issues import Issue
from ingest.periods import Period, read_period
from ingest.text import as_text

# First cells of the sheets that a blank workbook carries beside the form
MARK_SHEET, LIST_SHEET, GUIDE_SHEET = "陇仓模板标记", "陇仓模板选项", "填表说明（陇仓模板）"
FORM, DIGEST, COUNTY, PERIOD = "陇仓表单", "陇仓约定版本", "陇仓县代码", "陇仓期间"


@dataclass(frozen=True)
class Mark:
    """What a mark says: a form's name, the digest of its contract, a county's code, a period; '' where it is silent."""

    form: str
    digest: str = ""
    county: str = ""
    period_text: str = ""

    @property
    def period(self) -> Period | None:
        try:
            return read_period(self.period_text)
        except ValueError:
            return None

    def entries(self) -> dict[str, str]:
        """The mark as it is written, by the names of its entries."""
        return {FORM: self.form, DIGEST: self.digest, COUNTY: self.county, PERIOD: self.period_text}


def take_mark(custom: dict[str, str], sheets: list[Sheet]) -> tuple[Mark | None, list[Sheet]]:
    """The mark of a workbook, None without one, and its sheets without those that only serve the filling in.

    `custom` are the workbook's custom properties.
    """
    stated: dict[str, str] = {}
    left = []
    for sheet in sheets:
        first = as_text(sheet.rows[0][0]) if sheet.width else ""
        if first == MARK_SHEET:
            stated |= {as_text(row[0]): as_text(row[1]) for row in sheet.rows[1:] if len(row) > 1}
        elif first not in (LIST_SHEET, GUIDE_SHEET):
            left.append(sheet)
    stated = {**custom, **{name: text for name, text in stated.items() if text}}
    if not stated.get(FORM):
        return None, left
    return Mark(stated[FORM], *(stated.get(name, "") for name in (DIGEST, COUNTY, PERIOD))), left


def version_issues(mark: Mark | None, contract: Contract) -> list[Issue]:
    """Says that a blank workbook was made from another version of its contract; its headers tell what it holds."""
    if mark is None or mark.form != contract.name or mark.digest == contract.digest:
        return []
    message = "这份表是用旧版模板填写的，已按现行规定的表头读入；下次请用新版模板"
    return [Issue(issues.OLD_TEMPLATE, issues.INFO, issues.NONE, message)]
