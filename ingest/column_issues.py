"""What is said of the columns of a file: extra ones, missing ones, and units that had to be assumed."""

from __future__ import annotations

from collections.abc import Iterator

from ingest import issues
from ingest.contracts import Contract
from ingest.headers import Mapped
from ingest.issues import Issue
from ingest.table import Table
from ingest.text import bare_number


def column_issues(contract: Contract, tables: list[Table]) -> list[Issue]:
    """One issue per column and matter, at the first table that has it, not one per table."""
    found: dict[tuple[str, str], Issue] = {}
    for table in tables:
        for key, issue in (*_extra(table), *_missing(table, contract), *_assumed(table)):
            found.setdefault((issue.rule_id, key), issue)
    return list(found.values())


def _extra(table: Table) -> Iterator[tuple[str, Issue]]:
    for index, header in table.band.extra.items():
        yield header, _at(table, issues.EXTRA_COLUMN, f"“{header}”不是本表规定的列，没有读入", index, header, None)


def _missing(table: Table, contract: Contract) -> Iterator[tuple[str, Issue]]:
    present = table.band.fields()
    for column in contract.columns:
        if column.required not in ("row", "complete") or column.field in present:
            continue
        if column.type == "township" and _is_told(table):
            continue
        message = f"缺少“{column.header}”一列，其余内容照常读入，请补报"
        yield column.field, Issue(
            issues.MISSING_COLUMN, issues.WARN, issues.NONE, message, table.sheet.name,
            field=column.field, header=column.header,
        )  # fmt: skip


def _is_told(table: Table) -> bool:
    """Whether the township of every row is known without a column of it."""
    return "township_code" in table.frame.columns and not table.frame["township_code"].null_count()


def _assumed(table: Table) -> Iterator[tuple[str, Issue]]:
    for mapped in table.band.mapped.values():
        name, header = mapped.column.field, mapped.header
        if name in table.fractions:
            bound = f"{mapped.column.fractions_up_to:g}"
            message = f"“{header}”没有写明%，且都不大于 {bound}，按小数读入（0.05 即 5%），请在表头写明%"
            yield name, _of(table, mapped, message)
        if mapped.is_unit_assumed and any(bare_number(v) for v in table.cells[name]):
            yield name, _of(table, mapped, f"“{header}”没有写明单位，按{mapped.unit}读入，请在表头写明")


def _of(table: Table, mapped: Mapped, message: str) -> Issue:
    return _at(table, issues.UNIT_ASSUMED, message, mapped.index, mapped.header, mapped.column.field)


def _at(table: Table, rule: str, message: str, index: int, header: str, field: str | None) -> Issue:
    """An information at a column's header."""
    row = table.band.last - 1
    cell, row_no = table.sheet.cell(row, index), table.sheet.row_no(row)
    return Issue(rule, issues.INFO, issues.NONE, message, table.sheet.name, cell, row_no, field, header)
