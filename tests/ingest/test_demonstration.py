"""A made-up province comes only into a new warehouse, which says so for good, and never meets real files."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.packaging.custom import StringProperty

from ingest import demonstration as mark
from ingest.batch import load_context
from ingest.demonstration import MARKER, NOTE
from ingest.discover import discover
from ingest.returned import LABEL, number_of
from tests.cli.test_report import text_of
from tests.e2e.nights import longcang
from tests.ingest.test_landing import query
from warehouse import demonstration, nightly, services
from warehouse.cli.main import cli
from warehouse.connect import connect
from warehouse.errors import LandingRefused, LongcangError
from warehouse.report import collect
from warehouse.settings import Settings

FOLDER = "621121-通渭县"
SMALL = {"households": 60, "counties": 2, "defects": 0.02}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "SIMULATED", SMALL)


def look(settings: Settings, run_id: str = "night") -> list[int]:
    with connect("owner", settings=settings) as conn:
        return discover(conn, settings.landing, run_id, settings, load_context(settings))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("state", ["empty", "of other files", "missing"])
def test_an_empty_landing_folder_is_not_filled_by_itself(settings: Settings, state: str) -> None:
    if state == "missing":
        settings.landing.rmdir()
    elif state == "of other files":
        for name in (".snapshot", "lost+found", FOLDER):
            (settings.landing / name).mkdir()
        (settings.landing / "README.md").write_text("a share")
    before = sorted(settings.landing.rglob("*"))
    what = "is missing" if state == "missing" else "holds no file"
    with pytest.raises(LongcangError, match=what) as refused:
        cli.main(["run"], standalone_mode=False)
    for words in (str(settings.landing), "mount", "LONGCANG_LANDING", "nothing was done", "longcang run --demo"):
        assert words in str(refused.value)
    assert sorted(settings.landing.rglob("*")) == before
    for table in ("submissions", "runs", "demonstration"):
        assert query(settings, f"select count(*) from ops.{table}") == [(0,)]
    if state == "empty":
        done = longcang(settings, "run", "--landing", str(settings.landing))
        assert (done.returncode, done.stderr.count("\n")) == (3, 1) and "holds no file" in done.stderr


def test_a_warehouse_that_has_received_something_is_never_filled(settings: Settings) -> None:
    """A share that is not mounted, and `make run`."""
    path = settings.landing / FOLDER / "a.csv"
    path.parent.mkdir()
    path.write_text("a\n")
    look(settings)
    path.unlink()
    with pytest.raises(LongcangError, match="has received 1: a made-up province is written for a new warehouse only"):
        cli.main(["run", "--demo"], standalone_mode=False)
    assert contents(settings.landing) == {}
    # Nor does one read what another's demonstration has left there.
    (settings.landing / MARKER).write_text(json.dumps({"files": [f"{FOLDER}/b.csv"]}))
    (settings.landing / FOLDER / "b.csv").write_text("made up\n")
    (settings.landing / FOLDER / "a.csv").write_text("a\n")
    with pytest.raises(LandingRefused, match="the two are never mixed"):
        look(settings, "two")
    assert query(settings, "select count(*) from ops.submissions") == [(1,)]
    assert query(settings, "select count(*) from ops.demonstration") == [(0,)]


def test_a_demonstration_takes_its_files_and_their_corrections_and_no_real_ones(settings: Settings) -> None:
    said: list[str] = []
    demonstration.fill(settings, said.append)
    assert "demonstration (演示数据)" in said[0] and not (settings.landing / demonstration.STAGING).exists()
    listed = json.loads((settings.landing / MARKER).read_text(encoding="utf-8"))["files"]
    assert set(listed) | {MARKER} == set(contents(settings.landing))
    demonstration.fill(settings, said.append)
    assert len(said) == 1, "a folder that holds files was filled"
    first = look(settings)
    assert len(first) > 20
    assert query(settings, "select landing from ops.demonstration") == [(str(settings.landing.resolve()),)]
    books = sorted(path for path in settings.landing.rglob("*.xlsx"))
    # A workbook that somebody has corrected in its place, one under another name, and one that came back.
    books[0].write_bytes(books[0].read_bytes() + b"\0")
    books[1].rename(books[1].with_name("改名.xlsx"))
    back = openpyxl.load_workbook(books[2])
    back.custom_doc_props.append(StringProperty(name=LABEL, value=number_of(first[0])))
    back.save(books[2].with_name("改正.xlsx"))
    assert len(look(settings, "corrections")) == len(first) + 3
    before = query(settings, "select count(*) from ops.submissions"), contents(settings.archive)
    real = settings.landing / FOLDER / "实报.xlsx"
    real.parent.mkdir(exist_ok=True)
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.save(data)
    real.write_bytes(data.getvalue())
    with pytest.raises(LandingRefused) as refused:
        look(settings, "real")
    for words in ("demonstration", f"{FOLDER}/实报.xlsx", "1 file(s)", str(settings.home), MARKER, LABEL):
        assert words in str(refused.value)
    assert (query(settings, "select count(*) from ops.submissions"), contents(settings.archive)) == before
    elsewhere = settings.with_changes(landing=settings.home / "share")
    elsewhere.landing.mkdir()
    shutil.copy(real, elsewhere.landing / "实报.xlsx")
    with pytest.raises(LandingRefused):
        look(elsewhere, "elsewhere")
    for statement in ("delete from ops.demonstration", "update ops.demonstration_files set path = ''"):
        with pytest.raises(Exception, match="only ever added to"):
            query(settings, statement)


def test_a_filling_that_was_cut_off_is_no_real_province(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between two of its moves: what lies there is known to be made up, and the rest comes the next time."""
    (settings.landing / MARKER).write_text('{"files": []}')  # of a demonstration that was purged
    moves: list[object] = []

    def one_only(source: object, target: object) -> None:
        if moves:
            raise KeyboardInterrupt
        moves.append(target)
        Path(str(source)).rename(str(target))

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("warehouse.demonstration.os.rename", one_only)
        demonstration.fill(settings, print)
    look(settings)
    assert query(settings, "select count(*) from ops.demonstration") == [(1,)]
    demonstration.fill(settings, print)
    listed = json.loads((settings.landing / MARKER).read_text(encoding="utf-8"))["files"]
    assert set(listed) | {MARKER} == set(contents(settings.landing))
    look(settings, "the rest")


def test_whatever_shows_figures_says_so(settings: Settings) -> None:
    nightly.begin("n", "nightly", nightly.date(2020, 7, 1), settings)
    runner = CliRunner()

    def outputs() -> list[str]:
        with connect("owner", settings=settings) as conn:
            report = text_of(collect(conn, "n", settings), 200)
        commands = (["publications"], ["why"], ["holds"], ["history", "通渭县"], ["sql", "select 1"])
        return [report, *(runner.invoke(cli, command, env={"COLUMNS": "200"}).output for command in commands)]

    assert not any("演示数据" in text for text in outputs()) and "demonstration" not in services.status(settings)
    with connect("owner", settings=settings) as conn:
        conn.execute("insert into ops.demonstration (landing) values ('x')")
        assert mark.since(conn) is not None
    assert all(NOTE in text for text in outputs())
    assert NOTE in services.status(settings)["demonstration"]
    plain = runner.invoke(cli, ["sql", "select 1 as a", "--csv"])
    assert plain.stdout == "a\n1\n" and NOTE in plain.stderr
