"""Bytes of one file to typed rows and issues: the pure middle of ingest. No database, no files, no clock.

`read` never raises for what a county sent: every outcome is a `ReadResult`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from ingest import checks, issues, totals
from ingest.arrow import to_arrow
from ingest.column_issues import column_issues
from ingest.context import Context
from ingest.contracts import Contract
from ingest.formats import open_sheets, properties, remarks
from ingest.forms import Candidate, choose, missing_sentence, weigh
from ingest.grid import Sheet
from ingest.issues import Issue, Refusal
from ingest.located import Defaults
from ingest.marks import Mark, take_mark, version_issues
from ingest.person_names import mask_names
from ingest.places import County, Township
from ingest.proposals import as_rows
from ingest.recognise import Heading, Period, Where, batch_of, day_of, period_of, place_in_title, townships_in, where_of
from ingest.returned import take_out
from ingest.screen import heading_issues, mask_texts, name_issues
from ingest.table import Table, read_table
from ingest.text import cell_name


@dataclass
class ReadResult:
    """What one file was read as.

    `rows` are the accepted rows in the raw table's column order, without reading_id; `parts` counts them by the part of
    the scope they belong to, zeros included. `totals` holds the stated totals and the sums per column; `layout` leads
    from a column back to its cells; `proposals` say what unknown names of places may mean (`proposals.as_rows`).
    `corrects` is the submission that the file's 退改编号 names.
    """

    outcome: str = "refused"
    form: str | None = None
    county_code: str | None = None
    scope_code: str | None = None
    period: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    snapshot_day: date | None = None
    parts: dict[str, int] = field(default_factory=dict)
    rows: pa.Table | None = None
    issues: list[Issue] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)
    totals: dict[str, Any] = field(default_factory=dict)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    rows_read: int = 0
    rows_accepted: int = 0
    rows_refused: int = 0
    refusal_code: str | None = None
    refusal: str | None = None
    corrects: int | None = None

    def refuse(self, code: str, sentence: str) -> None:
        """Refuse the whole file; the rows go, the issues stay."""
        self.outcome, self.refusal_code, self.refusal = "refused", code, sentence
        self.issues.insert(0, Issue(code, issues.ERROR, issues.FILE_REFUSED, sentence))
        self.rows, self.parts = None, {}


def read(data: bytes, name: str, *, folder_county: str | None, context: Context) -> ReadResult:
    """Read one file.

    Args:
        data: its bytes.
        name: its path below the landing folder, with `/`; the names of file and folders are asked last.
        folder_county: code of the county whose folder it lies in, None where there is none.
        context: contracts, places, standards, token key.
    """
    result = ReadResult(county_code=folder_county if folder_county in context.places.counties else None)
    try:
        sheets, custom = open_sheets(data), properties.custom(data)
        mark, sheets = take_mark(custom, sheets)
        sheets, result.corrects, result.issues = take_out(custom, sheets)
        result.issues += name_issues(name, sheets)
        result.issues += [Issue(issues.NOT_LOOKED_AT, issues.INFO, issues.NONE, text) for text in remarks(data)]
        _Reading(name, folder_county, context, result, mark).run(sheets)
    except Refusal as refusal:
        result.form = result.form or refusal.form
        result.refuse(refusal.code, refusal.sentence)
    mask_texts(result)
    return result


class _Reading:
    """The steps of reading one file; each fills in what it learns, so that a refusal keeps what was known."""

    def __init__(
        self, name: str, folder_county: str | None, context: Context, result: ReadResult, mark: Mark | None
    ) -> None:
        self.name, self.context, self.result, self.mark = name, context, result, mark
        self.folder = context.places.counties.get(folder_county or "")
        self.marked = context.places.counties.get(mark.county) if mark else None

    def run(self, sheets: list[Sheet]) -> None:
        sheets = self._usable(sheets)
        candidates = weigh(sheets, self.name, self.context.contracts, self.mark.form if self.mark else None)
        told = self._told([*candidates[0].headings.values()]).county
        self.result.county_code = told.code if told else None  # for the refusal of what is no form
        candidate = choose(candidates, sheets)
        candidate.split()
        contract = candidate.contract
        self.result.form = contract.name
        self.result.issues += version_issues(self.mark, contract)
        where = self._where(candidate)
        period = self._period(candidate)
        chosen = self._sheets(candidate, where.county)
        scope = where.township
        year = period.end.year if period else 0
        tables = [
            read_table(
                sheet, candidate.bands[sheet.number], contract, self.context, where.county, scope, year,
                _titled(candidate, sheet, where.county),
            )
            for sheet in chosen
        ]  # fmt: skip
        if not any(t.body.data for t in tables):
            raise Refusal(issues.NO_ROWS, f"《{contract.title}》只有表头，没有数据行")
        if scope is None and where.county is not None:
            scope = self._township_of_file_name(tables, contract, where.county)
        self.result.issues += column_issues(contract, tables) + heading_issues(tables)
        mask_names(contract, tables)
        self._finish(contract, tables, where.county, scope, year)

    def _usable(self, sheets: list[Sheet]) -> list[Sheet]:
        """Visible sheets with content; hidden ones are left out, and that is said."""
        filled = [s for s in sheets if not s.is_empty()]
        hidden = [] if self.context.reads_hidden_sheets else [s for s in filled if not s.is_visible]
        usable = [s for s in filled if s not in hidden]
        for sheet in hidden:
            message = f"工作表“{sheet.name}”是隐藏的，没有读入；如需计入，请取消隐藏后重新报送"
            self.result.issues.append(Issue(issues.SHEET_SKIPPED, issues.INFO, issues.NONE, message, sheet.name))
        if not usable:
            raise Refusal(issues.NO_ROWS, "文件里没有内容" if not hidden else "文件里只有隐藏的工作表，没有可读的内容")
        return usable

    def _told(self, headings: list[Heading]) -> Where:
        """County and township as the file states them; where it is silent, the county that its mark names."""
        where = where_of(headings, self.name, self.folder, self.context.places)
        if where.county is None and not where.stated and self.marked is not None:
            where = where_of(headings, self.name, self.marked, self.context.places)
        return where

    def _where(self, candidate: Candidate) -> Where:
        headings = [candidate.headings[n] for n in candidate.bands]
        where = self._told(headings)
        others = [named for named in (where.stated, (self.marked,) if self.marked else ()) if self.folder not in named]
        if self.folder is not None and any(others):
            self.result.county_code = self.folder.code
            stated = "、".join(c.spoken for c in next(filter(None, others)))
            raise Refusal(
                issues.OTHER_COUNTY, f"表里写的是{stated}，却放在{self.folder.spoken}的文件夹里，请核对后重新报送"
            )
        if where.county is None:
            looked = "标题、填报单位、文件名和文件夹名"
            sentence = f"认不出是哪个县：在{looked}中都没有找到甘肃省的县（市、区）名称"
            if len(where.stated) > 1:
                sentence = f"认不出是哪个县：表里写了{'、'.join(c.spoken for c in where.stated)}"
            sentence = self.context.places.outside([*(h.whole for h in headings), self.name]) or sentence
            if self.context.needs_county:
                raise Refusal(issues.NO_COUNTY, sentence)
            self.result.issues.append(
                Issue(issues.NO_COUNTY, issues.ERROR, issues.FILE_REFUSED, sentence + "；报送时会整份退回")
            )
        else:
            self.result.county_code = where.county.code
            self.result.scope_code = where.township.code if where.township else where.county.code
        return where

    def _period(self, candidate: Candidate) -> Period | None:
        names = [s.name for s in candidate.sheets if s.number in candidate.bands]
        headings = [candidate.headings[n] for n in candidate.bands]
        period = period_of(headings, names, self.name, self.mark.period if self.mark else None)
        if period is None:
            sentence = "认不出报告期：标题、副标题、文件名中都没有写明年份或月份，如“2020年6月”"
            if self.context.needs_county:
                raise Refusal(issues.NO_PERIOD, sentence)
            self.result.issues.append(
                Issue(issues.NO_PERIOD, issues.ERROR, issues.FILE_REFUSED, sentence + "；报送时会整份退回")
            )
        else:
            self.result.period, self.result.period_start, self.result.period_end = period.text, period.start, period.end
            self.result.snapshot_day = _snapshot_day(candidate.contract, period, day_of(headings))
            self._batch(candidate.contract, batch_of(headings, names, self.name))
        return period

    def _batch(self, contract: Contract, batch: int | None) -> None:
        """Batches of events add up under periods of their own; of a stock the one sent last would hide the others."""
        if batch is None:
            return
        if contract.period == "events":
            self.result.period = f"{self.result.period}第{batch}批"
            return
        message = f"标题写的是第{batch}批；本表每次报送全部内容，各批请合在一张表里，分开报送的以最后一份为准"
        self.result.issues.append(Issue(issues.ONE_BATCH_ALONE, issues.INFO, issues.NONE, message))

    def _sheets(self, candidate: Candidate, county: County | None) -> list[Sheet]:
        """The sheets that hold the form; one that looks like it but lacks a needed column refuses the file."""
        chosen, most = [], candidate.fields
        for sheet in candidate.sheets:
            band = candidate.bands.get(sheet.number)
            fields = len(band.fields()) if band else 0
            missing = candidate.missing(sheet.number) if band else []
            lacks_village = band and any(c.type == "village" for c in band.missing(candidate.contract, "recognise"))
            named = county is None or county.village(sheet.name, None) or _titled(candidate, sheet, county).village
            if lacks_village and not missing and not named:
                missing = [c for c in candidate.contract.columns if c.type == "village"]
            if band and not missing and fields >= min(most, 3):
                chosen.append(sheet)
            elif band and missing and fields * 2 > most:
                candidate.named.discard(sheet.number)
                raise Refusal(issues.NO_COLUMN, f"工作表“{sheet.name}”：{missing_sentence(candidate, [sheet])}")
            else:
                message = f"工作表“{sheet.name}”不像《{candidate.contract.title}》，没有读入"
                self.result.issues.append(Issue(issues.SHEET_SKIPPED, issues.INFO, issues.NONE, message, sheet.name))
        return chosen

    def _township_of_file_name(self, tables: list[Table], contract: Contract, county: County) -> Township | None:
        """The township in the file's own name, where all its rows lie in that township."""
        named = townships_in(self.name.rpartition("/")[2], county)
        if len(named) != 1 or not contract.has_village:
            return None
        codes = {c for t in tables for c in t.frame["township_code"].drop_nulls().to_list()}
        if codes != {named[0].code}:
            return None
        self.result.scope_code = named[0].code
        return named[0]

    def _finish(
        self, contract: Contract, tables: list[Table], county: County | None, scope: Township | None, year: int
    ) -> None:
        """Checks over all rows, totals, and the verdict."""
        result = self.result
        offsets = np.concatenate(([0], np.cumsum([t.frame.height for t in tables]))).tolist()
        frame = pl.concat([t.frame for t in tables])
        self._check(contract, tables, frame, offsets, county, year)
        frame = pl.concat([t.frame for t in tables])
        refused = np.zeros(frame.height, dtype=bool)
        for table, offset in zip(tables, offsets, strict=False):
            result.issues += table.issues
            refused[[offset + p for p in table.refused]] = True
        stated = totals.check_totals(tables, county)
        result.issues += [s.issue() for s in stated if not s.agrees] + totals.broken_totals(tables)
        masks = [~refused[a:b] for a, b in pairwise(offsets)]
        result.totals = {"stated": [s.as_dict() for s in stated], "columns": totals.sums(tables, masks)}
        result.layout = {"sheets": [_layout(t) for t in tables]}
        result.proposals = as_rows(sum((t.proposals for t in tables), Counter()))
        result.issues = sorted(result.issues, key=_order)
        result.rows_read, result.rows_refused = frame.height, int(refused.sum())
        result.rows_accepted = result.rows_read - result.rows_refused
        result.outcome = "partly" if result.rows_refused else "loaded"
        accepted = _with_parts(frame.filter(pl.Series(~refused)), contract, county, scope)
        result.parts = _parts(accepted, county, scope)
        result.rows = to_arrow(accepted, contract)
        if result.rows_refused > self.context.refused_share_limit * result.rows_read:
            share = round(100 * result.rows_refused / result.rows_read)
            sentence = f"{result.rows_read} 行中有 {result.rows_refused} 行（{share}%）有误，超过界限，整份退回，请按下列问题改正后重新报送"
            result.rows_accepted, result.rows_refused = 0, result.rows_read
            result.refuse(issues.TOO_MANY_REFUSED, sentence)

    def _check(
        self,
        contract: Contract,
        tables: list[Table],
        frame: pl.DataFrame,
        offsets: list[int],
        county: County | None,
        year: int,
    ) -> None:
        bad: dict[str, set[int]] = {}
        for table, offset in zip(tables, offsets, strict=False):
            for name, positions in table.bad.items():
                bad.setdefault(name, set()).update(offset + p for p in positions)
        present = set.union(*(t.band.fields() for t in tables))
        rows = checks.Rows(frame, contract, self.context, county.code if county else None, year, bad, present)
        emptied: dict[tuple[int, str], list[int]] = {}
        for check in (*contract.row_checks, *contract.group_checks):
            column = _column_at(contract, check["at"])
            for finding in checks.run(check, rows):
                number = int(np.searchsorted(offsets, finding.position, side="right")) - 1
                table, position = tables[number], finding.position - offsets[number]
                message = checks.sentence(check, finding, rows)
                found = table.issue(check["rule"], check["severity"], check["effect"], position, column, message)
                table.issues.append(found)
                if check["effect"] == issues.ROW_REFUSED:
                    table.refused.add(position)
                elif check["effect"] == issues.CELL_EMPTIED:
                    emptied.setdefault((number, column.field), []).append(position)
        for (number, name), where in emptied.items():
            tables[number].empty(contract.by_field[name], where)


def _titled(candidate: Candidate, sheet: Sheet, county: County | None) -> Defaults:
    return Defaults(*place_in_title(candidate.headings[sheet.number], county)) if county else Defaults()


def _column_at(contract: Contract, name: str) -> Any:
    """The column that a raw name belongs to (head_id_token belongs to head_id)."""
    if name in contract.by_field:
        return contract.by_field[name]
    return next(c for c in contract.columns if name in {r.name for r in c.raw_columns()})


def _with_parts(frame: pl.DataFrame, contract: Contract, county: County | None, scope: Township | None) -> pl.DataFrame:
    code = county.code if county else ""
    part = (
        pl.col("part_code").fill_null(code)
        if contract.has_village and scope is None
        else pl.lit(scope.code if scope else code)
    )
    return frame.with_columns(county_code=pl.lit(code), part_code=part)


def _parts(frame: pl.DataFrame, county: County | None, scope: Township | None) -> dict[str, int]:
    """Accepted rows by part: one township for a township's file, else every township of the county and the county."""
    if county is None:
        return {}
    counts: dict[str, int] = dict(frame["part_code"].value_counts().iter_rows())
    codes = [scope.code] if scope else [county.code, *county.townships]
    return {code: counts.get(code, 0) for code in codes}


def _snapshot_day(contract: Contract, period: Period, stated: date | None) -> date | None:
    """The day that a snapshot stands for, within its year: the one that it states, else its period's last. None where it
    names a year only: it stands for the day on which it was received. Events stand for their whole period."""
    if contract.period == "events":
        return period.end
    if stated is not None:
        return min(max(stated, period.start), date(period.end.year, 12, 31))
    return None if period.is_year else period.end


def _layout(table: Table) -> dict[str, Any]:
    """Where a table's figures stand: enough to lead from a raw row and column to its cell. Of cards, cell by cell."""
    sheet, mapped = table.sheet, sorted(table.band.mapped.items(), key=lambda item: item[1].index)
    found: dict[str, Any] = {
        "sheet": sheet.name,
        "sheet_no": sheet.number,
        "header_rows": None if sheet.places else [table.band.first + 1, table.band.last],
        "rows": len(table.body.data),
        "kinds": table.body.counts(),
        "columns": {
            name: {"column": cell_name(0, m.index)[:-1], "header": m.header, "unit": m.unit} for name, m in mapped
        },
    }
    if sheet.places is not None:
        found["cells"] = {
            str(sheet.row_no(row)): {name: sheet.cell(row, m.index) for name, m in mapped} for row in table.body.data
        }
    return found


def _order(issue: Issue) -> tuple[int, str, int, str]:
    return (0 if issue.effect == issues.FILE_REFUSED else 1, issue.sheet or "", issue.row_no or 0, issue.cell or "")
