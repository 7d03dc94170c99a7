"""The files, read back by other means, hold what truth.json says: rows, sums, totals, mistakes at their cells."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.layout import cell_name
from simulator.province import FORMS
from tests.simulator.conftest import Province
from tests.simulator.reread import Table, bare, number, read, unit_of

FORM = {form.name: form for form in FORMS}


def spellings(name: str) -> dict[str, set[str]]:
    """Field -> the header words that counties use for it."""
    return {column.field: {bare(word) for word in (*column.headers, *column.short)} for column in FORM[name].columns}


def header_words(name: str) -> set[str]:
    bands = {word for band in FORM[name].bands.values() for word in band.headers}
    return {*bands, *FORM[name].extras, *(word for words in spellings(name).values() for word in words)}


def money_columns(name: str, table: Table) -> dict[str, int]:
    found = {}
    for field in FORM[name].money_fields:
        for column, header in enumerate(table.headers):
            if bare(header) in spellings(name)[field] or header in spellings(name)[field]:
                found[field] = column
    return found


@pytest.fixture(scope="module")
def tables(large: Province) -> dict[str, list[Table]]:
    """All files but the unusable ones, by path."""
    return {
        file["path"]: read(large.out / file["path"], header_words(file["form"]))
        for file in large.truth["files"]
        if file["outcome"] != "refused"
    }


def test_every_file_on_disk_is_in_the_truth_and_back(large: Province) -> None:
    on_disk = {path.relative_to(large.out).as_posix() for path in large.out.rglob("*") if path.is_file()}
    assert on_disk - {"truth.json"} == {file["path"] for file in large.truth["files"]}


def test_rows_are_as_many_as_stated(large: Province, tables: dict[str, list[Table]]) -> None:
    for file in large.truth["files"]:
        if file["outcome"] != "refused":
            assert sum(len(table.rows) for table in tables[file["path"]]) == file["rows_written"], file["path"]


def test_written_money_adds_up_to_the_cent(large: Province, tables: dict[str, list[Table]]) -> None:
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for file in large.truth["files"]:
        for table in tables.get(file["path"], []):
            for field, column in money_columns(file["form"], table).items():
                factor = {"元": 1, "万元": 10_000}[unit_of(table, column)]
                for _, row in table.rows:
                    sums[file["county_code"], file["form"], field] += (number(row[column]) or Decimal(0)) * factor
    wrong = []
    for county, forms in large.truth["totals"].items():
        for form, totals in forms.items():
            for field, stated in totals["written"].items():
                if sums[county, form, field] != Decimal(stated):
                    wrong.append((county, form, field, stated, sums[county, form, field]))
    assert not wrong
    assert sum(sums.values()) > 10**9, "nothing was compared"


def test_stated_totals_are_right_but_for_the_injected_ones(large: Province, tables: dict[str, list[Table]]) -> None:
    wrong, checked = set(), 0
    for file in large.truth["files"]:
        for table in tables.get(file["path"], []):
            cells = dict(table.rows)
            for at, _, total, members in table.totals:
                for column, stated in enumerate(total):
                    value = number(stated)
                    if value is None or column < 2:
                        continue
                    checked += 1
                    if sum((number(cells[r][column]) or Decimal(0) for r in members), Decimal(0)) != value:
                        wrong.add((file["path"], table.sheet, cell_name(at, column)))
    injected = {(m["file"], m["sheet"], m["cell"]) for m in large.truth["mistakes"] if m["rule"] == "R64"}
    assert wrong == injected
    assert checked > 1_000
    assert injected


def test_mistakes_lie_in_data_rows_under_their_header(large: Province, tables: dict[str, list[Table]]) -> None:
    looked_at = 0
    rows = {(path, table.sheet): (table, {r for r, _ in table.rows}) for path in tables for table in tables[path]}
    for mistake in large.truth["mistakes"]:
        if mistake["rule"] in ("R64", "S01", "S02", "S03") or mistake["cell"] is None:
            continue
        table, data = rows[mistake["file"], mistake["sheet"]]
        cell = re.fullmatch(r"([A-Z]+)([0-9]+)", mistake["cell"])
        assert cell
        assert int(cell[2]) - 1 in data, mistake
        column = 0
        for letter in cell[1]:
            column = column * 26 + ord(letter) - 64
        words = spellings(mistake["form"])[mistake["field"]]
        assert bare(table.headers[column - 1]) in words, mistake
        looked_at += 1
    assert looked_at > 500


def test_refused_rows_are_what_lies_between_written_and_acceptable(large: Province) -> None:
    refused: Counter[tuple[str, str]] = Counter()
    seen: set[tuple[str, str, str]] = set()
    for mistake in large.truth["mistakes"]:
        if mistake["effect"] == "row_refused":
            row = (mistake["file"], mistake["sheet"], mistake["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            if row not in seen:
                seen.add(row)
                refused[mistake["county_code"], mistake["form"]] += 1
    for county, forms in large.truth["totals"].items():
        for form, totals in forms.items():
            assert totals["rows_written"] - totals["rows_acceptable"] == refused[county, form]


def test_parts_add_up_to_counties(large: Province) -> None:
    for county, forms in large.truth["totals"].items():
        for form, totals in forms.items():
            parts = large.truth["parts"][county][form].values()
            assert sum(part["rows_written"] for part in parts) == totals["rows_written"]
            for side in ("written", "acceptable"):
                for field, stated in totals[side].items():
                    assert sum(Decimal(part[side][field]) for part in parts) == Decimal(stated)


def test_titles_name_the_county_and_something_states_the_period(
    large: Province, tables: dict[str, list[Table]]
) -> None:
    short = {entry["county_code"]: entry["county_name"] for entry in large.truth["counties"]}
    words = {"2020": "2020年", "2020-06": "2020年6月", "2020H1": "2020年上半年"}
    for file in large.truth["files"]:
        for table in tables.get(file["path"], []):
            title = table.title.replace("\u3000", "")
            assert title[:2] == short[file["county_code"]][:2], file["path"]
            stated = title if words[file["period"]] in title else table.subtitle
            assert words[file["period"]] in stated, file["path"]


def test_layouts_vary(large: Province) -> None:
    features = Counter(feature for file in large.truth["files"] for feature in file["layout"])
    wanted = {
        "xlsx", "xls", "csv_gb18030", "csv_utf8", "split_county", "split_sheets", "split_townships",
        "totals_none", "totals_last", "totals_first", "totals_sub_last", "totals_sub_first", "totals_sub_only",
        "place_repeat", "place_merge", "place_blank", "header_1", "header_2", "header_3", "sections", "footers",
        "numbers_text", "numbers_thousands", "numbers_with_unit", "mixed_units", "extra_column", "missing_column",
        "moved_columns", "wide_name", "flags_words", "flags_ticks", "flags_digits", "dates_cell", "dates_serial",
        "dates_chinese", "dates_dot", "dates_slash", "dates_iso", "dates_compact", "seq_run", "seq_restart", "seq_sparse",
        "seq_count_in_total", "villages_raw", "villages_core", "villages_committee", "sheet_unit_wan", "sheet_unit_headers",
        "merges_households", "notes", "phone_as_number", "code_as_number",
    }  # fmt: skip
    assert not wanted - set(features)
    layouts = {tuple(file["layout"]) for file in large.truth["files"]}
    assert len(layouts) > 60


def test_money_has_at_most_cents(large: Province, tables: dict[str, list[Table]]) -> None:
    for path, found in tables.items():
        form = next(file["form"] for file in large.truth["files"] if file["path"] == path)
        for table in found:
            for column in money_columns(form, table).values():
                factor = {"元": 1, "万元": 10_000}[unit_of(table, column)]
                for _, row in table.rows[:200]:
                    value = (number(row[column]) or Decimal(0)) * factor
                    assert value == value.quantize(Decimal("0.01")), (path, row)


def test_unusable_files_are_marked_and_change_no_total(large: Province) -> None:
    rules = {m["rule"]: m["file"] for m in large.truth["mistakes"] if m["effect"] == "file_refused"}
    assert set(rules) == {"S01", "S02", "S03"}
    outcomes: dict[str, Any] = {file["path"]: file for file in large.truth["files"]}
    assert all(outcomes[path]["outcome"] == "refused" for path in rules.values())
    with pytest.raises(Exception, match=r"zip|Bad"):
        read(Path(large.out / rules["S01"]), set())
