"""What a new form relies on: it is found, its cells are written, its mistakes are dealt, its targets follow."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator import consequences, forms, mistakes, night, places, province, targets, truth, world
from simulator.chance import Decks
from simulator.layout import lay_out
from simulator.mistakes.kinds import Context, Kind, only_reserved
from simulator.mistakes.planner import Planner
from simulator.places import County
from simulator.rows import Column, Form, Row
from simulator.titles import heading
from tests.simulator.reread import read

COLUMNS = (
    Column("seq_no", ("序号",), "seq"),
    Column("person_name", ("姓名",), "person"),
    Column("rate_pct", ("比例", "比例(%)"), "percent"),
    Column("qty", ("数量",), "quantity", unit_of=lambda row: row.values["unit"]),
    Column("period", ("期次",), "period"),
    Column("households", ("户数",), "int"),
    Column("people", ("人数",), "int"),
    Column("both", ("户数/人数",), "pair", pair=("households", "people")),
    Column("products", ("产业",), "list"),
    Column("deadline", ("期限",), "date"),
    Column("year", ("年度",), "year"),
)


def _row(**changes: Any) -> Row:
    values = {
        "person_name": "王军", "rate_pct": Decimal(6), "qty": Decimal("12.5"), "unit": "亩", "period": "2019H1", "households": 12,
        "people": 47, "products": ("牛", "果"), "deadline": "立行立改", "year": "2020",
    }  # fmt: skip
    return Row({**values, **changes}, "621121")


TRIAL = Form(
    name="trial", code="F99", titles=("试验台账",), columns=COLUMNS, bands={}, has_place=False, unit_names=(),
    period_styles=("year",), sections="none", fill=lambda known, rng: [_row(), _row(deadline=date(2020, 9, 30))],
    extras={"备用": ("甲", "乙")}, footers=(),
)  # fmt: skip


@pytest.fixture(scope="module")
def county() -> County:
    return places.choose(["通渭县"])[0]


def test_every_module_of_a_form_is_found() -> None:
    folder = Path(forms.__file__).parent
    codes = sorted(
        match[1].upper() for path in folder.iterdir() if (match := re.match(r"(f\d+[ab]?)_\w+\.py$", path.name))
    )
    assert [form.code for form in province.FORMS] == codes
    assert len({form.name for form in province.FORMS}) == len(codes) >= 6


def test_every_module_of_mistakes_is_found() -> None:
    kinds = mistakes.collect()
    assert set(kinds) <= {form.name for form in province.FORMS}
    assert {kind.rule for kind in kinds["household_awards"]} >= {"R01", "R03", "R04"}
    assert kinds["cooperatives"]


def test_new_kinds_of_cells_are_written_in_every_way_that_is_meant(county: County) -> None:
    known = world.build(county, 30, 1, "2020-06")
    seen: dict[str, set[Any]] = {}
    for number in range(60):
        context = province.compose(TRIAL, known, Decks(number), str(number))
        style = context.style
        book = lay_out(TRIAL, style, heading(TRIAL, county, style, "2020-06", random.Random(1)), context.rows)
        sheet, at = book.at[id(context.rows[0])]
        cells = book.sheets[sheet].grid[at]
        for column, cell in zip(style.columns, cells, strict=True):
            seen.setdefault(column.field, set()).add(cell)
            if column.field == "rate_pct":
                assert cell in (Decimal(6), "6%", Decimal("0.06"))
                assert ("%" in style.headers["rate_pct"]) <= (cell != Decimal("0.06"))
        fields = {column.field for column in style.columns}
        assert {"households", "people"} <= set(book.columns), "a pair's cell answers for both of its columns"
        assert ("both" in fields) != bool({"households", "people"} & fields)
    assert seen["person_name"] == {"王军", "王\u3000军"}
    assert seen["rate_pct"] == {Decimal(6), "6%", Decimal("0.06")}
    assert {"12.5亩", Decimal("12.5")} <= seen["qty"]
    assert seen["period"] == {"2019年上半年", "2019上半年"}
    assert seen["both"] == {"12/47"}
    assert seen["products"] == {"牛、果"}
    assert seen["deadline"] == {"立行立改"}
    assert seen["year"] == {"2020", 2020}


def _contradict(context: Context, row: Row) -> None:
    row.values["poor_people"] += 1
    row.contradict("R73", "registered_persons", "建档立卡人数与人口信息不符")


def _violate(context: Context, row: Row) -> None:
    context.violate("R99", "只在测试中有", [row])


def _refuse(context: Context, row: Row) -> None:
    row.blame("R73", "poor_hh", "row_refused", "户数不符")


KINDS = {
    "village_base": (
        Kind("R73", _contradict, refuses="none", scope="cross"),
        Kind("R99", _violate, refuses="none", scope="county"),
        *only_reserved("village_base", (Kind("R73", _refuse),)),
    )
}


@pytest.fixture(params=[True, False])
def spoiled(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Three counties whose village base has mistakes of each scope: (folder, truth, whether whole counties violate)."""
    monkeypatch.setattr("simulator.mistakes.planner.collect", lambda: KINDS)
    out = province.write(
        tmp_path,
        households=600,
        counties=["通渭县", "东乡县", "岷县"],
        seed=3,
        defects=0.1,
        county_defects=request.param,
    )
    yield tmp_path, out, request.param


def test_contradictions_stand_at_their_rows_and_stay_acceptable(spoiled: Any) -> None:
    folder, found, _ = spoiled
    assert len(found["cross_checks"]) > 3
    assert {"file", "county_code", "form", "other_form", "rule", "sheet", "row_no", "part_code", "note"} == set(
        found["cross_checks"][0]
    )
    form = next(form for form in province.FORMS if form.name == "village_base")
    words = {word for column in form.columns for word in (*column.headers, *column.short)} | set(form.extras)
    words |= {word for band in form.bands.values() for word in band.headers}
    refused = {(m["file"], m["sheet"], int(re.sub(r"\D", "", m["cell"]))) for m in found["mistakes"]}
    for entry in found["cross_checks"]:
        table = next(t for t in read(folder / entry["file"], words) if t.sheet == entry["sheet"])
        assert entry["row_no"] - 1 in {at for at, _ in table.rows}
        assert (entry["file"], entry["sheet"], entry["row_no"]) not in refused
    for file in found["files"]:
        n = sum(m["file"] == file["path"] for m in found["mistakes"])
        assert file["rows_written"] - file["rows_acceptable"] == n


def test_whole_counties_violate_only_when_asked_and_not_all(spoiled: Any) -> None:
    _, found, asked = spoiled
    counties = [(v["county_code"], v["form"], v["rule"]) for v in found["violations"]]
    assert len(counties) == len(set(counties))
    meant = [form for _, form, rule in counties if rule == "R99"]
    assert meant == ["village_base"] * (2 if asked else 0)
    assert [form for _, form, rule in counties if rule == "R71"] == ["sales_channels"] * asked
    assert {rule for *_, rule in counties} <= {"R99", "R71", *consequences.RULES}


def test_villages_that_were_refused_are_missing_beside_the_income_ledger(spoiled: Any) -> None:
    """R25 follows from refused rows of the village base, until a correction brings them back."""
    folder, found, _ = spoiled
    lost = {m["county_code"] for m in found["mistakes"] if m["form"] == "village_base" and m["effect"] == "row_refused"}
    assert {v["county_code"] for v in found["violations"] if v["rule"] == "R25"} == lost != set()
    after = night.write_next(folder, found, 1, "correction", form="village_base")
    mended = after["nights"][0]["county_code"]
    assert mended in lost
    assert {v["county_code"] for v in after["violations"] if v["rule"] == "R25"} == lost - {mended}


def test_only_reserved_rows_are_refused(county: County) -> None:
    known = world.build(county, 300, 4, "2020-06")
    form = next(form for form in province.FORMS if form.name == "village_base")
    context = province.compose(form, known, Decks(1))
    Planner(1, 0.2, kinds_of={form.name: only_reserved("village_base", (Kind("R73", _refuse),))}).inject(context)
    refused = [row for row in context.rows if row.refused]
    assert refused
    assert all(known.is_reserved(row.values["_about"], "village_base") for row in refused)


def test_a_correction_leaves_no_contradiction_behind(spoiled: Any) -> None:
    folder, found, _ = spoiled
    before = copy.deepcopy(found)
    after = night.write_next(folder, found, 1, "correction", form="village_base")
    assert found == before
    county_code = after["nights"][0]["county_code"]
    for name in ("cross_checks", "violations"):
        of_county = [e for e in after[name] if (e["county_code"], e["form"]) == (county_code, "village_base")]
        assert len(of_county) == sum(
            (e["county_code"], e["form"]) == (county_code, "village_base") for e in before[name]
        )
        assert all(entry.get("superseded") for entry in of_county)
        assert not any(entry.get("superseded") for entry in after[name] if entry["county_code"] != county_code)


def test_targets_are_counted_from_what_forms_give(county: County) -> None:
    counts: dict[str, Any] = {
        "T09_fen": 1_234_567, "T10_households": ["1", "2"], "T12_wanted": ["1:牛", "1:羊", "2:果", "3:薯"],
        "T12_insured": ["1:牛", "1:羊", "2:牛", "3:薯"], "pilot_levels": ["省级"], "T16_villages": ["a", "b"],
        "T07_products": ["牛", "果", "薯"], "T07_products_served": ["果", "药"], "T01_actual": 1,
    }  # fmt: skip
    found = targets.of_county(counts, county)
    assert found["T09"]["actual"] == "12345.67"
    assert found["T10"]["actual"] == "2"
    assert (found["T12"]["numerator"], found["T12"]["denominator"]) == ("2", "3")
    assert (found["T07"]["numerator"], found["T07"]["denominator"]) == ("1", "3")
    assert (found["T17"]["actual"], found["T18"]["actual"]) == ("0", "1")
    assert found["T01"] == {"actual": "1", "target": "1"}
    assert not {"T02", "T05", "T16"} & set(found), "a target without its forms is absent"


def test_lists_of_parts_are_united_and_numbers_added(county: County) -> None:
    state = truth.new(1, 30, "2020-06", 0.0, [county])
    form = Form(**{**TRIAL.__dict__, "counts": lambda rows: {"T10_households": ["7", "9"], "T09_fen": 100}})
    rows = [_row(), _row()]
    rows[1].part = "621121100"
    truth.put_parts(state, county, form, truth.part_figures(form, rows, set()), replace_all=True)
    assert state["targets"][county.code]["T10"]["actual"] == "2"
    assert state["targets"][county.code]["T09"]["actual"] == "2"
