"""From a failed rule to the counties it failed in, and into the bookkeeping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from expectations.cases import Case, executable
from expectations.rules import Rule, Suite

if TYPE_CHECKING:
    from expectations.gate import Verdict

SHOWN_COUNTIES = 5
VERDICT_PAGES = "verdicts"


@dataclass(frozen=True)
class Violation:
    """How often one rule is violated in one county and form ('' for none), in which datasets (Chinese names), and in which
    rows as far as the rule says so."""

    county_code: str
    form: str
    count: int
    datasets: tuple[str, ...]
    rows: str = ""


@dataclass(frozen=True)
class Located:
    """A rule's outcome: the datasets it was judged on and, where it failed, the violations."""

    datasets: tuple[str, ...]
    violations: list[Violation]

    @property
    def count(self) -> int:
        return sum(violation.count for violation in self.violations)


def locate(conn: psycopg.Connection[Any], rule: Rule, outcomes: list[tuple[Case, bool]]) -> Located:
    """Find by SQL where a rule's failed cases fail.

    Where Great Expectations says that a case fails and its own SQL finds nothing, the failure counts as the
    province's: a gate that cannot say whom to keep out keeps everything out.
    """
    counted: dict[tuple[str, str], int] = {}
    titles: dict[tuple[str, str], list[str]] = {}
    places: dict[tuple[str, str], str] = {}
    mine = [(case, holds) for case, holds in outcomes if case.rule.rule_id == rule.rule_id]
    for case, holds in mine:
        if holds:
            continue
        rows = conn.execute(executable(case.locate)).fetchall() or [("", case.dataset.form, 1)]
        for county_code, form, count, *where in rows:
            key = (county_code or "", form or "")
            places[key] = "".join(filter(None, where)) or places.get(key, "")
            counted[key] = counted.get(key, 0) + int(count)
            titles.setdefault(key, []).append(case.dataset.title)
    violations = [
        Violation(*key, counted[key], tuple(dict.fromkeys(titles[key])), places[key]) for key in sorted(counted)
    ]
    return Located(tuple(dict.fromkeys(case.dataset.name for case, _ in mine)), violations)


def summary(located: Located, county_names: dict[str, str]) -> str | None:
    """A short Chinese line on where a rule failed, without any value of a row; None where it holds."""
    if not located.violations:
        return None
    codes = sorted({violation.county_code for violation in located.violations if violation.county_code})
    if not codes:
        return "全省"
    names = "、".join(county_names.get(code, code) for code in codes[:SHOWN_COUNTIES])
    return names + (f"等 {len(codes)} 个县" if len(codes) > SHOWN_COUNTIES else "")


def verdict_page(folder: Path, publication_id: int, suite: str, pass_no: int) -> Path:
    """Where the page of one look at one publication lies below the folder of the Data Docs."""
    return folder / VERDICT_PAGES / f"{publication_id}-{suite}-{pass_no}.html"


def record(
    conn: psycopg.Connection[Any],
    verdict: Verdict,
    suite: Suite,
    found: dict[str, Located],
    county_names: dict[str, str],
) -> None:
    """Write the outcome of one pass in place of what that pass wrote before; all or nothing."""
    key = (verdict.publication_id, verdict.pass_no, verdict.suite)
    with conn.transaction(), conn.cursor() as cur:
        for table in ("gate_violations", "gate_results"):
            cur.execute(
                f"delete from ops.{table} where publication_id = %s and pass_no = %s and suite = %s",
                key,
            )
        cur.executemany(
            "insert into ops.gate_results (publication_id, pass_no, suite, rule_id, severity, success, violations, "
            "sentence, origin, message) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    *key,
                    rule.rule_id,
                    rule.severity,
                    not found[rule.rule_id].violations,
                    found[rule.rule_id].count,
                    rule.title,
                    rule.origin.text(),
                    summary(found[rule.rule_id], county_names),
                )
                for rule in suite.rules
            ],
        )
        cur.executemany(
            "insert into ops.gate_violations (publication_id, pass_no, suite, rule_id, severity, county_code, form, "
            "violations, sentence, limits) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            list(_violation_rows(conn, verdict, suite, found)),
        )


def _violation_rows(
    conn: psycopg.Connection[Any], verdict: Verdict, suite: Suite, found: dict[str, Located]
) -> Iterator[tuple[Any, ...]]:
    key = (verdict.publication_id, verdict.pass_no, verdict.suite)
    sentences = {f[:3]: f.sentence for f in (*verdict.failing, *verdict.province_failures, *verdict.warnings)}
    for rule in suite.rules:
        located = found[rule.rule_id]
        known = _parameters(conn, verdict.publication_id, rule, located) if located.violations else []
        for violation in located.violations:
            where = (violation.county_code, violation.form)
            yield (
                *(*key, rule.rule_id, rule.severity, *where, violation.count),
                sentences.get((*where, rule.rule_id)),
                Jsonb(_limits(rule, violation, located, known)),
            )


def _parameters(
    conn: psycopg.Connection[Any], publication_id: int, rule: Rule, located: Located
) -> list[dict[str, Any]]:
    """The rule's thresholds in the publication's version of the reference data, those of single counties included."""
    names = list(rule.check.parameters.values())
    names += [f"{name}.{dataset}" for name in names for dataset in located.datasets]
    with conn.cursor(row_factory=dict_row) as cur:
        return cur.execute(
            "select p.parameter, p.county_code, p.value::text, p.unit, p.meaning from reference.parameters p "
            "join ops.publications v on v.publication_id = %s where p.parameter = any(%s) and p.value is not null "
            "and p.version_from <= v.reference_version and (p.version_to is null or p.version_to > v.reference_version) "
            "order by p.parameter",
            (publication_id, names),
        ).fetchall()


def _limits(
    rule: Rule, violation: Violation, located: Located, known: list[dict[str, Any]]
) -> list[dict[str, str | None]]:
    """The thresholds that hold for one county and form: those of the dataset before the general ones, and a county's
    own before the province's."""
    datasets = (violation.form,) if violation.form in located.datasets else located.datasets
    limits = []
    for parameter in rule.check.parameters.values():
        names = {f"{parameter}.{dataset}" for dataset in datasets} & {row["parameter"] for row in known}
        for name in sorted(names) or [parameter]:
            by_county = {row["county_code"]: row for row in known if row["parameter"] == name}
            row = by_county.get(violation.county_code) or by_county.get("")
            if row:
                limits.append({key: row[key] for key in ("parameter", "value", "unit", "meaning")})
    minimum, maximum = rule.check.minimum, rule.check.maximum
    for bound, meaning in ((minimum, "不小于"), (maximum, "不大于")):
        if bound is not None:
            limits.append({"parameter": None, "value": f"{bound:g}", "unit": None, "meaning": meaning})
    return limits
