"""A reading holds as long as what decided it: the digest changes with that and with nothing else."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from ingest import digest
from ingest import digests as digests_module
from ingest.context import Context, reference_folder
from ingest.contracts import FOLDER
from tests.ingest.conftest import KEY


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return Path(shutil.copytree(reference_folder(), tmp_path / "reference"))


def digests(context: Context) -> dict[tuple[str | None, str | None], str]:
    keys = [
        ("village_income", "621121"),
        ("village_income", "621122"),
        ("fund_projects", "621121"),
        (None, None),
        (None, "621121"),
    ]
    return {key: digest(context, *key) for key in keys}


def changed(before: Context, after: Context) -> set[tuple[str | None, str | None]]:
    old, new = digests(before), digests(after)
    return {key for key in old if old[key] != new[key]}


EVERYWHERE = {(None, None), (None, "621121")}
ALL = {*EVERYWHERE, ("village_income", "621121"), ("village_income", "621122"), ("fund_projects", "621121")}


def test_the_same_again(context: Context) -> None:
    assert changed(context, Context.load(KEY)) == set()


def test_an_alias_concerns_its_county(context: Context, reference: Path) -> None:
    with (reference / "aliases.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["village", "621121100", "新庄子", "621121100200", "别称", "test"])
    after = Context.load(KEY, reference=reference)
    assert changed(context, after) == {*EVERYWHERE, ("village_income", "621121"), ("fund_projects", "621121")}


def test_a_contract_concerns_its_form(context: Context, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "contracts"))
    path = folder / "village_income.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("总支出", "全部支出"), encoding="utf-8")
    after = Context.load(KEY, contracts=folder)
    assert changed(context, after) == {*EVERYWHERE, ("village_income", "621121"), ("village_income", "621122")}


def test_key_share_and_what_is_hidden_concern_all(context: Context) -> None:
    assert changed(context, Context.load(KEY[::-1])) == ALL
    assert changed(context, Context.load(KEY, refused_share_limit=0.3)) == ALL
    assert changed(context, Context.load(KEY, reads_hidden_rows=False)) == ALL
    assert changed(context, Context.load(KEY, reads_hidden_sheets=True)) == ALL


def test_a_countys_threshold_concerns_it(context: Context, reference: Path) -> None:
    path = reference / "parameters.csv"
    header = (
        path.read_text(encoding="utf-8").splitlines()[0].split(",")
        if path.exists()
        else ["parameter", "county_code", "value"]
    )
    row = {"parameter": "coop_min_members", "county_code": "621121", "value": "6"}
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow([row.get(name, "x") for name in header])
    after = Context.load(KEY, reference=reference)
    assert changed(context, after) == {*EVERYWHERE, ("village_income", "621121"), ("fund_projects", "621121")}


def test_the_reader_is_all_its_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a check, in a folder of its own, is a change of the reader; one of an edge is none."""
    copy = Path(shutil.copytree(Path(digests_module.__file__).parent, tmp_path / "ingest"))
    monkeypatch.setattr(digests_module, "__file__", str(copy / "digests.py"))

    def now() -> str:
        digests_module.reader_digest.cache_clear()
        return digests_module.reader_digest()

    before = now()
    for name, changes in (("landing.py", False), ("check.py", False), ("checks/groups.py", True), ("cells.py", True)):
        with (copy / name).open("a", encoding="utf-8") as stream:
            stream.write("\nADDED = 1\n")
        assert (now() != before) == changes, name
        before = now()
    monkeypatch.undo()
    digests_module.reader_digest.cache_clear()
