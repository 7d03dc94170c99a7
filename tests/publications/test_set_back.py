"""What is changed and set back is as it was: real files and readers; publications formed and shown without a build."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest import aliases, contracts, decisions
from ingest.batch import read_batch
from ingest.context import reference_folder
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.forms import INCOME_HEADER, income_rows
from warehouse import nightly, publications
from warehouse.connect import connect
from warehouse.settings import Settings

COUNTY = "621121"
DAY = date(2020, 7, 1)
Change = Callable[["Nights"], AbstractContextManager[None]]


def income(month: int, *villages: str) -> bytes:
    """A county's ledger of a month; the first villages have other names than the list knows."""
    rows = income_rows()
    for row, village in zip(rows, villages, strict=False):
        row[2] = village
    return by_openpyxl(Page([[f"通渭县2020年{month}月村级集体经济收入统计表"], ["单位：万元"], INCOME_HEADER, *rows]))


@dataclass
class Nights:
    """Nights over one landing folder, each with what the settings then were."""

    settings: Settings
    reference: Path
    monkeypatch: pytest.MonkeyPatch
    runs: list[str] = field(default_factory=list)

    def write(self, name: str, data: bytes) -> None:
        path = self.settings.landing / f"{COUNTY}-通渭县" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def night(self) -> tuple[int | None, dict[str, int]]:
        """The publication that a night shows (None: it had nothing new), and what it read."""
        run_id = f"night-{len(self.runs) + 1}"
        self.runs.append(run_id)
        nightly.begin(run_id, "nightly", DAY, self.settings)
        read: dict[str, int] = {}
        for submissions in nightly.discover(run_id, self.settings.landing, self.settings):
            for outcome, count in read_batch(submissions, run_id, self.settings).items():
                read[outcome] = read.get(outcome, 0) + count
        number = nightly.form(run_id, self.settings)
        if number is not None:
            with connect("owner", settings=self.settings) as conn:
                publications.publish(conn, number)
        return number, read

    def restate(self, publication: int) -> int:
        """Form again what was known when this publication was formed."""
        instant = self.query("select known_until from ops.publications where publication_id = %s", publication)[0][0]
        run_id = f"restate-{len(self.runs) + 1}"
        self.runs.append(run_id)
        day, known_until = nightly.known_until(instant.isoformat(), self.settings)
        nightly.begin(run_id, "restate", day, self.settings)
        number = nightly.form(run_id, self.settings, known_until=known_until)
        assert number is not None
        return number

    def parts(self, publication: int) -> set[tuple[Any, ...]]:
        return set(
            self.query(
                "select form, county_code, period, part_code, reading_id, is_latest_period from ops.publication_parts "
                "where publication_id = %s",
                publication,
            )
        )

    def query(self, text: str, *values: Any) -> list[Any]:
        with connect("owner", settings=self.settings) as conn:
            return conn.execute(text, values).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def nights(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nights:
    """Two months of a county: one clean, one in which a row in five is refused."""
    folder = Path(shutil.copytree(reference_folder(), tmp_path / "reference"))
    monkeypatch.setenv("LONGCANG_REFERENCE", str(folder))
    found = Nights(settings, folder, monkeypatch)
    found.write("五月.xlsx", income(5))
    found.write("六月.xlsx", income(6, "没有这个村"))
    return found


@contextmanager
def a_lower_limit(nights: Nights) -> Iterator[None]:
    before = nights.settings
    nights.settings = before.with_changes(refused_share_limit=0.001)
    yield
    nights.settings = before


@contextmanager
def an_alias(nights: Nights) -> Iterator[None]:
    path = nights.reference / "aliases.csv"
    before = path.read_text(encoding="utf-8")
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["village", "621121100", "没有这个村", "621121100217", "别称", "测试"])
    yield
    path.write_text(before, encoding="utf-8")


@contextmanager
def another_contract(nights: Nights) -> Iterator[None]:
    folder = Path(shutil.copytree(contracts.FOLDER, nights.reference.parent / "contracts", dirs_exist_ok=True))
    path = folder / "village_income.yml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("header: 上年收入, variants: [", "header: 去年数, variants: [去年, ")
    )
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("'@上年收入', ", "").replace(" 上年度收入,", ""), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contracts, "FOLDER", folder)
        yield


LONG = pytest.mark.ci_only


@pytest.mark.parametrize(
    "change", [a_lower_limit, pytest.param(an_alias, marks=LONG), pytest.param(another_contract, marks=LONG)]
)
def test_what_is_set_back_speaks_again(nights: Nights, change: Change) -> None:
    first, read = nights.night()
    assert read == {"loaded": 1, "partly": 1} and first is not None
    with change(nights):
        second, read = nights.night()
        assert sum(read.values()) == 2 and second is not None
        assert nights.night() == (None, {})
    readings = nights.query("select count(*) from ops.readings")
    third, read = nights.night()
    assert read == {}, "files were read again in vain"
    assert third is not None, "what was set back was not published"
    assert nights.parts(third) == nights.parts(first) != nights.parts(second)
    assert nights.query("select count(*) from ops.readings") == readings
    assert nights.night() == (None, {})
    # Each night formed again from what was known in it.
    assert [nights.parts(nights.restate(number)) for number in (first, second, third)] == [
        nights.parts(number) for number in (first, second, third)
    ]
    with change(nights):  # and once more
        fourth, read = nights.night()
        assert read == {} and fourth is not None and nights.parts(fourth) == nights.parts(second)
    assert nights.parts(nights.restate(third)) == nights.parts(first)


def test_a_submission_that_another_period_took_the_path_of_comes_back_too(nights: Nights) -> None:
    """It is refused under the changed setting, and lies at its path no more: nothing would ever read it again."""
    nights.night()
    nights.write("六月.xlsx", income(7, "没有这个村"))
    first, _ = nights.night()
    assert first is not None and {period for _, _, period, *_ in nights.parts(first)} == {
        "2020-05",
        "2020-06",
        "2020-07",
    }
    with a_lower_limit(nights):
        second, _ = nights.night()
        assert second is not None and {period for _, _, period, *_ in nights.parts(second)} == {"2020-05"}
    third, read = nights.night()
    assert third is not None and read == {}
    assert nights.parts(third) == nights.parts(first)


def decide(nights: Nights) -> int:
    """Decide that the file of June be read again; gives its submission."""
    [(number,)] = nights.query("select submission_id from ops.submissions where path like '%%六月.xlsx'")
    with connect("owner", settings=nights.settings) as conn:
        assert len(decisions.reread(conn, by="李工", reason="核对", submissions=[number])) == 1
    return int(number)


def test_a_later_reading_under_the_same_digest_speaks(nights: Nights) -> None:
    """A decision asked for it; also after the digest was another one for a night."""
    nights.night()
    submission = decide(nights)
    shown, read = nights.night()
    assert shown is not None and read == {"partly": 1}
    [(again,)] = nights.query("select max(reading_id) from ops.readings where submission_id = %s", submission)
    assert again in {reading for *_, reading, _ in nights.parts(shown)}
    with a_lower_limit(nights):
        nights.night()
    third, read = nights.night()
    assert third is not None and read == {} and nights.parts(third) == nights.parts(shown)


def test_what_a_decision_asked_to_have_read_anew_speaks_no_more(nights: Nights) -> None:
    """Also where its digest holds again: the file is read, as it was decided."""
    first, _ = nights.night()
    assert first is not None
    with a_lower_limit(nights):
        nights.night()
        submission = decide(nights)
        assert nights.night()[1] == {"refused": 1}
    third, read = nights.night()
    assert third is not None and read == {"partly": 1}
    readings = nights.query(
        "select outcome, decision_id from ops.readings where submission_id = %s order by reading_id", submission
    )
    assert readings == [("partly", None), ("refused", None), ("refused", 1), ("partly", 1)]
    assert nights.parts(third) != nights.parts(first)
    assert nights.night() == (None, {})


def test_proposals_count_by_the_reading_in_force(nights: Nights) -> None:
    def proposed() -> list[tuple[str, int, int]]:
        with connect("owner", settings=nights.settings) as conn:
            return [(p.variant, p.n_rows, p.n_submissions) for p in aliases.listing(conn)]

    nights.write("七月.xlsx", income(7, "瓦右村"))
    nights.night()
    before = proposed()
    assert ("瓦右村", 1, 1) in before
    path = nights.reference / "aliases.csv"
    text = path.read_text(encoding="utf-8")
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["village", "621121100", "瓦右村", "621121100217", "别称", "测试"])
    nights.night()
    assert ("瓦右村", 0, 0) in proposed()
    path.write_text(text, encoding="utf-8")
    nights.night()
    assert proposed() == before


def test_an_income_basis_that_changes_is_published(nights: Nights) -> None:
    nights.night()
    assert nights.night() == (None, {})
    nights.settings = nights.settings.with_changes(income_basis="without_subsidy")
    number, _ = nights.night()
    assert number is not None
