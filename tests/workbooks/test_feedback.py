"""Workbooks go back, come again corrected and take the place of what they correct: through archive, children and database."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from rich.console import Console

from ingest import decisions, places
from ingest.context import reference_folder
from ingest.returned import number_of
from tests.disks import small_disk
from tests.e2e.nights import longcang
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.forms import INCOME_HEADER, income_rows
from tests.ingest.test_landing import Night, nights
from warehouse import nightly
from warehouse.cli.main import cli
from warehouse.connect import connect
from warehouse.feedback import Feedback, write
from warehouse.feedback_orders import due
from warehouse.report import collect
from warehouse.report_text import render
from warehouse.settings import Settings
from workbooks.annotated.shades import PLAIN

TITLE, TONGWEI, LONGXI = "{}2020年{}月村级集体经济收入统计表", "621121-通渭县", "621122-陇西县"


def income(county: str = "通渭县", month: int = 6, **changes: Any) -> bytes:
    """A county's ledger, some cells changed: C5='…'."""
    page = Page([[TITLE.format(county, month)], ["单位：万元"], INCOME_HEADER, *income_rows()])
    return corrected(by_openpyxl(page), **changes)


def corrected(data: bytes, sheet: str = "Sheet1", **changes: Any) -> bytes:
    """The workbook as a clerk saves it who has changed some cells."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in changes.items():
        book[sheet][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WRONG = {"C5": "没有这个村", "D7": None, "E6": "约20"}
RIGHT = {"C5": "瓦石", "D7": "是", "E6": income_rows()[2][4]}


@pytest.fixture
def night(settings: Settings) -> Night:
    """A night of files in any county's folder."""
    return nights(settings)


def rows(settings: Settings, text: str) -> list[Any]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(text).fetchall()  # type: ignore[arg-type]


def places_of(county: str = "621122", count: int = 5) -> list[tuple[str, str]]:
    """Townships and villages of another county, as many as the ledger has rows."""
    known = places.load(reference_folder()).counties[county]
    found = []
    for village in known.villages.values():
        if known.village(village.name, village.township_code) is village:
            found.append((known.townships[village.township_code].name, village.name))
    return found[:count]


def only(feedback: Feedback) -> Path:
    (workbook,) = feedback.workbooks
    return workbook.path


def test_corrected_and_sent_in_it_takes_the_place_of_what_it_corrects(settings: Settings, night: Night) -> None:
    assert night({f"{TONGWEI}/报表.xlsx": income(**WRONG)}) == {"refused": 1}
    path = only(write(settings))
    assert path == settings.feedback / TONGWEI / "2020-06" / "村级集体经济收入台账-1.xlsx"
    sheet = openpyxl.load_workbook(path)["Sheet1"]
    marked = {
        c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == PLAIN["error"] and c.comment
    }
    assert marked == set(WRONG)
    assert night({f"{TONGWEI}/另一个名字(改).xlsx": corrected(path.read_bytes(), **RIGHT)}) == {"loaded": 1}
    assert rows(
        settings, "select corrects_submission_id, outcome, rows_accepted from ops.readings where submission_id = 2"
    ) == [(1, "loaded", 5)]
    assert (
        rows(settings, "select rule_id from ops.issues join ops.readings using (reading_id) where submission_id = 2")
        == []
    )
    after = write(settings)
    assert (after.workbooks, after.withdrawn) == ([], 1) and not path.exists()
    assert rows(settings, "select count(*) from ops.feedback") == [(0,)]


def test_what_could_not_be_told_is_closed_by_its_number_and_what_was_sent_anew_by_its_scope(
    settings: Settings, night: Night
) -> None:
    """Both first files stay in the folder beside the later ones."""
    untold = corrected(income(), C3="甲", E3="乙", K3="丙", A1="通渭县2020年6月表", F3="丁", G3="戊", H3="己")
    assert night({f"{TONGWEI}/认不出.xlsx": untold, f"{LONGXI}/a.xlsx": income("陇西县")}) == {"refused": 2}
    first = {w.county_code: w for w in write(settings).workbooks}
    assert first["621121"].period is None
    back = corrected(
        first["621121"].path.read_bytes(),
        A1=TITLE.format("通渭县", 6),
        **{
            f"{letter}3": INCOME_HEADER[n]
            for n, letter in ((2, "C"), (4, "E"), (5, "F"), (6, "G"), (7, "H"), (10, "K"))
        },
    )
    assert night({f"{TONGWEI}/改.xlsx": back}) == {"loaded": 1}
    assert [w.county_code for w in write(settings).workbooks] == ["621122"]
    own = list(enumerate(places_of(), 4))
    clean = {f"B{n}": town for n, (town, _) in own} | {f"C{n}": village for n, (_, village) in own}
    assert night({f"{LONGXI}/b.xlsx": income("陇西县", **clean)}) == {"loaded": 1}
    assert write(settings).workbooks == []


@pytest.mark.ci_only
def test_it_stays_due_wherever_its_file_goes(settings: Settings) -> None:
    """Renamed, moved, sent again unchanged, read again, gone for a night and back: the same workbooks under the same numbers."""
    night = nights(settings.with_changes(missing_share_limit=1.0))

    def asked_for() -> list[int]:
        with connect("owner", settings=settings) as conn:
            return [r.submission.submission_id for r in due(conn, places.load(reference_folder()), "gate")]

    partly, refused = income(C5="没有这个村"), income("陇西县")
    night({f"{TONGWEI}/a.xlsx": partly, f"{LONGXI}/b.xlsx": refused, f"{TONGWEI}/七月.xlsx": income(month=7)})
    first = asked_for()
    assert len(first) == 2
    moved = {f"{TONGWEI}/改名.xlsx": partly, f"{LONGXI}/乡镇/b.xlsx": refused}
    back = {f"{TONGWEI}/a.xlsx": partly, f"{LONGXI}/b.xlsx": refused}
    for how, files in {
        "renamed and moved": {**dict.fromkeys(back), **moved},
        "sent again": back,
        "gone": {**dict.fromkeys(back), **dict.fromkeys(moved)},
        "back": back,
    }.items():
        night(files)
        assert asked_for() == first, how
    with connect("owner", settings=settings) as conn:
        decisions.reread(conn, by="x", reason="y", submissions=first)
    night()
    assert asked_for() == first, "read again"
    night({f"{TONGWEI}/a.xlsx": income(C5="瓦石"), f"{LONGXI}/b.xlsx": None})
    assert asked_for() == first[1:], "one is corrected"
    with connect("owner", settings=settings) as conn:
        conn.execute("update ops.landing_files set gone_at = now() - interval '8 days' where gone_at is not null")
    assert asked_for() == [], "the other one, which was refused, its county has taken back"


def test_what_is_still_wrong_goes_back_under_the_new_number_alone(settings: Settings, night: Night) -> None:
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村", E6="约20")})
    half = corrected(only(write(settings)).read_bytes(), C5="瓦石")
    assert night({f"{TONGWEI}/报表.xlsx": half}) == {"partly": 1}
    book = openpyxl.load_workbook(only(write(settings)))
    assert book.sheetnames == ["退改说明", "Sheet1"] and number_of(2) in book["退改说明"]["A2"].value
    sheet = book["Sheet1"]
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == {"E6"}
    assert sheet["C5"].fill.fill_type is None


def test_nothing_is_written_twice_and_nothing_is_open_to_others(settings: Settings, night: Night) -> None:
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村"), f"{LONGXI}/a.xlsx": income("陇西县")})
    first = write(settings, run_id="night 1")
    path = next(w.path for w in first.workbooks if w.county_code == "621121")
    before = path.stat()
    again = write(settings)
    assert (len(first.workbooks), first.written) == (len(again.workbooks), first.written) and again.written == 0
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert stat.S_IMODE(before.st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in list(path.parents)[:3]} == {0o700}
    path.write_bytes(b"damaged")
    assert write(settings).written == 1 and path.stat().st_size == before.st_size
    assert not list(settings.feedback.rglob(".writing-*"))


def test_a_number_of_another_county_or_period_is_said_and_corrects_nothing(settings: Settings, night: Night) -> None:
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村")})
    back = only(write(settings)).read_bytes()
    title = TITLE.format("陇西县", 6)
    other = corrected(back, A1=title, **{f"C{n}": v for n, v in zip(range(4, 9), ["不"] * 5, strict=True)})
    assert night(
        {f"{LONGXI}/b.xlsx": other, f"{TONGWEI}/五月.xlsx": corrected(back, A1=TITLE.format("通渭县", 5), C5="瓦石")}
    )
    found = rows(settings, "select county_code, severity, message from ops.issues where rule_id = 'S16' order by 1")
    assert [(county, severity) for county, severity, _ in found] == [("621121", "warn"), ("621122", "warn")]
    assert "另一个报告期" in found[0][2] and "另一个县" in found[1][2] and number_of(1) in found[1][2]
    assert rows(settings, "select count(*) from ops.readings where corrects_submission_id is not null") == [(0,)]
    assert rows(settings, "select outcome from ops.readings where submission_id = 2") == [("loaded",)]


def test_a_number_that_was_never_given_is_said(settings: Settings, night: Night) -> None:
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村")})
    forged = corrected(only(write(settings)).read_bytes(), "退改说明", A2=f"退改编号：{number_of(77)}")
    night({f"{TONGWEI}/b.xlsx": forged})
    ((message,),) = rows(settings, "select message from ops.issues where rule_id = 'S16'")
    assert "查无此号" in message


def test_what_cannot_be_read_gets_its_page_alone(settings: Settings, night: Night) -> None:
    night({f"{TONGWEI}/../{TONGWEI}/=坏 文件;$(x).xlsx": b"%PDF-1.7", "无县.csv": "甲,乙\n1,2\n".encode()})
    done = write(settings)
    paths = sorted(str(w.path.relative_to(settings.feedback)) for w in done.workbooks)
    assert paths == ["621121-通渭县/未认出报告期/坏_文件_(x)-2.xlsx", "未认出县/未认出报告期/无县-1.xlsx"]
    sheets = {w.submission_id: openpyxl.load_workbook(w.path).sheetnames for w in done.workbooks}
    assert sheets == {1: ["退改说明", "表1"], 2: ["退改说明", "原文件"]}


def test_findings_between_forms_and_of_the_gate_are_among_them(settings: Settings, night: Night) -> None:
    """As the published mart and the gate's holds keep them."""
    from expectations import gate

    night({f"{TONGWEI}/报表.xlsx": income(), f"{TONGWEI}/七月.xlsx": income(month=7)})
    with connect("owner", settings=settings) as conn:
        conn.execute(
            "create view marts.mart_cross_checks as select reading_id, 1 as sheet_no, 5 as row_no, 'R99' as rule_id, "
            "'warn' as severity, '与台账不一致' as sentence, null::bigint as other_reading_id, null::integer as other_sheet_no, "
            "null::integer as other_row_no"
            ", 'cooperatives' as other_form, 'village_income' as form from ops.readings where submission_id = 2"
        )
        conn.execute(
            "insert into ops.gate_holds (reading_id, gate_digest, publication_id, rule_id, sentence) "
            "select reading_id, %s, 1, 'G01', '比上期增长过快' from ops.readings where submission_id = 1",
            (gate.digest(),),
        )
    first, second = write(settings).workbooks
    said = [
        cell
        for row in openpyxl.load_workbook(first.path)["退改说明"].iter_rows(values_only=True)
        for cell in row
        if cell
    ]
    assert "比上期增长过快" in said and any("没有通过校验" in str(cell) for cell in said)
    book = openpyxl.load_workbook(second.path)
    assert {c.coordinate for row in book["Sheet1"].iter_rows() for c in row if c.fill.fgColor.rgb == PLAIN["warn"]} == {
        "A5"
    }
    assert "与台账不一致" in book["Sheet1"]["A5"].comment.text
    assert any("对照：农民合作社名录" in row for row in book["退改说明"].iter_rows(values_only=True))


def test_a_night_writes_them_and_its_report_says_where(settings: Settings, night: Night) -> None:
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村")})
    nightly.begin("n", "nightly", nightly.date(2020, 7, 1), settings)
    nightly.feedback("n", settings)
    with connect("owner", settings=settings) as conn:
        report = collect(conn, "n", settings)
    assert report["feedback"] == {"folder": str(settings.feedback), "workbooks": 1, "written": 1, "failed": 0}
    out = Console(record=True, width=200, file=io.StringIO())
    render(report, out)
    assert f"退改工作簿：1 份待各县取回，本次新写 1 份，在 {settings.feedback}" in out.export_text()


def test_what_goes_wrong_there_fails_no_night(settings: Settings, night: Night) -> None:
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村")})
    settings.feedback.rmdir()
    settings.feedback.write_bytes(b"no folder")
    nightly.begin("n", "nightly", nightly.date(2020, 7, 1), settings)
    nightly.feedback("n", settings)
    ((state, message),) = rows(settings, "select state, message from ops.steps where run_id = 'n'")
    assert state == "done" and "longcang feedback" in message
    with connect("owner", settings=settings) as conn:
        report = collect(conn, "n", settings)
    out = Console(record=True, width=200, file=io.StringIO())
    render(report, out)
    assert "退改工作簿没有写完，改好后运行 longcang feedback。" in out.export_text()


def test_the_command_writes_where_it_is_told(settings: Settings, night: Night, tmp_path: Path) -> None:
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村"), f"{LONGXI}/a.xlsx": income("陇西县")})
    done = longcang(settings, "feedback", "--county", "通渭县", "--out", str(tmp_path / "out"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["written"] == 1 and told["failed"] == {} and Path(told["workbooks"][0]["path"]).is_file()
    assert [p.name for p in (tmp_path / "out").iterdir()] == [TONGWEI]
    assert rows(settings, "select count(*) from ops.feedback") == [(0,)]
    runner = CliRunner()
    shown = runner.invoke(cli, ["feedback", "--submission", "1"], standalone_mode=False)
    assert "1 份退改工作簿在" in shown.output and "村级集体经济收入台账-1.xlsx" in shown.output
    for wrong in (["--submission", "99"], ["--county", "没有这个县"]):
        assert runner.invoke(cli, ["feedback", *wrong]).exit_code == 2


def test_a_command_that_could_not_write_all_fails_with_a_sentence(
    settings: Settings, night: Night, tmp_path: Path
) -> None:
    """An original that the archive has lost, and a disk that is full."""
    night({f"{TONGWEI}/报表.xlsx": income(C5="没有这个村")})
    with small_disk(tmp_path / "disk", "8k") as disk:
        done = longcang(settings, "feedback", "--out", str(disk / "out"))
        assert done.returncode == 3 and done.stderr.count("\n") == 1
        assert done.stderr.startswith(f"longcang: The disk of {disk / 'out'} is full; make room on it")
    (original,) = [path for path in settings.archive.rglob("*") if path.is_file()]
    original.unlink()
    done = longcang(settings, "feedback")
    assert done.returncode == 3 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(
        "longcang: 1 workbook(s) were not written, that of submission 1 because: 存档中没有原件"
    )
    assert str(original) in done.stderr
    assert not list(settings.feedback.rglob("*.xlsx")), "a workbook without the county's own sheets went out"


def test_csv_that_leaves_is_taken_for_no_formula(settings: Settings) -> None:
    done = longcang(settings, "sql", "select '=1+1' as a, ' @x' as b, -3 as c, '王' as d", "--csv")
    assert done.stdout == "a,b,c,d\n'=1+1,' @x,-3,王\n"
