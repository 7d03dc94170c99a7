"""One sheet's table: its rows sorted, its columns read, each problem turned into an issue at its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from ingest import issues, lines
from ingest.cell_states import broken_problem, hidden_issues, take_broken
from ingest.cells import parse_column
from ingest.columns import TEXT_TYPES, Column, birth_date_of, sex_of
from ingest.context import Context
from ingest.contracts import Contract
from ingest.dates import days_from_1904
from ingest.grid import Sheet
from ingest.headers import Band, Mapped
from ingest.issues import Issue
from ingest.located import Defaults, locate, places_of
from ingest.owners import public_name
from ingest.personal import mask_any, mask_name
from ingest.personal_text import mask_cells, scrub
from ingest.places import County, Township
from ingest.proposals import Proposal
from ingest.rows import Body, columns_of, fill_blocks, fill_household_blocks, sort_rows
from ingest.series import Parsed, Written, empty_series
from ingest.text import as_text, is_blank, narrow, show

WARNINGS = frozenset({issues.BAD_PHONE, issues.BAD_ACCOUNT})
_DAY_TYPES = frozenset({"date", "date_range", "date_or_word"})
# A row's frame columns beside the raw ones
ROW, SHEET = "row_no", "sheet_no"


@dataclass
class Table:
    """One sheet read. `frame` has one row per data row, in the sheet's order, raw columns and sheet_no, row_no.

    `bad` says for each field which rows (positions in the frame) hold something unreadable or not allowed; `refused`
    which rows are refused so far; `fractions` names columns of percentages that were read as fractions; `broken` says for
    each field which rows hold no value though they are not blank.
    """

    sheet: Sheet
    band: Band
    body: Body
    frame: pl.DataFrame
    cells: dict[str, list[Any]]
    written: dict[str, Written]
    issues: list[Issue] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    bad: dict[str, set[int]] = field(default_factory=dict)
    fractions: set[str] = field(default_factory=set)
    broken: dict[str, dict[int, str]] = field(default_factory=dict)
    proposals: Counter[Proposal] = field(default_factory=Counter)

    def issue(self, rule: str, severity: str, effect: str, position: int, column: Column, message: str) -> Issue:
        """An issue at the cell of a column in a data row; where the column is missing, at the row alone."""
        mapped = self.mapped_of(column)
        row = self.body.data[position]
        value = self.cells[mapped.column.field][position] if mapped and mapped.column.field in self.cells else None
        return Issue(
            rule_id=rule,
            severity=severity,
            effect=effect,
            message=message,
            sheet=self.sheet.name,
            cell=self.sheet.cell(row, mapped.index) if mapped else None,
            row_no=self.sheet.row_no(row),
            field=column.field,
            header=mapped.header if mapped else column.header,
            value_shown=shown(column, value),
        )

    def mapped_of(self, column: Column) -> Mapped | None:
        found = self.band.mapped.get(column.field)
        if found is None:
            found = next((m for m in self.band.mapped.values() if column.field in (m.column.fields or ())), None)
        return found

    def add(self, found: Issue, position: int, field_name: str) -> None:
        self.issues.append(found)
        if found.effect == issues.ROW_REFUSED:
            self.refused.add(position)
        if found.effect != issues.NONE:
            self.bad.setdefault(field_name, set()).add(position)

    def empty(self, column: Column, positions: list[int]) -> None:
        """Takes the values of cells out of the frame: all raw columns that they filled."""
        self.blank(positions, {raw.name for raw in column.raw_columns()} & set(self.frame.columns))

    def blank(self, positions: list[int], names: Collection[str]) -> None:
        """Takes the values of some rows out of columns of the frame."""
        kept = pl.Series([True] * self.frame.height)
        kept[positions] = False
        self.frame = self.frame.with_columns(pl.when(kept).then(pl.col(name)).otherwise(None) for name in names)


def shown(column: Column, value: Any) -> str | None:
    """A cell as an issue shows it: personal values only as a mask."""
    if is_blank(value):
        return None
    if column.type == "person_name":
        return mask_name(value)
    if column.type == "person_or_body":
        return public_name(as_text(value))
    if column.is_personal:
        return mask_any(value)
    return show(scrub(as_text(value)))


def read_table(
    sheet: Sheet,
    band: Band,
    contract: Contract,
    context: Context,
    county: County | None,
    scope: Township | None,
    year: int,
    titled: Defaults,
) -> Table:
    """Read the data rows of a sheet whose header is known. `scope` is the township whose file it is, if one's, and
    `titled` the places that the table's title names."""
    body = sort_rows(sheet, band)
    misplaced = lines.settle(sheet, band, body, context.tokens)
    said = hidden_issues(sheet, band, body.data, context.reads_hidden_rows)
    if not context.reads_hidden_rows:
        body.data = [r for r in body.data if r not in sheet.hidden_rows]
    rows = body.data
    columns = columns_of(sheet, rows)
    cells = {name: columns[m.index] for name, m in band.mapped.items()}
    fill_household_blocks(contract, band, cells)
    for name, m in band.mapped.items():
        is_place = m.column.type in ("township", "village") and m.column.fill == "block"
        if is_place and not sheet.vertical_merges(m.index, band.last):
            cells[name] = fill_blocks(cells[name])
        if sheet.is_1904 and m.column.type in _DAY_TYPES:
            cells[name] = [days_from_1904(v) for v in cells[name]]
    broken = take_broken(cells) if sheet.broken else {}
    table = Table(sheet, band, body, pl.DataFrame(), cells, {}, said, broken=broken)
    _mask_numbers(table)
    series = {
        SHEET: pl.Series(SHEET, np.full(len(rows), sheet.number, dtype=np.int64)),
        ROW: pl.Series(ROW, _row_numbers(sheet, rows)),
    }
    if contract.has_village:
        series |= _place_series(table, contract, county, scope, titled)
    for name, m in band.mapped.items():
        if m.column.type in ("serial", "township", "village"):
            continue
        if m.column.type == "places":
            parsed = _places(table, m.column, cells[name], county)
        else:
            parsed = parse_column(m, cells[name], context.tokens, year, name in contract.id_fields_in_checks)
            if parsed.is_fraction:
                table.fractions.add(name)
        series |= parsed.series
        _report(table, contract, m, parsed)
    _report_blanks(table, contract, series)
    for raw in contract.raw_columns():
        if raw.name not in series:
            series[raw.name] = empty_series(raw.name, raw.sql_type, len(rows))
    names = [c.name for c in contract.raw_columns()]
    for field_name in sorted(contract.id_fields_in_checks):  # for checks alone: `to_arrow` takes the raw columns only
        for name, kind in ((sex_of(field_name), "text"), (birth_date_of(field_name), "date")):
            series.setdefault(name, empty_series(name, kind, len(rows)))
            names.append(name)
    table.frame = pl.DataFrame({name: series[name] for name in names})
    _fill_from(table, contract, county)
    _leave_out(table, misplaced)
    return table


def _mask_numbers(table: Table) -> None:
    """Mask personal numbers in every column of texts, and say so at each cell."""
    for name, mapped in table.band.mapped.items():
        if mapped.column.type in TEXT_TYPES:
            is_code = mapped.column.type == "code"
            for position, kinds in mask_cells(table.cells[name], is_code=is_code).items():
                message = f"“{mapped.header}”里像是有{kinds}，已遮盖；个人号码请填在专门的列里，不要写在这里"
                found = table.issue(issues.PERSONAL, issues.WARN, issues.NONE, position, mapped.column, message)
                table.issues.append(found)


def _leave_out(table: Table, misplaced: lines.Misplaced) -> None:
    """Refuse the rows whose cells may stand in the wrong columns: of what they hold nothing is read, and nothing else is
    said."""
    sheet = table.sheet
    if sheet.lines is not None:
        numbers = {found.row_no for found in table.issues if found.cell and found.severity == issues.ERROR}
        misplaced.add_moved(r for r in table.body.data if sheet.row_no(r) in numbers)
    positions = [i for i, r in enumerate(table.body.data) if r in misplaced.data]
    if positions:
        numbers = {sheet.row_no(table.body.data[i]) for i in positions}
        table.issues = [found for found in table.issues if found.row_no not in numbers]
        table.refused |= set(positions)
        for name in table.band.fields():
            table.bad.setdefault(name, set()).update(positions)
        for written in table.written.values():
            written.readable[positions] = False
        table.blank(positions, [name for name in table.frame.columns if name not in (ROW, SHEET)])
    found = [(r, issues.ERROR, issues.ROW_REFUSED, sentence) for r, sentence in misplaced.data.items()]
    found += [(r, issues.WARN, issues.NONE, sentence) for r, sentence in misplaced.totals.items()]
    if not lines.ends_in_a_whole_line(sheet):
        sentence = "文件末行没有换行，看不出最后一格是否完整，请核对末行"
        table.issues.append(Issue(issues.NO_LINE_END, issues.INFO, issues.NONE, sentence))
    table.issues += [
        Issue(issues.OTHER_WIDTH, severity, effect, sentence, sheet.name, sheet.cell(r, 0), sheet.row_no(r))
        for r, severity, effect, sentence in found
    ]


def _row_numbers(sheet: Sheet, rows: list[int]) -> np.ndarray:
    if sheet.places is None:
        return np.array(rows, dtype=np.int64) + 1
    return np.array([sheet.row_no(r) for r in rows], dtype=np.int64)


def _place_series(
    table: Table, contract: Contract, county: County | None, scope: Township | None, titled: Defaults
) -> dict[str, pl.Series]:
    rows, band = table.body.data, table.band
    kinds = {c.type: c for c in contract.columns if c.type in ("township", "village")}
    blank = [""] * len(rows)
    townships = table.cells.get(kinds["township"].field, blank)
    villages = table.cells.get(kinds["village"].field, blank)
    defaults = _defaults(table, county, scope, titled, kinds["village"].field not in band.mapped)
    located = locate(townships, villages, defaults, county, scope)
    for column in kinds.values():
        _report_broken(table, column, column)
    table.proposals += located.proposals
    for position, what, (code, sentence) in located.problems:
        column = kinds[what]
        if any(position in table.broken.get(c.field, ()) for c in kinds.values()):
            continue  # what is wrong with the row's place has been said
        severity, effect = issues.ERROR, issues.ROW_REFUSED
        table.add(table.issue(code, severity, effect, position, column, sentence), position, column.field)
    named = {
        "township_name": located.township_name, "township_code": located.township_code,
        "village_name": located.village_name, "village_code": located.village_code,
    }  # fmt: skip
    found = {name: pl.Series(name, values, dtype=pl.String) for name, values in named.items()}
    found["part_code"] = found["township_code"].alias("part_code")
    return found


def _defaults(
    table: Table, county: County | None, scope: Township | None, titled: Defaults, needs_village: bool
) -> list[Defaults]:
    """Per data row: the township of the section above it, else of the sheet's name, else of the table's title; the
    village of the sheet's name or the title."""
    rows = table.body.data
    if county is None:
        return [Defaults()] * len(rows)
    township = county.township(table.sheet.name) or titled.township or scope
    village = None
    if needs_village:
        village = county.village(table.sheet.name, scope.code if scope else None) or titled.village
        township = county.townships[village.township_code] if village else township
    base = Defaults(township, village)
    marks = [(r, county.township(text.partition("(")[0])) for r, text in table.body.sections]
    marks = [(r, found) for r, found in marks if found is not None]
    if not marks:
        return [base] * len(rows)
    found, here, next_mark = [], base, 0
    for r in rows:
        while next_mark < len(marks) and marks[next_mark][0] < r:
            here, next_mark = Defaults(marks[next_mark][1], village), next_mark + 1
        found.append(here)
    return found


def _places(table: Table, column: Column, texts: list[Any], county: County | None) -> Parsed:
    found = places_of(texts, county)
    table.proposals += found.proposals
    shown_texts = [as_text(t) or None for t in texts]
    return Parsed(
        {
            column.field: pl.Series(column.field, shown_texts, dtype=pl.String),
            "village_codes": pl.Series("village_codes", found.village_codes, dtype=pl.String),
            "township_codes": pl.Series("township_codes", found.township_codes, dtype=pl.String),
        },
        found.problems,
    )


def _report(table: Table, contract: Contract, mapped: Mapped, parsed: Parsed) -> None:
    """The problems of a column's cells as issues; a pair's fall on its first field's requirements."""
    column = mapped.column
    judged = contract.by_field[column.fields[0]] if column.fields else column
    if parsed.written is not None:
        table.written[column.field] = parsed.written
    _report_broken(table, column, judged)
    for position, (code, sentence) in parsed.problems:
        severity, effect = effect_of(judged, code)
        table.add(table.issue(code, severity, effect, position, column, sentence), position, column.field)
        for name in column.fields or ():
            table.bad.setdefault(name, set()).add(position)


def _report_broken(table: Table, column: Column, judged: Column) -> None:
    """C11 or C12 for each cell of a column that has no value though it is not blank."""
    for position, text in table.broken.get(column.field, {}).items():
        code, sentence = broken_problem(text)
        severity, effect = effect_of(judged, code)
        found = table.issue(code, severity, effect, position, column, sentence)
        table.add(replace(found, value_shown=text), position, column.field)
        for name in column.fields or ():
            table.bad.setdefault(name, set()).add(position)


def effect_of(column: Column, code: str) -> tuple[str, str]:
    """Severity of a cell's problem, and what it costs: its row where the column is needed, key or money."""
    if code == issues.PLACE_UNKNOWN:
        return issues.WARN, issues.NONE
    if code in WARNINGS:
        return issues.WARN, issues.CELL_EMPTIED
    return issues.ERROR, issues.ROW_REFUSED if column.refuses_row else issues.CELL_EMPTIED


def _report_blanks(table: Table, contract: Contract, series: dict[str, pl.Series]) -> None:
    """C01 for every blank cell that a row needs; not for columns that the sheet does not have."""
    filled_elsewhere = {f["field"] for f in contract.fill_from}
    for column in contract.columns:
        if column.required not in ("recognise", "row") or column.type in ("township", "village"):
            continue
        if table.mapped_of(column) is None:
            continue
        nothing = np.ones(len(table.body.data), dtype=bool)
        for name in column.blank_without:
            nothing &= series[name].is_null().to_numpy()
        blank = np.flatnonzero(nothing)
        known_bad = table.bad.get(column.field, set())
        for position in (int(p) for p in blank):
            if position in known_bad or (column.field in filled_elsewhere and _fills(table, contract, position)):
                continue
            found = table.issue(
                issues.BLANK, issues.ERROR, issues.ROW_REFUSED, position, column, f"{column.header}没有填写"
            )
            table.add(found, position, column.field)


def _fills(table: Table, contract: Contract, position: int) -> bool:
    for fill in contract.fill_from:
        source = table.cells.get(fill["from"])
        if source is not None and not is_blank(source[position]) and not _is_place(table, source[position]):
            return True
    return False


def _is_place(table: Table, value: Any) -> bool:
    """Whether a text names a place: one of the county's (looked up before), or by its last character."""
    return narrow(as_text(value)).endswith(("村", "社区", "镇", "乡", "街道", "组", "社", "委会", "县", "区"))


def _fill_from(table: Table, contract: Contract, county: County | None) -> None:
    """Take a blank cell's text from the column that the contract names, and say so."""
    for fill in contract.fill_from:
        target, source = contract.by_field[fill["field"]], fill["from"]
        if source not in table.cells or target.field not in table.band.mapped:
            continue
        taken: dict[int, str] = {}
        for position, value in enumerate(table.cells[target.field]):
            text = as_text(table.cells[source][position])
            if not is_blank(value) or is_blank(text) or position in table.bad.get(target.field, ()):
                continue
            if _is_place(table, text) or (county is not None and county.village(text, None) is not None):
                continue
            taken[position] = text
            message = f"{target.header}为空，按同一行“{table.band.mapped[source].header}”栏的文字读入"
            table.issues.append(
                table.issue(issues.TAKEN_FROM_NEIGHBOUR, issues.INFO, issues.NONE, position, target, message)
            )
        if taken:
            _change(table, target.field, taken)
            _forget_places(table, source, taken)


def _forget_places(table: Table, source: str, positions: Collection[int]) -> None:
    """The texts were no places after all: neither the places nor the warnings about them stay."""
    _change(table, source, dict.fromkeys(positions))
    numbers = {table.sheet.row_no(table.body.data[position]) for position in positions}
    table.issues = [
        i for i in table.issues if not (i.field == source and i.rule_id == issues.PLACE_UNKNOWN and i.row_no in numbers)
    ]


def _change(table: Table, name: str, values: Mapping[int, str | None]) -> None:
    column = table.frame[name].to_list()
    for position, value in values.items():
        column[position] = value
    table.frame = table.frame.with_columns(pl.Series(name, column, dtype=pl.String))
