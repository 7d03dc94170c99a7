"""What the gate holds back and why: submissions that are kept out, and rules that kept a whole publication out.

Everything is given as JSON-ready rows (dates and instants as text, instants in Shanghai's time) for the commands and
the report.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from expectations.results import verdict_page
from warehouse.forms import form_names

Connection = psycopg.Connection[Any]
Row = dict[str, Any]

SHANGHAI = "to_char({} at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')"
TRIPS = "触发说明："

# A hold is open while the gate still goes by the rules that it was made by, the held submission is not withdrawn, no later
# one speaks for all that it speaks for, and no night has judged it anew since another one of its county and form was
# withdrawn or reinstated. What counts in its place is what the current publication has for the same parts.
_HOLDS = f"""
    with latest as (
        select r.* from ops.readings_now join ops.readings r using (reading_id)
    ),
    accepted as (
        select * from latest where outcome in ('loaded', 'partly')
    ),
    held as (
        select h.*, p.kind, p.as_of_date, p.known_until,
               min(h.held_at) over by_rule as since, min(p.as_of_date) over by_rule as since_date
        from ops.gate_holds h join ops.readings r using (reading_id) join ops.publications p using (publication_id)
        window by_rule as (partition by r.submission_id, h.rule_id, p.kind)
    )
    select s.submission_id, s.path, {SHANGHAI.format("s.received_at")} as received_at,
           r.reading_id, r.county_code, g.region_name as county_name, r.form, r.period, r.rows_accepted,
           h.publication_id, h.rule_id, h.sentence, {SHANGHAI.format("h.since")} as since,
           h.since_date::text as since_date, v.severity, v.violations, v.limits, v.suite, v.pass_no,
           t.sentence as title, t.origin,
           exists (select from ops.landing_files f where f.submission_id = s.submission_id and f.gone_at is not null)
               as is_gone,
           f.folder || '/' || f.path as workbook,
           coalesce((select jsonb_agg(distinct jsonb_build_object('submission_id', o.submission_id, 'path', o.path,
                                                                  'rows_accepted', q.rows_accepted))
                     from ops.pointer c
                     join ops.publication_parts pp using (publication_id)
                     join ops.reading_parts rp on rp.reading_id = r.reading_id and rp.part_code = pp.part_code
                     join ops.readings q on q.reading_id = pp.reading_id
                     join ops.submissions o on o.submission_id = q.submission_id
                     where (pp.form, pp.county_code, pp.period) = (r.form, r.county_code, r.period)), '[]') as in_place,
           h.gate_digest = %(digest)s and h.kind = 'nightly' and a.reading_id is not null
               and not exists (select from accepted c where c.corrects_submission_id = s.submission_id)
               and not ops.choice_changed(r.form, r.county_code, h.known_until,
                                          (select max(known_until) from ops.publications where kind = 'nightly'))
               and exists (
                   select from ops.reading_parts rp where rp.reading_id = r.reading_id and not exists (
                       select from accepted n join ops.reading_parts np using (reading_id)
                       where n.submission_id > s.submission_id and np.part_code = rp.part_code
                         and (n.form, n.county_code, n.period) = (r.form, r.county_code, r.period)))
               as is_open
    from held h
    join ops.readings r using (reading_id)
    join ops.submissions s using (submission_id)
    left join accepted a using (reading_id)
    left join ops.feedback f on f.submission_id = s.submission_id and f.sha256 is not null
    left join reference.regions g on g.region_code = r.county_code and g.version_to is null
    left join lateral (
        select * from ops.gate_violations v
        where (v.publication_id, v.rule_id, v.county_code, v.form) = (h.publication_id, h.rule_id, r.county_code, r.form)
        order by v.pass_no desc limit 1
    ) v on true
    left join ops.gate_results t on (t.publication_id, t.pass_no, t.suite, t.rule_id)
                                  = (v.publication_id, v.pass_no, v.suite, v.rule_id)
    where (%(publication)s::bigint is null or h.publication_id = %(publication)s)
      and (%(county)s::text is null or r.county_code = %(county)s)
    order by r.county_code, r.form, s.submission_id, h.rule_id
"""

_FAILURES = """
    select v.suite, v.pass_no, v.rule_id, v.severity, v.county_code, g.region_name as county_name, v.form,
           v.violations, v.limits, t.sentence as title, t.origin,
           coalesce(v.sentence, t.sentence || '：' || coalesce(g.region_name, '全省') || ' ' || v.violations || ' 处')
               as sentence,
           coalesce((select jsonb_agg(distinct s.path) from ops.publication_parts p
                     join ops.readings r using (reading_id) join ops.submissions s using (submission_id)
                     where p.publication_id = v.publication_id and (p.county_code, p.form) = (v.county_code, v.form)
                       and not exists (select from ops.publication_parts b where b.reading_id = p.reading_id
                           and b.publication_id = %(before)s)), '[]') as paths
    from ops.gate_violations v
    join ops.gate_results t using (publication_id, pass_no, suite, rule_id)
    left join reference.regions g on g.region_code = v.county_code and g.version_to is null
    where v.publication_id = %(publication)s and v.pass_no = (select max(pass_no) from ops.gate_results l
        where l.publication_id = v.publication_id and l.suite = v.suite)
    order by v.severity, v.suite desc, v.rule_id, v.county_code, v.form
"""


def of_publication(conn: Connection, publication_id: int, gate_digest: str, data_docs: Path) -> list[Row]:
    """The submissions that the gate held back when it judged a publication; `is_open` where they still are."""
    return _holds(conn, {"publication": publication_id, "county": None, "digest": gate_digest}, data_docs)


def still_open(conn: Connection, gate_digest: str, data_docs: Path, county: str | None = None) -> list[Row]:
    """All holds in force, of one county (its code) or of all; the same submission once for each rule that holds it."""
    given = {"publication": None, "county": county, "digest": gate_digest}
    return [row for row in _holds(conn, given, data_docs) if row["is_open"]]


def failures(conn: Connection, publication_id: int, data_docs: Path) -> list[Row]:
    """What the last look at a publication found, county by county: critical first, then warnings.

    `county_code` is '' where a rule has no county; `paths` are the new files of that county and form.
    """
    rows = _rows(conn, _FAILURES, {"publication": publication_id, "before": before(conn, publication_id)})
    return [_explained(row, publication_id, data_docs) for row in rows]


def reasons(conn: Connection, publication_id: int) -> list[str]:
    """The sentences for which the gate held a whole publication; none where it did not."""
    row = conn.execute("select verdict from ops.publications where publication_id = %s", (publication_id,)).fetchone()
    return list((row[0] or {}).get("reasons", [])) if row else []


def before(conn: Connection, publication_id: int) -> int | None:
    """The publication that was current when this one was formed; None for the first."""
    row = conn.execute(
        "select m.to_publication_id from ops.pointer_moves m join ops.publications p on p.publication_id = %s "
        "where m.moved_at < p.created_at order by m.move_id desc limit 1",
        (publication_id,),
    ).fetchone()
    return int(row[0]) if row else None


def limits_text(limits: list[Row] | None) -> str:
    """The limits that a rule goes by, in words: 行数比上次发布减少的上限 0.5。"""
    return "；".join(
        f"{limit['meaning']} {limit['value'].rstrip('0').rstrip('.') if '.' in limit['value'] else limit['value']}"
        f"{' ' + limit['unit'] if limit['unit'] else ''}"
        for limit in limits or ()
    )


def _holds(conn: Connection, given: Row, data_docs: Path) -> list[Row]:
    return [_explained(row, row["publication_id"], data_docs) for row in _rows(conn, _HOLDS, given)]


def _explained(row: Row, publication_id: int, data_docs: Path) -> Row:
    """The row with names of its form, what to do, and the page of the verdict where it still lies there."""
    code, name = form_names().get(row["form"] or "", (None, row["form"] or "全部表单"))
    page = verdict_page(data_docs, publication_id, row["suite"], row["pass_no"]) if row["suite"] else None
    return {
        **row,
        "form_code": code,
        "form_name": name,
        "advice": (row["origin"] or "").partition(TRIPS)[2] or None,
        "verdict_page": str(page) if page and page.exists() else None,
    }


def _rows(conn: Connection, query: str, given: Row) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(query, given).fetchall()
