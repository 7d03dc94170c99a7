"""The report of a run: collected once from ``ops`` and the published marts when the run ends, and kept in ``ops.runs``.

It is whole: lists are never cut here, so that counts and lists agree. `warehouse.report_text` shows it to people.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row

from ingest import demonstration
from warehouse import decided, disk, holds, withdrawals
from warehouse.settings import Settings

Connection = psycopg.Connection[Any]
Report = dict[str, Any]
Row = dict[str, Any]
# What the report says of a hold; `longcang why` says the rest.
HOLD = (
    "county_code",
    "county_name",
    "form",
    "form_name",
    "path",
    "rule_id",
    "sentence",
    "publication_id",
    "since_date",
)
WARNING = ("suite", "rule_id", "title", "county_code", "county_name", "form", "violations", "sentence")


def kept(conn: Connection, run_id: str) -> Report | None:
    """The report that a run ended with; None where it has not ended, or never was."""
    row = conn.execute("select report from ops.runs where run_id = %s", (run_id,)).fetchone()
    return row[0] if row else None


def newest(conn: Connection) -> str | None:
    """The newest run that has a report; None before the first."""
    row = conn.execute(
        "select run_id from ops.runs where report is not null order by started_at desc limit 1"
    ).fetchone()
    return str(row[0]) if row else None


def collect(conn: Connection, run_id: str, settings: Settings) -> Report:
    """Everything the report shows, as JSON-ready values (dates and decimals as text)."""
    report: Report = {"run_id": run_id}
    report["run"] = _one(
        conn,
        "select kind, state, as_of_date::text, started_at::text, finished_at::text, "
        "round(extract(epoch from coalesce(finished_at, clock_timestamp()) - started_at))::int as seconds "
        "from ops.runs where run_id = %(run)s",
        run=run_id,
    )
    report["publication"] = _one(
        conn,
        "select p.publication_id, p.state, p.kind, p.as_of_date::text, p.verdict, p.note, p.formed_times, "
        "p.reference_version from ops.publications p where p.run_id = %(run)s",
        run=run_id,
    )
    report["current"] = _one(
        conn,
        "select p.publication_id, p.as_of_date::text, p.published_at::text from ops.pointer c "
        "join ops.publications p using (publication_id)",
    )
    report["is_demonstration"] = demonstration.since(conn) is not None
    number = report["publication"]["publication_id"] if report["publication"] else None
    current = report["current"]["publication_id"] if report["current"] else None
    before = holds.before(conn, number) if number else current
    report["before"] = before
    report |= _steps(conn, run_id)
    report |= _files(conn, run_id)
    report |= _since(conn, run_id, number, before)
    report |= _gate(conn, number, settings)
    report["withdrawn"] = withdrawals.in_force(conn)
    pinned = decided.pin_now(conn)
    report["pin"] = pinned and {"publication_id": pinned.publication_id, "text": pinned.text}
    report["feedback"] = _one(
        conn,
        "select min(folder) as folder, count(*) filter (where sha256 is not null) as workbooks, "
        "count(*) filter (where sha256 is not null and run_id = %(run)s) as written, "
        "count(*) filter (where sha256 is null) as failed from ops.feedback",
        run=run_id,
    )
    report["targets_of"] = of = _shown(conn, run_id)
    is_own_night = of is not None and of["publication_id"] == number and of["kind"] != "restatement"
    report["targets"] = _targets(conn, of["publication_id"], before if is_own_night else None) if of else []
    report["home"] = {"path": str(settings.home), "sizes": disk.sizes(settings), "freed": 0}
    return report


def _steps(conn: Connection, run_id: str) -> Report:
    """How far the run got, and what its steps said that were not done, or not whole."""
    return {
        "unfinished": _all(
            conn,
            "select step, state, message from ops.steps where run_id = %(run)s and state <> 'done' order by started_at",
            run=run_id,
        ),
        "looked": _one(
            conn,
            "select total as found from ops.steps where run_id = %(run)s and step = 'discover' and state = 'done'",
            run=run_id,
        ),
        "feedback_trouble": _one(
            conn,
            "select message from ops.steps where run_id = %(run)s and step = 'feedback' "
            "and message like '退改工作簿没有写完%%'",
            run=run_id,
        ),
    }


def _files(conn: Connection, run_id: str) -> Report:
    """What the run read: counted by outcome and by form, and each file that was not taken whole, with its reasons."""
    counts = (
        "count(*) as files, sum(rows_read) as rows_read, sum(rows_accepted) as rows_accepted, "
        "sum(rows_refused) as rows_refused from ops.readings where run_id = %(run)s"
    )
    return {
        "files": _all(conn, f"select outcome, {counts} group by 1 order by 1", run=run_id),
        "forms": _all(
            conn,
            f"select form, {counts} and form is not null and outcome <> 'unchanged' group by 1 order by 1",
            run=run_id,
        ),
        "returned": _one(
            conn,
            "select count(*) as files from ops.readings_in_force where run_id = %(run)s and is_return",
            run=run_id,
        ),
        "waiting": _all(
            conn,
            "select w.county_code, g.region_name as county_name, count(*) as files from ops.waiting_files w "
            "left join reference.regions g on g.region_code = w.county_code and g.version_to is null "
            "where w.run_id = %(run)s group by 1, 2 order by 3 desc, 1",
            run=run_id,
        ),
        "refused": _all(
            conn,
            "select s.path, r.refusal_code as code, r.refusal as reason from ops.readings r "
            "join ops.submissions s using (submission_id) where r.run_id = %(run)s and r.outcome = 'refused' order by 1",
            run=run_id,
        ),
        "partly": _all(
            conn,
            """
            select s.path, r.rows_refused, r.rows_read,
                   coalesce((select jsonb_agg(to_jsonb(x) order by x.issues desc, x.rule_id)
                             from (select i.rule_id, count(*) as issues, min(i.message) as example from ops.issues i
                                   where i.reading_id = r.reading_id and i.effect = 'row_refused' group by 1) x), '[]')
                       as reasons
            from ops.readings r join ops.submissions s using (submission_id)
            where r.run_id = %(run)s and r.outcome = 'partly' order by r.rows_refused desc, 1
            """,
            run=run_id,
        ),
        "issues": _all(
            conn,
            "select i.rule_id, i.severity, count(*) as issues, count(distinct i.county_code) as counties, "
            "min(i.message) as example from ops.issues i join ops.readings r using (reading_id) "
            "where r.run_id = %(run)s group by 1, 2 order by 3 desc, 1",
            run=run_id,
        ),
    }


def _since(conn: Connection, run_id: str, number: int | None, before: int | None) -> Report:
    """What is otherwise than at the publication before: files read by runs that did not publish, files gone from the
    landing folder, what of it could not be looked at, and who reports newly or no longer."""
    return {
        "earlier_runs": _all(
            conn,
            """
            select r.run_id, coalesce(u.state, 'failed') as state, count(*) as files, sum(r.rows_accepted) as rows_accepted
            from ops.readings r left join ops.runs u on u.run_id = r.run_id
            where r.run_id <> %(run)s and r.outcome <> 'unchanged'
              and r.known_at > coalesce((select known_until from ops.publications where publication_id = %(before)s),
                                        '-infinity')
              and r.known_at <= (select coalesce(finished_at, 'infinity') from ops.runs where run_id = %(run)s)
            group by 1, 2 order by min(r.known_at)
            """,
            run=run_id,
            before=before,
        ),
        "gone": _all(
            conn,
            "select f.path, (select min(p.path) from ops.landing_files p where p.landing = f.landing and p.sha256 = f.sha256 "
            "and p.gone_at is null) as now_at "
            "from ops.landing_files f join ops.runs u on u.run_id = %(run)s and u.kind in ('nightly', 'trial') "
            "where f.gone_at between u.started_at and coalesce(u.finished_at, clock_timestamp()) order by 1",
            run=run_id,
        ),
        "accepted": _one(
            conn,
            "select decided_by, reason from ops.decisions where kind = 'accept_missing' and subject ->> 'run_id' = %(run)s",
            run=run_id,
        ),
        "troubles": _all(
            conn,
            "select path, kind, problem, n_files from ops.landing_troubles where run_id = %(run)s order by kind, path",
            run=run_id,
        ),
        "newly_reporting": _only_in(conn, number, before),
        "newly_missing": _only_in(conn, before, number),
    }


def _only_in(conn: Connection, one: int | None, other: int | None) -> list[Row]:
    """Who reports which form in one publication and not in the other; nothing where one of them is not there to compare."""
    return _all(
        conn,
        """
        select p.form, p.county_code, g.region_name as county_name
        from (select form, county_code from ops.publication_parts where publication_id = %(one)s
              except select form, county_code from ops.publication_parts where publication_id = %(other)s) p
        left join reference.regions g on g.region_code = p.county_code and g.version_to is null
        where exists (select from ops.publication_parts where publication_id = %(one)s)
          and exists (select from ops.publication_parts where publication_id = %(other)s)
        order by 2, 1
        """,
        one=one,
        other=other,
    )


def _gate(conn: Connection, number: int | None, settings: Settings) -> Report:
    """What the gate said of the run's publication, and what it still keeps out from earlier ones."""
    from expectations import gate

    digest, pages = gate.digest(), settings.data_docs
    held = holds.of_publication(conn, number, digest, pages) if number else []
    found = holds.failures(conn, number, pages) if number else []
    still = [row for row in holds.still_open(conn, digest, pages) if row["publication_id"] != number]
    return {
        "gate": _all(
            conn,
            "select suite, count(*) as rules, count(*) filter (where not success and severity = 'critical') as critical, "
            "count(*) filter (where not success and severity = 'warning') as warnings, max(pass_no) as passes "
            "from ops.gate_results g where publication_id = %(number)s and pass_no = (select max(pass_no) "
            "from ops.gate_results h where h.publication_id = g.publication_id and h.suite = g.suite) "
            "group by 1 order by 1 desc",
            number=number,
        ),
        # Of every pass: what the first one failed and the second no longer does is why counties were held.
        "failed_rules": _all(
            conn,
            "select suite, rule_id, max(sentence) as title, max(message) as message, max(violations) as violations, "
            "max(pass_no) as last_pass from ops.gate_results where publication_id = %(number)s and not success "
            "and severity = 'critical' group by 1, 2 order by 1 desc, 2",
            number=number,
        ),
        "warnings": [_some(row, WARNING) for row in found if row["severity"] == "warning"],
        "held": [_some(row, HOLD) for row in held],
        "open_holds": [_some(row, HOLD) for row in still],
    }


def _shown(conn: Connection, run_id: str) -> Row | None:
    """The publication whose figures the report shows: the run's own where it was formed to its end (a restatement moves
    no pointer), else the current one."""
    return _one(
        conn,
        "select publication_id, kind, as_of_date::text from ops.publications "
        "where purged_at is null and (publication_id = (select publication_id from ops.pointer) or (run_id = %(run)s "
        "and (published_at is not null or (kind in ('restatement', 'trial') and state = 'retired')))) "
        "order by publication_id = (select publication_id from ops.pointer) limit 1",
        run=run_id,
    )


def _targets(conn: Connection, publication_id: int, before: int | None) -> list[Row]:
    """The province's targets in a publication, with the actual value that the publication before had."""
    if conn.execute("select to_regclass('metrics.mart_target_progress')").fetchone() == (None,):
        return []
    return _all(
        conn,
        """
        select t.target_code, t.target_name, t.unit, t.target_value::text, t.actual_value::text, t.gap_value::text,
               t.reached_pct::text, t.has_reported, t.status_text, b.actual_value::text as value_before,
               b.target_code is not null as has_before
        from metrics.mart_target_progress t
        left join metrics.mart_target_progress b on b.publication_id = %(before)s
            and (b.region_level, b.region_code, b.target_code) = (t.region_level, t.region_code, t.target_code)
        where t.region_level = 'province' and t.publication_id = %(shown)s order by t.target_code
        """,
        before=before,
        shown=publication_id,
    )


def _some(row: Row, keys: tuple[str, ...]) -> Row:
    return {key: row[key] for key in keys}


def _all(conn: Connection, query: str, **given: Any) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(query, given).fetchall()
    return [{key: int(value) if isinstance(value, Decimal) else value for key, value in row.items()} for row in rows]


def _one(conn: Connection, query: str, **given: Any) -> Row | None:
    rows = _all(conn, query, **given)
    return rows[0] if rows else None
