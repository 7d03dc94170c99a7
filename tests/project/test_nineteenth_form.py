"""A form that is not there yet takes the files that CONTRIBUTING names, and nothing else.

They are put into a copy of the project; there the form is read, checked, landed, staged, judged by the gate and published,
without a line of the program having been touched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.files import ROOT, name_of, project_files
from warehouse.settings import Settings

FORM, SUBJECT = "fertiliser_vouchers", "vouchers"
TOY = Path(__file__).resolve().parent / "nineteenth_form"
# What the recipe adds to files that are there already.
ADDED = {
    "dbt_project/models/staging/county_forms/_sources.yml": (
        "      - {name: fertiliser_vouchers, description: 化肥补贴券发放台账（F19）原始行}\n"
    ),
    "reference/reporting_calendar.csv": "fertiliser_vouchers,F19,半年,20,本系统自定：只在测试中有,2020-01-01\n",
}
NIGHT = """
import shutil, sys
from pathlib import Path
from tests.e2e.nights import bi, steps_night
from warehouse.settings import Settings
settings = Settings.load()
folder = settings.landing / "621121-通渭县"
folder.mkdir(parents=True)
[book] = Path("tests/fixtures/fertiliser_vouchers").glob("*.xlsx")
shutil.copy(book, folder / book.name)
assert steps_night(settings, settings.landing) == "done"
print(bi(settings, "select form_code, form_name, period_kind from marts.dim_form where form = 'fertiliser_vouchers'"))
print(bi(settings, "select county_name, rows_accepted, rows_refused, issues_error from marts.mart_data_quality "
                   "where form = 'fertiliser_vouchers' and has_reported"))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the nineteenth form in it."""
    folder = tmp_path_factory.mktemp("nineteen")
    for path in project_files():
        target = folder / name_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    for name in new_files():
        target = folder / name
        assert not target.exists(), name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOY / name, target)
    for name, line in ADDED.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(line)
    run(folder, "docs/generate.py")
    return folder


def new_files() -> list[str]:
    paths = [path for path in TOY.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted(path.relative_to(TOY).as_posix() for path in paths if path.parent != TOY)


def run(folder: Path, *arguments: str, settings: Settings | None = None) -> str:
    environment = {**os.environ, **(settings.environment() if settings else {}), "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def test_the_recipe_names_every_file_and_no_other() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = text.split("## Adding a form\n")[1].split("\n## ")[0]
    named = {
        path.replace("<form>", FORM).replace("<subject>", SUBJECT)
        for path in re.findall(r"^\| `([^`]+)` \|", recipe, re.M)
    }
    used = {name if "/fixtures/" not in name else f"tests/fixtures/{FORM}/" for name in new_files()} | set(ADDED)
    assert named == used


@pytest.mark.ci_only
def test_it_is_read_and_described(copy: Path) -> None:
    """The tests that every form has to pass find it by themselves."""
    tests = ["tests/ingest/test_contracts.py", "tests/ingest/test_fixtures.py", "tests/project/test_docs.py"]
    said = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests)
    assert " passed" in said
    laid_out = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/layouts", "-k", FORM)
    assert " passed" in laid_out
    assert (copy / "docs" / "forms" / f"{FORM}.md").is_file()


@pytest.mark.ci_only
def test_a_night_publishes_it(copy: Path, settings: Settings) -> None:
    said = run(copy, "-c", NIGHT, settings=settings.with_changes(project_root=copy))
    assert "('F19', '化肥补贴券发放台账', 'events')" in said
    assert "('通渭县', 2, 1, 1)" in said
