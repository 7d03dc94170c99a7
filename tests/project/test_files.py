"""What no file of the project may be or hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.project.files import ROOT, name_of, project_files, text_files

LONGEST = 400
# Places that exist on one machine only. Written in halves, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join([r"(?<![\w.])/" + "work/", "/" + r"root\b", "/home/" + r"\w", "/opt/" + "pypi"]))
REGISTRIES = re.compile(
    r"(pypi|pythonhosted|npmjs|jsdelivr|unpkg|aliyun|tsinghua|huawei" + r")[\w.]*\.(org|com|net|io|cn|edu)"
)
LOCK_HOSTS = re.compile(r"https?://([^/\"]+)")
LEFT_OPEN = re.compile(
    r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.mark\.(skip|xfail)\b|raise NotImplemented" + r"Error\b(?!\()"
)
SECRETS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE " + r"KEY-----|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}")


def offences(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Where the pattern stands, as file:line: text."""
    return [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_there_is_something_to_look_at() -> None:
    names = {name_of(path) for path in project_files()}
    assert {"pyproject.toml", "Makefile", ".ci/run", "docker-compose.yml", "README.md"} <= names
    assert not any(name.startswith((".venv/", ".longcang/", "landing/")) for name in names)


def test_no_module_model_or_yml_is_longer_than_one_can_hold_in_mind() -> None:
    # Bookkeeping's first migration is one statement after another: cutting it would not make it easier to read.
    exempt = {"warehouse/migrations/versions/0001_bookkeeping.sql"}
    long = {
        name_of(path): lines
        for path in project_files()
        if path.suffix in {".py", ".sql", ".yml", ".yaml", ".sh"} and name_of(path) not in exempt
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_no_path_of_one_machine() -> None:
    assert offences(MACHINE_PATHS, text_files()) == []


def test_no_package_registry_is_named() -> None:
    """Only the lock names one, the public index; a mirror is the machine's own setting."""
    files = [path for path in text_files() if path.name != "uv.lock"]
    assert offences(REGISTRIES, files) == []
    hosts = set(LOCK_HOSTS.findall((ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi" + ".org", "files.pythonhosted" + ".org"}


def test_nothing_is_left_open() -> None:
    assert offences(LEFT_OPEN, [path for path in text_files() if path.suffix != ".csv"]) == []


def test_no_secret_is_committed() -> None:
    assert offences(SECRETS, text_files()) == []
    suspects = [name_of(path) for path in project_files() if path.name in {".env", "passwords", "id_rsa"}]
    assert suspects == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE_PATHS, "see /" + "work/main/x.py"),
        (MACHINE_PATHS, "cache=/" + "root/.cache"),
        (REGISTRIES, "https://mirrors.aliyun" + ".com/simple"),
        (LEFT_OPEN, "# TO" + "DO later"),
        (LEFT_OPEN, "@pytest.mark." + "skip(reason='later')"),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)
