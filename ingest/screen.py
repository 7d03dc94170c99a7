"""Personal numbers outside the cells of data: in names of files and sheets, titles and headers. Masked in all that a
reading says, and told to the county once each.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest import issues
from ingest.grid import Sheet
from ingest.issues import Issue
from ingest.personal_text import find, hides_numbers, kinds, masked, shown_names
from ingest.table import Table

if TYPE_CHECKING:
    from ingest.read import ReadResult

_ADVICE = "，已遮盖；个人号码只填在专门的列里，请从这里删去"


def name_issues(path: str, sheets: list[Sheet]) -> list[Issue]:
    """Mask the names of sheets, in place; what is to be said of them and of the file's path."""
    found = []
    if hides_numbers(path):
        found.append(_issue("文件名或文件夹名里像是有个人号码"))
    for sheet, shown in zip(sheets, shown_names([sheet.name for sheet in sheets]), strict=True):
        if shown != sheet.name:
            found.append(_issue(f"工作表的名称里像是有{kinds(sheet.name)}", shown))
            sheet.name = shown
    return found


def heading_issues(tables: list[Table]) -> list[Issue]:
    """What is to be said of titles, headers, section rows and labels of totals: each cell once."""
    found: dict[tuple[str, str], Issue] = {}
    for table in tables:
        outside = [
            *range(table.band.last),
            *(row for row, _ in table.body.sections),
            *(t.row for t in table.body.totals),
        ]
        for row in outside:
            for column, value in enumerate(table.sheet.rows[row]):
                if isinstance(value, str) and (said := kinds(value)):
                    cell = table.sheet.cell(row, column)
                    sentence = f"标题、表头或小计里像是有{said}"
                    found[(table.sheet.name, cell)] = _issue(sentence, table.sheet.name, cell, table.sheet.row_no(row))
    return list(found.values())


def _issue(sentence: str, sheet: str | None = None, cell: str | None = None, row_no: int | None = None) -> Issue:
    return Issue(issues.PERSONAL_OUTSIDE, issues.WARN, issues.NONE, sentence + _ADVICE, sheet, cell, row_no)


def mask_texts(result: ReadResult) -> None:
    """Mask personal numbers in everything that a reading says beside its rows, in place."""

    @cache
    def screened(text: str) -> str:
        found = find(text)
        return masked(text, found) if found else text

    def within(value: Any) -> Any:
        if isinstance(value, str):
            return screened(value)
        if isinstance(value, dict):
            return {key: within(held) for key, held in value.items()}
        return [within(held) for held in value] if isinstance(value, list) else value

    result.refusal = within(result.refusal)
    result.layout = within(result.layout)
    result.proposals = within(result.proposals)
    for total in result.totals.get("stated", ()):
        total |= {name: screened(total[name]) for name in ("sheet", "label", "header")}
    for at, issue in enumerate(result.issues):
        texts = issue.message, issue.sheet, issue.header, issue.value_shown
        seen = [within(text) for text in texts]
        if any(new is not old for new, old in zip(seen, texts, strict=True)):
            message, sheet, header, shown = seen
            result.issues[at] = replace(issue, message=message, sheet=sheet, header=header, value_shown=shown)
