"""The reference data of checks between forms, the calendar and the brand directory: what the files hold, and what a load
makes of them."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from expectations import gate
from ingest.batch import load_context
from ingest.contracts import load_all
from ingest.digests import digest
from tests.gate.province import Province
from warehouse import reference
from warehouse.connect import connect
from warehouse.settings import Settings

NEW = ("cross_checks", "reporting_calendar", "ganwei_directory")
FORM_CODES = {"F01", "F02A", "F02B", *(f"F{number:02d}" for number in range(3, 18))}


def rows(name: str) -> list[dict[str, Any]]:
    return list(reference.read_csv(name))


def held(province: Province, table: str, version: int) -> list[Any]:
    """The rows of a table that a publication of `version` sees, as its key says them."""
    (key,) = (t.key for t in reference.TABLES if t.name == table)
    return province.run(
        f"select {', '.join(key)} from reference.{table} where version_from <= %s "
        f"and (version_to is null or version_to > %s) order by {', '.join(key)}",
        (version, version),
    )


@pytest.mark.parametrize("table", NEW)
def test_a_load_holds_every_row_of_the_file(province: Province, table: str) -> None:
    version = province.run("select max(version) from reference.versions")[0][0]
    (key,) = (t.key for t in reference.TABLES if t.name == table)
    written = [tuple(row[column] for column in key) for row in rows(table)]
    assert written and [tuple(map(str, row)) for row in held(province, table, version)] == sorted(written)


def test_a_change_opens_a_version_and_leaves_the_last(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = province.run("select max(version) from reference.versions")[0][0]
    shutil.copytree(reference.folder(), tmp_path / "reference")
    path = tmp_path / "reference" / "cross_checks.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0].strip(), *lines[2:]]) + "\n", encoding="utf-8")
    monkeypatch.setenv("LONGCANG_REFERENCE", str(tmp_path / "reference"))
    with province.connect() as conn:
        after = reference.load(conn)
    assert after == before + 1
    gone = lines[1].split(",")[0]
    assert (gone,) in held(province, "cross_checks", before) and (gone,) not in held(province, "cross_checks", after)
    assert len(held(province, "cross_checks", after)) == len(lines) - 2


def own(settings: Settings, name: str, *lines: str) -> Path:
    """A file of one's own with the header of the project's, and these rows."""
    path = settings.local_reference / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    header = (reference.folder() / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def without_own(province: Province) -> Iterator[Settings]:
    yield province.settings
    shutil.rmtree(province.settings.local_reference, ignore_errors=True)
    with province.connect() as conn:
        reference.load(conn)


def test_rows_of_one_s_own_are_added_and_take_the_place_of_the_project_s(
    province: Province, without_own: Settings
) -> None:
    """They lie beside the rest of the state: the project's folder may be read-only, and is replaced by an upgrade."""
    before, judged, context = reference.digest(), gate.digest(), load_context(without_own)
    county = digest(context, None, "621121"), digest(context, None, "621122")
    path = own(
        without_own,
        "parameters",
        "gate_row_fall_ratio_max,,0.7,,比例,本省的界限,省厅通知,2026-11-02",
        "coop_min_members,621121,6,,户,本县的界限,县里通知,2026-11-02",
    )
    assert reference.digest() != before and gate.digest() != judged
    context = load_context(without_own)
    assert context.parameters["coop_min_members", "621121"] == 6
    assert digest(context, None, "621121") != county[0], "the reader goes by it"
    with province.connect() as conn:
        reference.load(conn)
    values = (
        "select county_code, value from reference.parameters where parameter = %s and version_to is null order by 1"
    )
    assert province.run(values, ("gate_row_fall_ratio_max",)) == [("", Decimal("0.7"))]
    assert ("621121", Decimal(6)) in province.run(values, ("coop_min_members",))
    path.unlink()
    assert (reference.digest(), gate.digest()) == (before, judged)


@pytest.mark.parametrize(
    ("name", "line", "sentence"),
    [
        ("parameters", "a,b", "line 2: the number of cells differs"),
        ("parameters", "x,,1,,户,甲,乙,2026-11-02\nx,,2,,户,甲,乙,2026-11-02", "holds the key .* twice"),
        ("parametres", "", "no reference file of this name"),
        ("aliases", None, "its header must be that of"),
    ],
)
def test_a_file_of_one_s_own_that_cannot_be_read_is_a_sentence(
    without_own: Settings, name: str, line: str | None, sentence: str
) -> None:
    path = own(without_own, "parameters", *([] if line is None else [line]))
    named = path.rename(path.with_name(f"{name}.csv"))
    if line is None:
        named.write_text("variant,region_code\n甲,621121\n", encoding="utf-8")
    with pytest.raises(reference.ReferenceDataError, match=sentence), connect("owner", settings=without_own) as conn:
        reference.load(conn)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("cross_checks", "severity", "fatal"),
        ("reporting_calendar", "frequency", "周"),
        ("ganwei_directory", "entry_kind", "人"),
    ],
)
def test_a_word_of_no_meaning_is_refused(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, column: str, value: str
) -> None:
    shutil.copytree(reference.folder(), tmp_path / "reference")
    path = tmp_path / "reference" / f"{table}.csv"
    changed = rows(table)
    changed[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(changed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
    monkeypatch.setenv("LONGCANG_REFERENCE", str(tmp_path / "reference"))
    with province.connect() as conn, pytest.raises(psycopg.errors.CheckViolation):
        reference.load(conn)


@pytest.mark.parametrize("table", NEW)
def test_the_build_role_reads_it_and_bi_does_not(province: Province, table: str) -> None:
    with connect("build", settings=province.settings) as conn:
        assert conn.execute(f"select count(*) > 0 from reference.{table}").fetchone() == (True,)
    assert province.run("select has_table_privilege('bi_reader', %s, 'select')", (f"reference.{table}",)) == [(False,)]


def test_every_check_between_forms_says_what_a_reader_needs() -> None:
    for row in rows("cross_checks"):
        assert set(row["forms"].split()) <= FORM_CODES, row["rule_id"]
        assert all(row.values()), row["rule_id"]
        assert set(re.findall(r"{(\w+)}", row["sentence"])) <= {"this", "other"}, row["rule_id"]
        assert "{this}" in row["sentence"], row["rule_id"]
        assert ("{other}" in row["sentence"]) == (row["rule_id"] != "R60"), row["rule_id"]  # R60 has one side only
        row["sentence"].format(this="", other="")


def test_every_form_is_in_the_calendar_once() -> None:
    calendar = {row["form_code"]: row for row in rows("reporting_calendar")}
    assert set(calendar) == FORM_CODES and len(rows("reporting_calendar")) == len(FORM_CODES)
    for contract in load_all().values():
        assert calendar[contract.form_id]["form"] == contract.name


def test_the_targets_name_forms_and_the_unit_of_a_share_is_one_word() -> None:
    for row in rows("programme_targets"):
        assert set(row["forms"].split()) <= FORM_CODES, row["target_code"]
        assert (row["unit"] == "比例") == (float(row["province_value"]) == 1), row["target_code"]


def test_the_directory_is_as_short_as_the_readme_says() -> None:
    found = Counter(row["origin"].rsplit("，", 1)[1] for row in rows("ganwei_directory"))
    assert found == {"独一份": 6, "特别特": 12, "好中优": 20}  # of 6, 12, 22, and 6 of 错峰头
    assert all(row["product_keyword"] in row["entry_name"] for row in rows("ganwei_directory"))


def test_no_key_stands_in_a_file_twice() -> None:
    for table in reference.TABLES:
        keys = Counter(tuple(row[column] for column in table.key) for row in table.rows())
        assert [key for key, count in keys.items() if count > 1] == [], table.name
