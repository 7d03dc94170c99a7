"""Proposed spellings from landing to decision: recorded, listed, accepted into one's own reference files, read again."""

from __future__ import annotations

import csv
import json
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import aliases
from ingest.batch import load_context, read_batch
from ingest.check import check_files
from ingest.context import reference_folder
from ingest.discover import discover
from tests.e2e.nights import longcang
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.forms import INCOME_HEADER, income_rows
from warehouse.connect import connect
from warehouse.errors import LongcangError
from warehouse.reference import load as load_reference
from warehouse.settings import Settings

Night = Callable[..., dict[str, int]]


def income(*villages: str, extra: float = 0.0) -> bytes:
    rows = income_rows()
    for row, village in zip(rows, villages, strict=False):
        row[2] = village
    rows[4][4] += extra
    return by_openpyxl(Page([["通渭县2020年6月村级集体经济收入统计表"], ["单位：万元"], INCOME_HEADER, *rows]))


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(reference_folder(), tmp_path / "reference"))
    monkeypatch.setenv("LONGCANG_REFERENCE", str(folder))
    return folder


@pytest.fixture
def night(settings: Settings, reference: Path) -> Night:
    numbers = iter(range(1, 100))

    def run(files: dict[str, bytes] | None = None) -> dict[str, int]:
        for name, data in (files or {}).items():
            path = settings.landing / "621121-通渭县" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        run_id = f"night {next(numbers)}"
        with connect("owner", settings=settings) as conn:
            found = discover(conn, settings.landing, run_id, settings, load_context(settings))
        return read_batch(found, run_id, settings)

    return run


def listed(settings: Settings, state: str | None = None) -> list[aliases.AliasProposal]:
    with connect("owner", settings=settings) as conn:
        return aliases.listing(conn, state=state)


def decide(settings: Settings, numbers: list[int], state: str) -> None:
    with connect("owner", settings=settings) as conn:
        aliases.decide(conn, numbers, state, "区划专班")


def test_what_is_accepted_is_read_the_next_night(settings: Settings, night: Night, reference: Path) -> None:
    assert night({"a.xlsx": income("中林", "瓦右村", "河男村")}) == {"partly": 1}
    assert night({"b.xlsx": income("瓦右村", "瓦右村", extra=1)}) == {"partly": 1}
    found = {p.variant: p for p in listed(settings)}
    assert {(p.region_name, p.state, p.n_rows, p.n_submissions) for p in found.values()} == {
        ("瓦石", "proposed", 3, 2),
        ("河南", "proposed", 1, 1),
    }
    with (reference / "parameters.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["coop_min_members", "621121", "6", "", "户", "x", "x", "2020-06-30"])
    assert night() == {"partly": 1}  # the same submission again, under another digest
    (again, _) = listed(settings)
    assert (again.n_rows, again.n_submissions) == (3, 2) and again.first_reading_id < again.last_reading_id
    before = {path.name: path.read_bytes() for path in reference.iterdir()}
    decide(settings, [p.proposal_id for p in found.values()], "accepted")
    assert {path.name: path.read_bytes() for path in reference.iterdir()} == before, "the project's files were changed"
    with (settings.local_reference / "aliases.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [row[:5] for row in rows] == [
        aliases.HEADER[:5],
        ["village", "621121100", "瓦右村", "621121100217", "别称"],
        ["village", "621121100", "河男村", "621121100215", "别称"],
    ]
    assert "区划专班 20" in rows[-1][5]
    assert check_files([settings.landing / "621121-通渭县" / "b.xlsx"])[0]["outcome"] == "loaded"
    assert night() == {"loaded": 1}
    assert listed(settings, "proposed") == []
    version = "select count(*) from reference.aliases where variant = '瓦右村' and version_to is null"
    with connect("owner", settings=settings) as conn:
        load_reference(conn)
        assert conn.execute(version).fetchone() == (1,)
    # Once the project's list has them too (as one who edited it by hand has it), nothing changes that is read by.
    with (reference / "aliases.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows[1:])
    assert night() == {}
    (settings.local_reference / "aliases.csv").unlink()
    assert night() == {}


def test_what_is_rejected_is_not_proposed_again(settings: Settings, night: Night, reference: Path) -> None:
    night({"a.xlsx": income("瓦右村")})
    done = longcang(settings, "aliases", "--county", "通渭县", "--json")
    (proposal,) = json.loads(done.stdout)
    assert (proposal["state"], proposal["score"]) == ("proposed", 0.5), done.stderr
    number = str(proposal["proposal_id"])
    assert longcang(settings, "aliases", "reject", number).returncode == 2
    assert "已否定" in longcang(settings, "aliases", "reject", number, "--by", "区划专班").stdout
    assert night() == {}  # no reason to read anything again
    assert night({"b.xlsx": income("瓦右村", extra=1)}) == {"partly": 1}
    (still,) = listed(settings)
    assert (still.state, still.decided_by, still.n_submissions) == ("rejected", "区划专班", 1)
    with connect("owner", settings=settings) as conn:
        sentences = conn.execute("select message from ops.issues where rule_id = 'R70' order by reading_id").fetchall()
    assert ["是否应为" in sentence for (sentence,) in sentences] == [True, False]
    assert not (settings.local_reference / "aliases.csv").exists() and not (reference / "alias_rejections.csv").exists()


def test_what_is_in_force_says_where_it_comes_from(settings: Settings, night: Night, reference: Path) -> None:
    """What is decided here goes before the project's list, which a later release may have changed."""
    night({"a.xlsx": income("中林", "瓦右村", "河男村")})
    number = {p.variant: p.proposal_id for p in listed(settings)}
    decide(settings, list(number.values()), "accepted")
    with (reference / "aliases.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["village", "621121100", "瓦右村", "621121100202", "别称", "新版"])
        csv.writer(stream).writerow(["village", "621121100", "老河南", "621121100215", "旧称", "县志"])
    done = longcang(settings, "aliases", "--all", "--county", "通渭县", "--json")
    held = {a["variant"]: a for a in json.loads(done.stdout)["in_force"]}
    assert {name: (a["region_code"], a["is_local"], a["instead_of"], a["decided_by"]) for name, a in held.items()} == {
        "瓦右村": ("621121100217", True, "621121100202", "区划专班"),
        "河男村": ("621121100215", True, None, "区划专班"),
        "老河南": ("621121100215", False, None, None),
    }, done.stderr
    assert held["老河南"]["path"] == str(reference / "aliases.csv")
    assert held["瓦右村"]["path"] == str(settings.local_reference / "aliases.csv") and held["瓦右村"]["decided_at"]
    assert night({"b.xlsx": income("老河南", "瓦右村", "河男村", extra=1)}) == {"loaded": 2}
    told = longcang(settings, "aliases", "--all", "--county", "通渭县").stdout
    assert "其中本地决定的 2 个" in told and str(reference / "aliases.csv") in told
    # What was accepted and stands in no list any more is visible, and may be accepted again.
    (settings.local_reference / "aliases.csv").unlink()
    told = longcang(settings, "aliases", "--all", "--county", "通渭县").stdout
    assert "已不在名单里" in re.sub(r"[\s│┃]+", "", told)
    decide(settings, [number["河男村"]], "accepted")
    assert "河男村" in (settings.local_reference / "aliases.csv").read_text(encoding="utf-8")


def test_decisions_are_made_whole_and_once(settings: Settings, night: Night, reference: Path) -> None:
    night({"a.xlsx": income("中林", "瓦右村", "河男村")})
    found = listed(settings)
    first, second = (p.proposal_id for p in found)
    path = settings.local_reference / "aliases.csv"
    with pytest.raises(LongcangError, match="no proposal 99"):
        decide(settings, [first, 99], "accepted")
    assert not path.exists()
    threads = [threading.Thread(target=decide, args=(settings, [number], "accepted")) for number in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = path.read_text(encoding="utf-8")
    assert "瓦右村" in held and "河男村" in held
    with pytest.raises(LongcangError, match="accepted already"):
        decide(settings, [first], "accepted")
    with connect("owner", settings=settings) as conn:  # as if the process had died before its commit
        conn.execute("update ops.alias_proposals set state = 'proposed', decided_by = null, decided_at = null")
    decide(settings, [first], "accepted")
    assert path.read_text(encoding="utf-8") == held
    path.write_text(held.replace(found[1].region_code, "621121100202"), encoding="utf-8")
    with pytest.raises(LongcangError, match="already means 621121100202"):
        decide(settings, [second], "accepted")


def test_a_decision_is_taken_back_by_the_other_one(settings: Settings, night: Night, reference: Path) -> None:
    assert night({"a.xlsx": income("中林", "瓦右村", "河男村")}) == {"partly": 1}
    number = {p.variant: p.proposal_id for p in listed(settings)}
    first, second = number["瓦右村"], number["河男村"]
    decide(settings, [first, second], "accepted")
    assert night() == {"loaded": 1}
    decide(settings, [first], "rejected")
    own = {name: (settings.local_reference / name).read_text(encoding="utf-8") for name in aliases.FILES.values()}
    assert [("瓦右村" in text, "河男村" in text) for text in own.values()] == [(False, True), (True, False)]
    assert night() == {"partly": 1}
    decide(settings, [first], "accepted")
    assert night() == {} and [p.state for p in listed(settings)] == ["accepted", "accepted"]
    with (reference / "aliases.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["village", "621121100", "河男村", "621121100215", "别称", "总名单"])
    with pytest.raises(LongcangError, match=r"in the project's own .*aliases\.csv"):
        decide(settings, [second], "rejected")
