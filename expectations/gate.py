"""The gate: judge what landed, and judge the candidate, before anybody else sees it.

`judge` runs one suite on one publication and says which counties' forms must stay out, and whether the failure is the
province's. It decides nothing: `warehouse.nightly` forms the candidate again without what failed, or holds it.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from expectations import cases, datasets, results, rules
from expectations.personal_numbers import sql_condition
from ingest import demonstration
from warehouse import reference_files
from warehouse.connect import connect, sqlalchemy_url
from warehouse.settings import Settings

PROVINCE = "全省"
EVERYWHERE = "gate_defect_everywhere_counties_min"
# What decides a verdict; the Data Docs and the bookkeeping do not.
JUDGING = ("cases.py", "datasets.py", "gate.py", "judging.py", "rules.py")

Progress = Callable[[int, int, str], None]


class Finding(NamedTuple):
    """A rule that fails for one county and form; both are '' where the failure has no county."""

    county_code: str
    form: str
    rule_id: str
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """What a suite says of a publication.

    success            no critical rule fails
    failing            critical failures that have a county and a form: these forms of these counties must stay out
    province_failures  critical failures that have none: they hold everything
    warnings           failures that hold nothing
    holds_all          a form fails one critical rule in every county that reported it: a defect in every county
    judged             how many expectations were judged, on how many datasets
    """

    publication_id: int
    suite: str
    pass_no: int
    success: bool
    failing: list[Finding]
    province_failures: list[Finding]
    warnings: list[Finding]
    holds_all: bool
    judged: tuple[int, int]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """For the publication's own record, as JSON."""
        return {
            "suite": self.suite,
            "pass": self.pass_no,
            "success": self.success,
            "holds_all": self.holds_all,
            "failing": [list(finding) for finding in self.failing],
            "province_failures": [list(finding) for finding in self.province_failures],
            "warnings": [list(finding) for finding in self.warnings],
            "expectations": self.judged[0],
            "datasets": self.judged[1],
            "seconds": round(self.seconds, 3),
        }


def judge(
    publication_id: int, suite: str, pass_no: int, settings: Settings, progress: Progress | None = None
) -> Verdict:
    """Judge a publication by the suite `landed` or `candidate`, and record the outcome.

    Reads as the build role with the publication set; writes ops.gate_results and ops.gate_violations as the owner, in
    one transaction that replaces what the same pass wrote before; writes the Data Docs.

    Args:
        pass_no: 1 for the first look at this publication, 2 after it was formed again, and so on.
        progress: called with expectations done, expectations in all, and what is being looked at.

    Raises:
        GateFault: a rule could not be evaluated; nothing is recorded.
        RuleError: a suite's file, or the reference data it needs, is not in order; nothing is recorded.
    """
    started = time.monotonic()
    loaded = rules.load(suite)
    with connect("build", publication=publication_id, settings=settings, autocommit=True) as conn:
        looked_at, expanded = cases_of(conn, loaded)
        # It logs 214 lines at import.
        logging.getLogger("great_expectations._docs_decorators").setLevel(logging.WARNING)
        from expectations import docs, judging  # the import costs seconds

        with judging.context() as context:
            judged = judging.judge(
                context, sqlalchemy_url("build", settings, publication=publication_id), suite, expanded, progress
            )
            found = {
                rule.rule_id: results.locate(conn, rule, [o for j in judged for o in j.outcomes])
                for rule in loaded.rules
            }
            names = _Names(conn, looked_at)
            verdict = _verdict(conn, publication_id, suite, pass_no, loaded, found, names, len(expanded), started)
            note = demonstration.NOTE if demonstration.since(conn) else ""
            docs.build(context, loaded, judged, found, names.county, verdict, settings.data_docs, note)
    with connect("owner", settings=settings) as owner:
        results.record(owner, verdict, loaded, found, names.county)
    return verdict


def cases_of(conn: psycopg.Connection[Any], suite: rules.Suite) -> tuple[list[datasets.Dataset], list[cases.Case]]:
    """What the suite looks at in the publication that `conn`'s session names, and every expectation on it."""
    looked_at = [datasets.publication_dataset(), *datasets.find(conn, suite)]
    known = _known_parameters(conn)
    return looked_at, [case for rule in suite.rules for case in cases.expand(rule, looked_at, known)]


def digest(folder: Path = rules.FOLDER) -> str:
    """A digest of what decides a verdict: rules, statements, thresholds, the code that judges, Great Expectations.

    A reading that the gate keeps out stays out while this is the same. Thresholds are those of the files that the
    reference data is loaded from, and only those that a rule uses.
    """
    total = hashlib.sha256(version("great-expectations").encode() + sql_condition("t").encode())
    files = [folder / name for name in JUDGING]
    files += sorted((folder / "suites").rglob("*.yml")) + sorted((folder / "sql").rglob("*.sql"))
    for path in files:
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    used = {name for suite in rules.SUITES for name in rules.load(suite, folder).parameter_names()} | {EVERYWHERE}
    for row in reference_files.rows("parameters", reference_files.folder(), reference_files.local_folder()):
        if row["parameter"].split(".")[0] in used:
            total.update("\0".join((row["parameter"], row["county_code"], row["value"])).encode() + b"\1")
    return total.hexdigest()[:16]


class _Names:
    """Chinese names of counties, forms and datasets for the sentences."""

    def __init__(self, conn: psycopg.Connection[Any], looked_at: list[datasets.Dataset]) -> None:
        self.county = dict(
            conn.execute(
                "select r.region_code, r.region_name from reference.regions r, ops.visible v "
                "where r.region_level = 'county' and r.version_from <= v.reference_version "
                "and (r.version_to is null or r.version_to > v.reference_version)"
            ).fetchall()
        )
        self.form = {dataset.form: dataset.title for dataset in looked_at if dataset.name == dataset.form}

    def sentence(self, rule: rules.Rule, violation: results.Violation) -> str:
        return rule.sentence.format(
            county=self.county.get(violation.county_code, violation.county_code or PROVINCE),
            form=self.form.get(violation.form) or datasets.form_title(violation.form) or "",
            table="、".join(violation.datasets),
            n=violation.count,
            rows=violation.rows,
        )


def _verdict(
    conn: psycopg.Connection[Any],
    publication_id: int,
    suite: str,
    pass_no: int,
    loaded: rules.Suite,
    found: dict[str, results.Located],
    names: _Names,
    judged: int,
    started: float,
) -> Verdict:
    failing: list[Finding] = []
    province: list[Finding] = []
    warnings: list[Finding] = []
    for rule in loaded.rules:
        for violation in found[rule.rule_id].violations:
            finding = Finding(violation.county_code, violation.form, rule.rule_id, names.sentence(rule, violation))
            if not rule.is_critical:
                warnings.append(finding)
            elif violation.county_code and violation.form:
                failing.append(finding)
            else:
                province.append(finding)
    return Verdict(
        publication_id=publication_id,
        suite=suite,
        pass_no=pass_no,
        success=not failing and not province,
        failing=failing,
        province_failures=province,
        warnings=warnings,
        holds_all=_is_everywhere(conn, failing),
        judged=(judged, len({name for located in found.values() for name in located.datasets})),
        seconds=time.monotonic() - started,
    )


def _is_everywhere(conn: psycopg.Connection[Any], failing: list[Finding]) -> bool:
    """Whether some form fails one rule in every county that reported it, and there are enough of them to tell."""
    if not failing:
        return False
    reporting: dict[str, set[str]] = {}
    for form, county in conn.execute("select distinct form, county_code from ops.visible_parts"):
        reporting.setdefault(form, set()).add(county)
    row = conn.execute(
        "select p.value from reference.parameters p, ops.visible v where p.parameter = %s and p.county_code = '' "
        "and p.version_from <= v.reference_version and (p.version_to is null or p.version_to > v.reference_version)",
        (EVERYWHERE,),
    ).fetchone()
    if row is None:
        raise rules.RuleError(f"the gate needs the parameter {EVERYWHERE}; add it to reference/parameters.csv")
    failed: dict[tuple[str, str], set[str]] = {}
    for finding in failing:
        failed.setdefault((finding.form, finding.rule_id), set()).add(finding.county_code)
    return any(
        len(counties) >= row[0] and counties >= reporting.get(form, counties) for (form, _), counties in failed.items()
    )


def _known_parameters(conn: psycopg.Connection[Any]) -> set[str]:
    """The parameters that hold for the province in the publication's version of the reference data."""
    rows = conn.execute(
        "select p.parameter from reference.parameters p, ops.visible v where p.county_code = '' and p.value is not null "
        "and p.version_from <= v.reference_version and (p.version_to is null or p.version_to > v.reference_version)"
    )
    return {row[0] for row in rows}
