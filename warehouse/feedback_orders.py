"""What goes back to the counties: of each submission that has something to correct, all that its workbook says.

Three kinds of findings come together: the issues of its reading in force, what contradicts another form (in the published
`mart_cross_checks`, on either side), and what the gate holds it back for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row

from ingest import demonstration, issues
from ingest.contracts import Contract, load_all
from ingest.issues import Issue
from ingest.places import Gazetteer
from ingest.returned import number_of
from ingest.text import cell_place
from warehouse.clock import ZONE
from workbooks.annotated.findings import Finding, Order, Total, finding_of
from workbooks.safe_text import for_file_name

Connection = psycopg.Connection[Any]
OUTCOMES = {"loaded": "accepted", "partly": "partly", "refused": "refused"}

# A refused file that is gone is asked for no more after this long: its county has taken it back.
GRACE = "7 days"

# The reading in force of each submission that no later one has taken the place of; or of the one that is asked for, whatever
# became of it. Renamed, moved or sent again, the same bytes are one file, which goes back under the number that it had first.
# What was accepted counts in the figures wherever its file is by now, so it stays due; what was refused does so as long as
# its file lies in a landing folder, or was not long ago. Other bytes at its path take its place.
_OPEN = """
    with latest as (
        select r.* from ops.readings_now n join ops.readings r using (reading_id)
    ),
    accepted as (
        select * from latest where outcome in ('loaded', 'partly')
    ),
    newest as (
        select form, county_code, period, scope_code, max(submission_id) as submission_id
        from accepted group by form, county_code, period, scope_code
    ),
    corrected as (
        select c.sha256, r.form, r.county_code, r.period, max(a.submission_id) as by_submission_id
        from accepted a
        join ops.submissions c on c.submission_id = a.corrects_submission_id
        join latest r on r.submission_id = c.submission_id
        group by 1, 2, 3, 4
    ),
    open as (
        select s.submission_id, s.path, s.sha256, s.received_at, l.reading_id, l.outcome, l.form,
               coalesce(l.county_code, s.folder_county_code) as county_code, l.period, l.period_start, l.period_end,
               l.scope_code, l.refusal_code, l.refusal, l.rows_read, l.rows_accepted, l.rows_refused,
               coalesce(l.layout, '{}') as layout, coalesce(l.totals, '{}') as totals
        from latest l
        join ops.submissions s using (submission_id)
        left join newest own on (own.form, own.county_code, own.period, own.scope_code)
                              = (l.form, l.county_code, l.period, l.scope_code)
        left join newest whole on (whole.form, whole.county_code, whole.period, whole.scope_code)
                                = (l.form, l.county_code, l.period, l.county_code)
        where l.outcome <> 'unchanged'
          and case when %(submission)s::bigint is not null then s.submission_id = %(submission)s
              else coalesce(greatest(own.submission_id, whole.submission_id), 0) <= s.submission_id
               and exists (select from ops.landing_files f where f.sha256 = s.sha256
                           and (f.gone_at is null or l.outcome <> 'refused'
                                or f.gone_at > clock_timestamp() - %(grace)s::interval))
               and not exists (select from corrected c where c.sha256 = s.sha256 and c.by_submission_id > s.submission_id
                               and (c.form, c.county_code, c.period)
                                   is not distinct from (l.form, l.county_code, l.period))
              end
    ),
    firsts as (
        select distinct on (sha256, form, county_code, period, scope_code) *
        from open order by sha256, form, county_code, period, scope_code, submission_id
    )
    select submission_id, path, sha256, received_at, reading_id, outcome, form, county_code, period, period_start,
           period_end, refusal_code, refusal, rows_read, rows_accepted, rows_refused, layout, totals
    from firsts
    where %(county)s::text is null or county_code = %(county)s
    order by submission_id
"""


@dataclass(frozen=True)
class Submission:
    """A submission and its reading in force."""

    submission_id: int
    path: str
    sha256: str
    received_at: Any
    reading_id: int
    outcome: str
    form: str | None
    county_code: str | None
    period: str | None
    period_start: Any
    period_end: Any
    refusal_code: str | None
    refusal: str | None
    rows_read: int
    rows_accepted: int
    rows_refused: int
    layout: dict[str, Any]
    totals: dict[str, Any]

    def sheet_name(self, number: int | None) -> str | None:
        return next((s["sheet"] for s in self.layout.get("sheets", ()) if s["sheet_no"] == number), None)

    def first_column(self, sheet: str | None) -> int:
        """The first column (from 0) of a sheet's table: where a row is marked that is wrong as a whole."""
        names = [
            c["column"] for s in self.layout.get("sheets", ()) if s["sheet"] == sheet for c in s["columns"].values()
        ]
        return min((cell_place(f"{name}1")[1] for name in names), default=0)


@dataclass(frozen=True)
class Return:
    """A workbook that is due: the submission that it goes back for, where it belongs, what it says."""

    submission: Submission
    path: str
    order: Order


def due(
    conn: Connection,
    places: Gazetteer,
    gate_digest: str,
    *,
    submission: int | None = None,
    county: str | None = None,
) -> list[Return]:
    """The workbooks that are due, by submission; those of one submission or one county where asked for.

    A submission of which nothing more than information is to be said needs none.
    """
    with conn.cursor(row_factory=class_row(Submission)) as cursor:
        found = cursor.execute(_OPEN, {"submission": submission, "county": county, "grace": GRACE}).fetchall()
    contracts = load_all()
    numbers = [s.reading_id for s in found]
    said, held = _issues(conn, numbers), _holds(conn, numbers, gate_digest)
    crossed = _cross_findings(conn, {s.reading_id: s for s in found})
    notes = [("演示数据", demonstration.NOTE)] if demonstration.since(conn) else []
    returns = []
    for s in found:
        contract = contracts.get(s.form or "")
        findings = [*held[s.reading_id]]
        findings += [finding_of(issue, contract, s.first_column(issue.sheet)) for issue in said[s.reading_id]]
        findings += crossed[s.reading_id]
        if s.outcome == "refused" or any(f.severity != issues.INFO for f in findings):
            returns.append(_return(s, contract, places, findings, held[s.reading_id], notes))
    return returns


def _issues(conn: Connection, readings: Sequence[int]) -> dict[int, list[Issue]]:
    found: dict[int, list[Issue]] = defaultdict(list)
    rows = conn.execute(
        "select reading_id, rule_id, severity, effect, message, sheet, cell, row_no, field, header, value_shown "
        "from ops.issues where reading_id = any(%s) order by issue_id",
        (list(readings),),
    )
    for reading, *values in rows:
        found[reading].append(Issue(*values))
    return found


def _holds(conn: Connection, readings: Sequence[int], gate_digest: str) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    rows = conn.execute(
        "select distinct h.reading_id, h.rule_id, h.sentence from ops.gate_holds h join ops.readings r using (reading_id) "
        "left join ops.publications p on p.publication_id = h.publication_id "
        "where h.reading_id = any(%s) and h.gate_digest = %s and coalesce(p.kind, 'nightly') = 'nightly' "
        "and not ops.choice_changed(r.form, r.county_code, p.known_until, clock_timestamp()) order by h.rule_id",
        (list(readings), gate_digest),
    )
    for reading, rule, sentence in rows:
        found[reading].append(Finding(sentence, issues.ERROR, issues.FILE_REFUSED, rule))
    return found


def _cross_findings(conn: Connection, submissions: dict[int, Submission]) -> dict[int, list[Finding]]:
    """What contradicts another form, at the row that it names; nothing where no publication has been built."""
    found: dict[int, list[Finding]] = defaultdict(list)
    if conn.execute("select to_regclass('marts.mart_cross_checks')").fetchone() == (None,):
        return found
    rows = conn.execute(
        """
        select reading_id, sheet_no, row_no, rule_id, severity, sentence, other_form
        from marts.mart_cross_checks where reading_id = any(%(readings)s)
        union
        select other_reading_id, other_sheet_no, other_row_no, rule_id, severity, sentence, form
        from marts.mart_cross_checks where other_reading_id = any(%(readings)s)
        order by 1, 2, 3, 4, 6
        """,
        {"readings": list(submissions)},
    )
    titles = {contract.name: contract.title for contract in load_all().values()}
    for reading, sheet_no, row_no, rule, severity, sentence, form in rows:
        sheet = submissions[reading].sheet_name(sheet_no)
        row = row_no - 1 if row_no is not None and sheet is not None else None
        column = submissions[reading].first_column(sheet) if row is not None else None
        found[reading].append(
            Finding(sentence, severity, issues.NONE, rule, sheet, row, column, f"对照：{titles.get(form, form)}")
        )
    return found


def _return(
    s: Submission,
    contract: Contract | None,
    places: Gazetteer,
    findings: list[Finding],
    held: list[Finding],
    notes: list[tuple[str, str]],
) -> Return:
    county = places.counties.get(s.county_code or "")
    title = contract.title if contract else "表单未认出"
    facts = [
        *notes,
        ("报送文件", s.path),
        ("报送县", f"{county.name}（{county.code}）" if county else "未认出"),
        ("表单", f"{title}（{contract.form_id}）" if contract else title),
        ("报告期", f"{s.period}（{s.period_start} 至 {s.period_end}）" if s.period else "未认出"),
        ("收到日期", f"{s.received_at.astimezone(ZONE):%Y-%m-%d}"),
        ("行数", f"读到 {s.rows_read:,} 行，采用 {s.rows_accepted:,} 行，退回 {s.rows_refused:,} 行"),
    ]
    verdict, tone = _verdict(s, findings, held)
    order = Order(
        number=number_of(s.submission_id),
        title=f"{county.name if county else ''}　{title}".strip(),
        facts=facts,
        verdict=verdict,
        tone=tone,
        findings=findings,
        totals=list(_totals(s)),
        is_bare=s.refusal_code == issues.UNREADABLE,
    )
    return Return(s, _path(s, county.code + "-" + county.name if county else "", title if contract else ""), order)


def _verdict(s: Submission, findings: list[Finding], held: list[Finding]) -> tuple[str, str]:
    if s.outcome == "refused":
        return f"整份退回：{s.refusal}", "refused"
    if held:
        return f"没有通过校验，暂用上一次合格的数据：{'；'.join(f.message for f in held)}", "refused"
    if s.outcome == "partly":
        return f"部分采用：{s.rows_refused:,} 行有误，没有计入；其余 {s.rows_accepted:,} 行已计入", "partly"
    count = sum(f.severity != issues.INFO for f in findings)
    return f"全部 {s.rows_accepted:,} 行已计入；有 {count:,} 处请改正或核对", "accepted"


def _totals(s: Submission) -> Iterator[Total]:
    for total in s.totals.get("stated", ()):
        if not total["agrees"]:
            yield Total(total["sheet"], *cell_place(total["cell"]), total["label"], total["header"],
                        total["stated_text"], total["computed_text"])  # fmt: skip


def _path(s: Submission, county: str, title: str) -> str:
    """Where the workbook lies below the folder of all; of the county's file name no more than what is harmless."""
    name = title or for_file_name(s.path.rpartition("/")[2].partition(".")[0]) or "报表"
    parts = (for_file_name(county) or "未认出县", for_file_name(s.period or "") or "未认出报告期", for_file_name(name))
    return f"{'/'.join(parts)}-{s.submission_id}.xlsx"
