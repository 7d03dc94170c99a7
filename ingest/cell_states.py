"""What a sheet says of its cells beside their values: that one has none though it is not blank, that they are hidden."""

from __future__ import annotations

from typing import Any

from ingest import issues
from ingest.grid import UNCOMPUTED, Broken, Sheet
from ingest.headers import Band
from ingest.issues import Issue
from ingest.text import cell_name

_SHOWN = 8  # runs of hidden rows or columns that a sentence names


def take_broken(cells: dict[str, list[Any]]) -> dict[str, dict[int, str]]:
    """Take cells without a value out of columns: per field, their positions and what stands there (`Sheet.broken`)."""
    found: dict[str, dict[int, str]] = {}
    for name, values in cells.items():
        for position, value in enumerate(values):
            if isinstance(value, Broken):
                found.setdefault(name, {})[position] = value.text
                values[position] = ""
    return found


def broken_problem(text: str) -> tuple[str, str]:
    """Code and sentence for a cell without a value."""
    if text == UNCOMPUTED:
        return issues.FORMULA_UNCOMPUTED, "公式没有计算结果，请用 WPS 或 Excel 打开，重算并保存后重新报送"
    return issues.FORMULA_ERROR, f"公式出错（{text}），没有结果，请改正公式或直接填写"


def hidden_issues(sheet: Sheet, band: Band, data: list[int], reads_rows: bool) -> list[Issue]:
    """What is said of hidden rows of data and of hidden columns of the form: whether they were counted."""
    found = []
    rows = [r for r in data if r in sheet.hidden_rows]
    if rows:
        named = f"第 {_runs([str(r + 1) for r in rows], rows)} 行是隐藏的（共 {len(rows)} 行）"
        done = "已照常读入；不应计入的请删除后重新报送" if reads_rows else "没有读入；如需计入，请取消隐藏后重新报送"
        found.append(Issue(issues.HIDDEN, issues.INFO, issues.NONE, f"{named}，{done}", sheet.name, row_no=rows[0] + 1))
    columns = sorted(m.index for m in band.mapped.values() if m.index in sheet.hidden_columns)
    if columns:
        named = f"{_runs([cell_name(0, c)[:-1] for c in columns], columns)} 列是隐藏的"
        message = f"{named}，已照常读入；不应计入的请删除后重新报送"
        found.append(Issue(issues.HIDDEN, issues.INFO, issues.NONE, message, sheet.name))
    return found


def _runs(names: list[str], numbers: list[int]) -> str:
    """3、5—9: runs of numbers that follow each other, by their first and last names."""
    runs: list[list[int]] = []
    for i, number in enumerate(numbers):
        if runs and number == numbers[runs[-1][1]] + 1:
            runs[-1][1] = i
        else:
            runs.append([i, i])
    texts = [names[a] if a == b else f"{names[a]}—{names[b]}" for a, b in runs]
    return "、".join(texts[:_SHOWN]) + ("等" if len(texts) > _SHOWN else "")
