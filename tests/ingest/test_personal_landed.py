"""Personal numbers on the way to the database: what is kept of paths and sheets, and what the gate can see."""

from __future__ import annotations

import io
import zipfile

from expectations.personal_numbers import sql_condition
from ingest.personal_text import find
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.forms import AWARD_HEADER, award_rows
from tests.ingest.test_landing import FOLDER, Night, income, night, query
from tests.ingest.test_personal_text import NO_NUMBERS
from tests.spellings import in_clear, spellings
from warehouse.connect import connect
from warehouse.settings import Settings

__all__ = ["night"]

PHONES = ["13300000001", "13300000101", "13300000002"]


def everything_of(settings: Settings, *tables: str) -> str:
    return "字".join(str(row) for table in tables for row in query(settings, f"select t::text from {table} as t"))


def test_paths_are_masked_and_still_find_their_files(settings: Settings, night: Night) -> None:
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as opened:
        opened.writestr(f"经办{PHONES[0]}/台账 133 0000 0002.xlsx", income(0.3))
    files = {
        f"张某{PHONES[0]}.xlsx": income(), f"张某{PHONES[1]}.xlsx": income(0.1), "张某133-0000-0001/台账.xlsx": income(0.2),
        f"打包（{PHONES[2]}）.zip": bundle.getvalue(),
    }  # fmt: skip
    assert sum(night(files).values()) == 4
    assert night() == {}, "nothing is new the second night"
    paths = [path for (path,) in query(settings, "select path from ops.landing_files")]
    assert len(set(paths)) == 5 and not in_clear("字".join(paths), PHONES)
    tables = ("ops.submissions", "ops.landing_files", "ops.readings", "ops.issues", "raw.village_income")
    assert in_clear(everything_of(settings, *tables), PHONES) == set()
    assert query(settings, "select count(*) from ops.issues where rule_id = 'S18'")[0][0] >= 4
    gone, stays = f"张某{PHONES[0]}.xlsx", f"张某{PHONES[1]}.xlsx"
    assert night({gone: None, stays: income(0.5)}) == {"loaded": 1}
    assert query(settings, "select count(*) from ops.landing_files where gone_at is not null")[0][0] == 1


def test_paths_recorded_in_clear_are_masked_and_no_file_is_new(settings: Settings, night: Night) -> None:
    night({f"张某{PHONES[0]}.xlsx": income()})
    with connect("owner", settings=settings) as conn:
        for table in ("submissions", "landing_files"):
            conn.execute(f"update ops.{table} set path = %s", (f"{FOLDER}/张某{PHONES[0]}.xlsx",))  # type: ignore[arg-type]
    assert night() == {}
    assert in_clear(everything_of(settings, "ops.submissions", "ops.landing_files"), PHONES) == set()


def test_a_ledger_with_numbers_in_its_remarks_is_whole(settings: Settings, night: Night) -> None:
    """Sheets that are the same when masked stay two; each number is told at its cell."""
    rows = award_rows()
    for row, written in zip(
        rows, ("621126770707444", "133 0000 0002", "６２２９２６１９７７０７０７４４４０", "好"), strict=True
    ):
        row[18] = written
    title = [["通渭县2020年到户产业扶持资金花名册"], ["单位：元"], AWARD_HEADER]
    pages = [Page([*title, *rows[:2]], name=PHONES[0]), Page([*title, *rows[2:]], name=PHONES[1])]
    assert night({"花名册.xlsx": by_openpyxl(*pages)}) == {"loaded": 1}
    assert sorted(query(settings, "select remark from raw.household_awards")) == [
        ("****02",),
        ("****40",),
        ("****44",),
        ("好",),
    ]
    told = query(settings, "select sheet, cell, message from ops.issues where rule_id = 'C13' order by sheet, cell")
    assert [(sheet, cell) for sheet, cell, _ in told] == [("****01", "S4"), ("****01", "S5"), ("****01（2）", "S4")]
    assert "证件号" in told[0][2] and "手机号" in told[1][2]
    with connect("owner", settings=settings) as conn:
        held = conn.execute(f"select count(*) from raw.household_awards where {sql_condition('remark')}").fetchone()
    assert held == (0,)


def test_the_gate_sees_every_spelling_that_needs_no_arithmetic(settings: Settings) -> None:
    """What the gate would hold is masked by the reader; what it passes over is what a check character or a sum decides."""
    numbers = {
        "622926197707074440": 0,
        "622926770707444": 0,
        "13300000002": 0,
        "6217000123456789012": 1,
        "9558802700102349999": 1,
    }
    spelt = [text for number, is_card in numbers.items() for text in spellings(number, is_card=bool(is_card)).values()]
    spelt += ["账号27012345600012345678", "电话0932-5551234", "身份证999999197707074440", "6.21126197707074E+17"]
    statement = f"select t, {sql_condition('t')}, {sql_condition('t', is_code=True)} from unnest(%s::text[]) as t"
    with connect("owner", settings=settings) as conn:
        seen = {text: (found, code) for text, found, code in conn.execute(statement, (spelt + NO_NUMBERS,))}  # type: ignore[arg-type]
    assert [text for text in spelt if not seen[text][0]] == []
    assert [text for text in NO_NUMBERS if any(seen[text])] == []
    assert [text for text in seen if seen[text][0] and not find(text)] == []
    assert not seen["6217000123456789012"][1] and seen["13300000002"][1]
