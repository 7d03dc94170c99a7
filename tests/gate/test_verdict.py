"""The verdict: which counties stay out, what holds everything, and what is written down about it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from expectations import cases, datasets, gate, rules
from tests.gate import looking
from tests.gate.province import COUNTIES, FORMS, Province, Reading, Row, spoiled
from warehouse.connect import connect

BAD, OTHER = COUNTIES[0], COUNTIES[1]
TWICE = "GL10"


def judge(province: Province, publication: int, pass_no: int = 1) -> gate.Verdict:
    return looking.judge(publication, "landed", province.settings, pass_no)


def village_twice(rows: list[Row]) -> list[Row]:
    return [*rows, rows[0]]


def bad_in(province: Province, *counties: str) -> list[Reading]:
    readings = province.clean()
    for county in counties:
        spoiled(readings, "village_base", county, village_twice)
    return readings


# ------------------------------------------------------------------------------------------------------ per county
def test_only_the_county_that_fails_is_named(province: Province) -> None:
    verdict = judge(province, province.publish_of(bad_in(province, BAD)))
    assert not verdict.success and not verdict.holds_all and not verdict.province_failures
    (finding,) = verdict.failing
    assert finding[:3] == (BAD, "village_base", TWICE)
    assert finding.sentence.startswith("城关区《贫困村基础台账》有 1 个行政村在同一期里重复出现")
    assert json.loads(json.dumps(verdict.as_dict()))["failing"] == [list(finding)]


def test_the_same_rule_in_some_counties_holds_only_those(province: Province) -> None:
    verdict = judge(province, province.publish_of(bad_in(province, *COUNTIES[:2])))
    assert {finding.county_code for finding in verdict.failing} == set(COUNTIES[:2])
    assert not verdict.holds_all


def test_the_same_rule_in_every_county_holds_everything(province: Province) -> None:
    verdict = judge(province, province.publish_of(bad_in(province, *COUNTIES)))
    assert verdict.holds_all and not verdict.success


def test_different_rules_in_every_county_are_the_counties_own(province: Province) -> None:
    readings = bad_in(province, BAD)
    spoiled(readings, "village_base", COUNTIES[1], lambda rows: rows[0].update(hh_total=None))
    spoiled(readings, "village_base", COUNTIES[2], lambda rows: rows[0].update(village_code="620102001999"))
    verdict = judge(province, province.publish_of(readings))
    assert {finding.county_code for finding in verdict.failing} == set(COUNTIES)
    assert not verdict.holds_all


def test_a_form_of_one_county_is_that_county_s(province: Province) -> None:
    others = [r for r in bad_in(province, BAD) if r.form != "village_base" or r.county == BAD]
    verdict = judge(province, province.publish_of(others))
    assert {finding[:2] for finding in verdict.failing} == {(BAD, "village_base")}
    assert not verdict.holds_all  # with one county reporting, its mistake and the system's look alike


def test_a_warning_holds_nothing(province: Province) -> None:
    readings = province.clean()
    spoiled(readings, "household_awards", BAD, lambda rows: rows[0].update(prior_amount_yuan=16000))
    verdict = judge(province, province.publish_of(readings))
    assert verdict.success
    assert [finding[:3] for finding in verdict.warnings] == [(BAD, "household_awards", "R03")]


# ------------------------------------------------------------------------------------- against what is published
def large(province: Province, rows: int, period: str = "2020") -> list[Reading]:
    """Clean readings, with a sales ledger of BAD of so many rows."""
    readings = province.clean()

    def grow(first: list[Row]) -> list[Row]:
        return [{**first[0], "channel_name": f"专柜{number}"} for number in range(rows)]

    spoiled(readings, "sales_channels", BAD, grow)
    for reading in readings:
        if reading.form == "sales_channels" and period != "2020":
            reading.period, reading.period_start, reading.period_end = period, date(2020, 7, 1), date(2020, 7, 31)
    return readings


@pytest.fixture
def published(province: Province) -> Iterator[int]:
    """What is published: BAD has 40 rows of sales."""
    yield province.publish_of(large(province, 40), state="published")
    province.point_at(None)


def fallen(verdict: gate.Verdict) -> set[tuple[str, str]]:
    return {finding[:2] for finding in verdict.failing if finding.rule_id == "GL05"}


@pytest.mark.parametrize(("rows", "period", "falls"), [(20, "2020", False), (19, "2020", True), (19, "2020-07", True)])
def test_a_form_must_not_lose_most_of_its_rows(
    province: Province, published: int, rows: int, period: str, falls: bool
) -> None:
    verdict = judge(province, province.publish_of(large(province, rows, period)))
    assert fallen(verdict) == ({(BAD, "sales_channels")} if falls else set())
    assert verdict.success is not falls


def test_a_form_that_is_gone_has_lost_all(province: Province, published: int) -> None:
    rest = [r for r in province.clean() if (r.form, r.county) != ("sales_channels", BAD)]
    verdict = judge(province, province.publish_of(rest))
    assert fallen(verdict) == {(BAD, "sales_channels")}
    assert "少了 40 行" in verdict.failing[0].sentence


def test_nothing_is_compared_where_nothing_is_published(province: Province) -> None:
    province.point_at(None)
    assert judge(province, province.publish_of(large(province, 1))).success


def test_a_county_s_own_threshold_goes_before_the_province_s(province: Province, published: int) -> None:
    add = (
        "insert into reference.parameters (parameter, county_code, value, meaning, origin, version_from) "
        "values ('gate_row_fall_ratio_max', %s, 0.9, '', '', 1)"
    )
    number = province.publish_of(large(province, 19))
    for county, falls in ((OTHER, True), (BAD, False)):
        province.run(add, (county,))
        assert (fallen(judge(province, number)) != set()) is falls
    province.run("delete from reference.parameters where county_code <> ''")


def test_a_threshold_is_read_in_the_publication_s_own_version(province: Province, published: int) -> None:
    number = province.publish_of(large(province, 19))
    change = "update reference.parameters set value = %s, version_from = %s where parameter = 'gate_row_fall_ratio_max'"
    province.run(change, (0.9, 1))
    assert judge(province, number).success
    province.run("insert into reference.parameters select parameter, county_code, 0.1, null, unit, meaning, origin, "
                 "since_date, 2, null from reference.parameters where parameter = 'gate_row_fall_ratio_max'")  # fmt: skip
    try:
        assert judge(province, number).success  # a later version is not this publication's
    finally:
        province.run("delete from reference.parameters where version_from = 2")
        province.run(change, (0.5, 1))


def test_a_threshold_that_is_missing_is_a_fault(province: Province) -> None:
    number = province.publish_of(province.clean())
    province.run("update reference.parameters set version_to = 1 where parameter = 'poor_villages_total'")
    try:
        with pytest.raises(rules.RuleError, match="poor_villages_total"):
            judge(province, number)
    finally:
        province.run("update reference.parameters set version_to = null where parameter = 'poor_villages_total'")
    assert province.run("select count(*) from ops.gate_results where publication_id = %s", (number,)) == [(0,)]


# --------------------------------------------------------------------------------------------------- what is written
def test_the_outcome_is_recorded_once_however_often_it_is_judged(province: Province) -> None:
    number = province.publish_of(bad_in(province, BAD))
    for _ in range(2):
        judge(province, number)
    results = province.run(
        "select rule_id, severity, success, violations, message from ops.gate_results where publication_id = %s "
        "and pass_no = 1 and suite = 'landed'",
        (number,),
    )
    assert {row[0] for row in results} == {rule.rule_id for rule in rules.load("landed").rules}
    assert [row for row in results if not row[2]] == [(TWICE, "critical", False, 1, "城关区")]
    assert province.run(
        "select rule_id, severity, county_code, form, violations from ops.gate_violations where publication_id = %s",
        (number,),
    ) == [(TWICE, "critical", BAD, "village_base", 1)]


def test_passes_stand_beside_each_other(province: Province) -> None:
    number = province.publish_of(bad_in(province, BAD))
    judge(province, number, pass_no=1)
    province.run("delete from ops.publication_parts where publication_id = %s and county_code = %s", (number, BAD))
    assert judge(province, number, pass_no=2).success
    assert province.run(
        "select pass_no, bool_and(success) from ops.gate_results where publication_id = %s group by 1 order by 1",
        (number,),
    ) == [(1, False), (2, True)]


def test_no_session_stays_open(province: Province) -> None:
    judge(province, province.publish_of(province.clean()))
    assert province.run(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    ) == [(0,)]


def test_progress_ends_with_all_expectations(province: Province) -> None:
    seen: list[tuple[int, int, str]] = []
    verdict = gate.judge(
        province.publish_of(province.clean()), "landed", 1, province.settings, lambda *step: seen.append(step)
    )
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert seen[-1][0] == seen[-1][1] == verdict.judged[0] > 100
    assert "村级集体经济收入台账" in {title for _, _, title in seen}


def test_a_statement_that_does_not_run_is_a_fault_and_names_the_rule(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    expand = cases.expand

    def broken(rule: rules.Rule, looked_at: list[datasets.Dataset], known: set[str]) -> list[cases.Case]:
        found = list(expand(rule, looked_at, known))
        if rule.rule_id == TWICE:
            found = [cases.Case(c.rule, c.dataset, c.expectation, c.arguments, "select no_such_column") for c in found]
        return found

    monkeypatch.setattr(cases, "expand", broken)
    number = province.publish_of(province.clean())
    with pytest.raises(rules.RuleBroken, match=TWICE), looking.looking_at({"village_base"}):
        gate.judge(number, "landed", 1, province.settings)
    assert province.run("select count(*) from ops.gate_results where publication_id = %s", (number,)) == [(0,)]


def test_every_form_is_asked_for_rows(province: Province) -> None:
    number = province.publish_of(province.clean())
    with connect("build", publication=number, settings=province.settings) as conn:
        _, expanded = gate.cases_of(conn, rules.load("landed"))
    asked = {case.dataset.name for case in expanded if case.expectation == "ExpectTableRowCountToBeBetween"}
    assert asked == {"publication", *FORMS}


# ------------------------------------------------------------------------------------------------------------ digest
@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the gate's folder and, beside it, of the thresholds."""
    folder = tmp_path / "expectations"
    shutil.copytree(rules.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "reference").mkdir()
    shutil.copy(rules.FOLDER.parent / "reference" / "parameters.csv", tmp_path / "reference" / "parameters.csv")
    monkeypatch.setenv("LONGCANG_REFERENCE", str(tmp_path / "reference"))
    return folder


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    rules.load.cache_clear()


@pytest.fixture
def before(copied: Path) -> str:
    """The copy's digest before anything is changed in it."""
    assert gate.digest(copied) == gate.digest()
    return gate.digest(copied)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("expectations/suites/landed/shares.yml", "severity: warning", "severity: critical"),
        ("expectations/suites/landed/funds.yml", "fund_projects: [project_name, ", "fund_projects: ["),
        ("expectations/suites/candidate/general.yml", "minimum: 0", "minimum: 1"),
        ("expectations/sql/landed/row_twice.sql", "count(*) > 1", "count(*) > 2"),
        ("expectations/cases.py", "is null", "is not null"),
        ("reference/parameters.csv", "gate_row_fall_ratio_max,,0.5", "gate_row_fall_ratio_max,,0.6"),
        ("reference/parameters.csv", "gate_money_max_yuan,,", "gate_money_max_yuan,620102,7,,元,x,x,2020-01-01\n"
         "gate_money_max_yuan,,"),
    ],
)  # fmt: skip
def test_the_digest_changes_with_what_decides(copied: Path, before: str, file: str, old: str, new: str) -> None:
    edit(copied.parent / file, lambda text: text.replace(old, new, 1))
    assert gate.digest(copied) != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("expectations/docs.py", "数据校验结果", "校验"),
        ("reference/parameters.csv", "people_per_household_high,,8", "people_per_household_high,,9"),
    ],
)
def test_the_digest_stays_with_what_does_not_decide(copied: Path, before: str, file: str, old: str, new: str) -> None:
    edit(copied.parent / file, lambda text: text.replace(old, new, 1))
    assert gate.digest(copied) == before


# ------------------------------------------------------------------------------------------------------- rules as data
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rule: rule.update(owner="x"), "owner"),
        (lambda rule: rule.pop("origin"), "origin"),
        (lambda rule: rule["origin"].pop("since"), "since"),
        (lambda rule: rule.update(severity="info"), "info"),
        (lambda rule: rule["check"].update(file="not_there.sql", kind="sql"), "not_there.sql"),
        (lambda rule: rule.update(id="GL02"), "GL02 stands twice, in landed/general.yml and in landed/general.yml"),
        (lambda rule: rule.update(id="GL12"), "GL12 stands twice, in landed/general.yml and in landed/entities.yml"),
    ],
)
def test_a_suite_that_is_not_in_order_is_refused(copied: Path, change: Callable[[dict], object], says: str) -> None:
    path = copied / "suites" / "landed" / "general.yml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(document["rules"][0])
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    with pytest.raises(rules.RuleError, match=says):
        rules.load("landed", copied)


SALES = """
extends:
  GL07:
    more_columns: {sales_channels: [city_text], household_awards: [remark]}
  GL17:
    exempt: {sales_channels: [award_amount_yuan], village_income: [inc_other_yuan]}
  GL10:
    datasets: [household_awards]
    more_columns: {household_awards: [village_code]}
rules:
  - id: GL98
    title: 只在测试中有的规则
    severity: warning
    sentence: "{county}"
    origin: {source: 测试, since: '2026-11-01', trips: 测试}
    check: {kind: rows, datasets: [sales_channels]}
"""


def test_a_subject_adds_rules_and_widens_those_for_all_forms(copied: Path, before: str) -> None:
    plain = rules.load("landed")
    (copied / "suites" / "landed" / "aaa.yml").write_text(SALES, encoding="utf-8")
    rules.load.cache_clear()
    suite = rules.load("landed", copied)
    columns = suite.rule("GL07").check.more_columns
    for form, column in (("sales_channels", "city_text"), ("household_awards", "remark")):
        assert sorted(columns[form]) == sorted([*plain.rule("GL07").check.more_columns[form], column])
    assert suite.rule("GL17").check.exempt["sales_channels"] == ("award_amount_yuan",)
    negative = [suite.rule("GL17").check.exempt["village_income"], plain.rule("GL17").check.exempt["village_income"]]
    assert len(negative[0]) == len(negative[1]) and set(negative[0]) == set(negative[1])  # named twice, held once
    assert suite.rule("GL10").check.on.names == (*(plain.rule("GL10").check.on.names or ()), "household_awards")
    others = [rule.rule_id for rule in suite.rules if rule.rule_id != "GL98"]
    assert others == [rule.rule_id for rule in plain.rules]
    assert [rule.rule_id for rule in suite.rules].index("GL98") == len(rules_of(copied, "landed/general.yml"))
    assert gate.digest(copied) != before


def rules_of(copied: Path, file: str) -> list[str]:
    document = yaml.safe_load((copied / "suites" / file).read_text(encoding="utf-8"))
    return [rule["id"] for rule in document["rules"]]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("landed/aaa.yml", "extends: {GL99: {exempt: {x: [y]}}}", "landed/aaa.yml extends GL99"),
        ("landed/aaa.yml", "extends: {GL17: {minimum: {x: [y]}}}", "minimum"),
        ("landed/aaa.yml", "extends: {GL17: {datasets: [x]}}", "not named one by one"),
        ("landed/aaa.yml", "suite: landed", "suite"),
        (
            "landed/aaa.yml",
            "rules: [{id: GL99",
            r"^expectations/suites/landed/aaa\.yml, line \d+, column \d+: not readable",
        ),
        (
            "candidate/aaa.yml",
            "datasets: {dim_date: {}}",
            "dim_date stands twice, in candidate/aaa.yml|and in candidate",
        ),
        ("candidate/aaa.yml", "datasets: {mart_x: {totals: [{form: f, column: c, of: raw.f}]}}", "raw.f"),
    ],
)
def test_a_subject_that_is_not_in_order_is_refused(copied: Path, file: str, text: str, says: str) -> None:
    (copied / "suites" / file).write_text(text, encoding="utf-8")
    with pytest.raises(rules.RuleError, match=says):
        rules.load(file.split("/")[0], copied)


def test_a_head_that_is_not_in_order_is_refused(copied: Path) -> None:
    edit(copied / "suites" / "landed" / "suite.yml", lambda text: text.replace("title:", "heading:"))
    with pytest.raises(rules.RuleError, match=r"landed/suite\.yml.*heading"):
        rules.load("landed", copied)


def test_every_statement_is_used() -> None:
    used = {rule.check.statement for name in rules.SUITES for rule in rules.load(name).rules if rule.check.statement}
    folder = rules.FOLDER / "sql"
    assert {path.name for path in folder.rglob("*.sql") if path.read_text(encoding="utf-8") not in used} == set()
