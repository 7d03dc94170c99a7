"""From the landing folder to the database: what is new, what is current, what supersedes, what is read again."""

from __future__ import annotations

import csv
import shutil
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.batch import load_context, read_batch
from ingest.context import reference_folder
from ingest.discover import discover
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.forms import AWARD_HEADER, INCOME_HEADER, award_rows, id_number, income_rows
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.settings import Settings

TITLE = ["通渭县2020年6月村级集体经济收入统计表"]
FOLDER = "621121-通渭县"
Night = Callable[..., dict[str, int]]


@cache  # a writer puts the time into the workbook: the same table written again has other bytes
def income(change: float = 0.0) -> bytes:
    rows = income_rows()
    rows[0][4] += change
    return by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows]))


def nights(settings: Settings, folder: str = "") -> Night:
    """Writes files (None removes one) into a folder of the landing folder and runs discover and read_batch."""
    numbers = iter(range(1, 100))

    def run(files: dict[str, bytes | None] | None = None) -> dict[str, int]:
        for name, data in (files or {}).items():
            path = settings.landing / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if data is None else path.write_bytes(data)
        run_id = f"night {next(numbers)}"
        with connect("owner", settings=settings) as conn:
            found = discover(conn, settings.landing, run_id, settings, load_context(settings))
        return read_batch(found, run_id, settings)

    return run


@pytest.fixture
def night(settings: Settings) -> Night:
    """A night of files in the county's folder."""
    return nights(settings, FOLDER)


def query(settings: Settings, text: str, *values: Any) -> list[Any]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(text, values).fetchall()  # type: ignore[arg-type]


def speaking(settings: Settings, part: str = "621121100") -> int:
    """The submission that speaks for a part: the newest of those whose latest reading covers it."""
    ((number,),) = query(
        settings,
        "select max(submission_id) from ops.readings join ops.reading_parts using (reading_id) "
        "where outcome in ('loaded', 'partly') and part_code = %s",
        part,
    )
    return int(number)


def test_rows_issues_parts_and_outcome_land_together(settings: Settings, night: Night) -> None:
    rows = income_rows()
    rows[1][2] = "没有这个村"
    assert night({"a.xlsx": by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows]))}) == {"partly": 1}
    ((form, scope, period, read, accepted, layout, totals),) = query(
        settings, "select form, scope_code, period, rows_read, rows_accepted, layout, totals from ops.readings"
    )
    assert (form, scope, period, read, accepted) == ("village_income", "621121", "2020-06", 5, 4)
    assert layout["sheets"][0]["columns"]["inc_total_yuan"] == {"column": "K", "header": "合计", "unit": "万元"}
    assert totals["columns"]["inc_total_yuan"]["written"] == "165000"
    landed = query(
        settings, "select row_no, village_code, inc_total_yuan, part_code from raw.village_income order by row_no"
    )
    assert [(r[0], str(r[2])) for r in landed] == [
        (4, "31000.0000"),
        (6, "33000.0000"),
        (7, "34000.0000"),
        (8, "35000.0000"),
    ]
    assert query(settings, "select rule_id, sheet, cell, county_code, effect, value_shown from ops.issues") == [
        ("R70", "Sheet1", "C5", "621121", "row_refused", "没有这个村")
    ]
    parts = dict(query(settings, "select part_code, n_rows from ops.reading_parts"))
    assert parts["621121100"] == 2 and parts["621121101"] == 2 and parts["621121"] == 0 and len(parts) == 19


def test_nothing_new_is_not_read(night: Night) -> None:
    assert night({"a.xlsx": income()}) == {"loaded": 1}
    assert night() == {}
    assert night({"b.xlsx": income(1)}) == {"loaded": 1}


def test_the_same_bytes_again_are_unchanged(settings: Settings, night: Night) -> None:
    night({"a.xlsx": income()})
    assert night({"copy.xlsx": income()}) == {"unchanged": 1}
    assert night({"a.xlsx": None}) == {}
    assert night({"a.xlsx": income()}) == {"unchanged": 1}  # gone and back: a new submission, nothing new in it
    assert len(query(settings, "select from raw.village_income")) == 5
    assert speaking(settings) == 1


def test_a_then_b_then_a_reverts(settings: Settings, night: Night) -> None:
    for change, counts in ((0.0, {"loaded": 1}), (1.0, {"loaded": 1}), (0.0, {"loaded": 1}), (0.0, {})):
        assert night({"a.xlsx": income(change)}) == counts
    assert speaking(settings) == 3
    sums = query(
        settings, "select sum(income_prev_yuan) from raw.village_income group by reading_id order by reading_id"
    )
    assert [str(s) for (s,) in sums] == ["135000.0000", "145000.0000", "135000.0000"]


def test_a_townships_correction_and_the_county_again(settings: Settings, night: Night) -> None:
    """The county's bytes are not current once a township has corrected its own part: sent again, they count again."""
    night({"county.xlsx": income()})
    own = by_openpyxl(
        Page([["通渭县平襄镇2020年6月村级集体经济收入统计表"], ["单位：万元"], INCOME_HEADER, *income_rows()[:3]])
    )
    assert night({"平襄镇/own.xlsx": own}) == {"loaded": 1}
    assert (speaking(settings), speaking(settings, "621121101")) == (2, 1)
    assert night({"county again.xlsx": income()}) == {"loaded": 1}
    assert speaking(settings) == 3


def test_a_refused_file_is_read_again_when_an_alias_makes_it_readable(
    settings: Settings, night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(reference_folder(), folder)
    monkeypatch.setenv("LONGCANG_REFERENCE", str(folder))
    rows = income_rows()
    for row in rows[:3]:
        row[2] = f"老{row[2]}庄"
    data = by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows]))
    assert night({"a.xlsx": data}) == {"refused": 1}
    path = settings.landing / "621122-陇西县" / "b.xlsx"
    path.parent.mkdir()
    path.write_bytes(income(2))  # 通渭's table in 陇西's folder: refused too
    assert night() == {"refused": 1}
    codes = {"老中林庄": "中林", "老瓦石庄": "瓦石", "老河南庄": "河南"}
    places = load_context(settings).places.counties["621121"]
    with (folder / "aliases.csv").open("a", encoding="utf-8", newline="") as stream:
        for alias, name in codes.items():
            village = places.village(name, "621121100")
            assert village is not None
            csv.writer(stream).writerow(["village", "621121100", alias, village.code, "别称", "test"])
    assert night() == {"loaded": 1}  # and not 陇西's, whose names are what they were
    assert night() == {}
    assert query(settings, "select outcome from ops.readings where county_code = '621121' order by reading_id") == [
        ("refused",),
        ("loaded",),
    ]


def test_refusals_are_landed_and_not_read_again(settings: Settings, night: Night) -> None:
    counts = night(
        {"a.xlsx": income()[:2000], "b.pdf": b"%PDF-1.4", "~$a.xlsx": b"x", "c.xlsx.part": b"x", "Thumbs.db": b"x"}
    )
    assert counts == {"refused": 2}
    assert night() == {}
    found = query(settings, "select refusal_code, county_code, refusal from ops.readings order by reading_id")
    assert [(code, county) for code, county, _ in found] == [("S01", "621121")] * 2
    assert query(settings, "select rule_id, effect from ops.issues") == [("S01", "file_refused")] * 2


def test_a_refused_file_that_was_replaced_is_left_alone(settings: Settings, night: Night) -> None:
    night({"a.xlsx": income()[:2000]})
    assert night({"a.xlsx": income()}) == {"loaded": 1}
    settings = settings.with_changes(refused_share_limit=0.4)  # every digest changes
    with connect("owner", settings=settings) as conn:
        assert discover(conn, settings.landing, "r", settings, load_context(settings)) == [2]


def test_a_batch_that_runs_again_lands_nothing_twice(settings: Settings, night: Night) -> None:
    night(
        {
            "a.xlsx": income(),
            "b.xlsx": by_openpyxl(
                Page([["通渭县2020年到户产业扶持资金花名册"], ["单位：元"], AWARD_HEADER, *award_rows()])
            ),
        }
    )
    assert read_batch([1, 2], "again", settings) == {"skipped": 2}
    assert len(query(settings, "select from raw.village_income")) == 5


def test_two_loads_of_the_same_files_at_once(settings: Settings, night: Night) -> None:
    with connect("owner", settings=settings) as conn:
        for n in range(4):
            path = settings.landing / FOLDER / f"{n}.xlsx"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(income(n))
        found = discover(conn, settings.landing, "r", settings, load_context(settings))
    threads = [threading.Thread(target=read_batch, args=(found, f"r{n}", settings)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert query(settings, "select submission_id, count(*) from ops.readings group by 1 order by 1") == [
        (n, 1) for n in found
    ]
    assert len(query(settings, "select from raw.village_income")) == 20


def test_what_the_database_does_not_take_is_refused_and_said_without_values(
    settings: Settings, night: Night, caplog: pytest.LogCaptureFixture
) -> None:
    with connect("owner", settings=settings) as conn:
        conn.execute("alter table raw.household_awards add check (award_amount_yuan < 1000)")
    awards = by_openpyxl(Page([["通渭县2020年到户产业扶持资金花名册"], ["单位：元"], AWARD_HEADER, *award_rows()]))
    assert night({"a.xlsx": awards, "b.xlsx": income()}) == {"refused": 1, "loaded": 1}
    ((refusal,),) = query(settings, "select refusal from ops.readings where outcome = 'refused'")
    assert "23514" in refusal and "王" not in refusal
    assert id_number(1)[-4:] not in caplog.text and "Failing row" not in caplog.text
    assert query(settings, "select from raw.household_awards") == []


def test_a_file_being_written_waits(settings: Settings, night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    path = settings.landing / FOLDER / "a.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(income()[:3000])

    def go_on_writing(seconds: float) -> None:
        path.write_bytes(income())

    monkeypatch.setattr("ingest.discover.time.sleep", go_on_writing)
    slow = settings.with_changes(settle_seconds=0.1)
    with connect("owner", settings=settings) as conn:
        assert discover(conn, settings.landing, "r", slow, load_context(settings)) == []
    assert night() == {"loaded": 1}


def test_links_and_pipes_are_passed_over(settings: Settings, night: Night, tmp_path: Path) -> None:
    import os

    folder = settings.landing / FOLDER
    folder.mkdir(parents=True)
    (tmp_path / "outside.xlsx").write_bytes(income())
    (folder / "link.xlsx").symlink_to(tmp_path / "outside.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    (settings.landing / "truth.json").write_text("{}")
    assert night() == {}
    assert query(settings, "select from ops.submissions") == []


def test_file_names_in_gbk(settings: Settings, night: Night) -> None:
    import os

    folder = os.fsencode(settings.landing / FOLDER)
    os.makedirs(folder, exist_ok=True)
    with open(folder + b"/" + "村集体台账.xlsx".encode("gbk"), "wb") as stream:
        stream.write(income())
    assert night() == {"loaded": 1}
    assert night() == {}
    assert query(settings, "select path from ops.submissions") == [(f"{FOLDER}/村集体台账.xlsx",)]


def test_the_archive_has_the_bytes_and_is_closed(settings: Settings, night: Night) -> None:
    night({"a.xlsx": income()})
    ((sha256,),) = query(settings, "select sha256 from ops.submissions")
    path = settings.archive / sha256[:2] / sha256[2:]
    assert path.read_bytes() == (settings.landing / FOLDER / "a.xlsx").read_bytes()
    assert settings.archive.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0


def test_a_missing_landing_folder_is_said(settings: Settings) -> None:
    with connect("owner", settings=settings) as conn, pytest.raises(LongcangError, match="landing folder"):
        discover(conn, settings.landing / "nothing", "r", settings, load_context(settings))
